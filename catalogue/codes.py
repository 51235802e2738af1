"""The codes of an entry's typed values, in the order in which pages and files name them. Pure.

Beside each code a text may stand, and a text may stand without a code: *stated, not comparable*. Source: the fifteen
critical information items (NESET analytical report 2020, table 7 and 8) and the Australian framework's (2021).
"""

from __future__ import annotations

from typing import Final

ASSESSMENT_KINDS: Final = (
    "attendance", "quiz", "assignment", "written-exam", "oral-exam", "practical-task", "project", "portfolio",
    "observation", "peer-assessment", "evidence-of-prior-learning", "other",
)  # fmt: skip
SUPERVISION_KINDS: Final = ("none-no-id", "supervised-no-id", "supervised-online-id", "supervised-onsite-id")
MODES: Final = ("online", "on-site", "blended", "workplace")
PERIODS: Final = ("self-paced", "fixed", "several-fixed")
OBJECTIVES: Final = ("recognise", "acquire")
INTENDED_USES: Final = ("continuing-education", "upskilling", "reskilling", "access")
QA_KINDS: Final = (
    "internal-under-external-review", "programme-external", "external-provider-series", "other", "none",
)  # fmt: skip
CREDIT_BEARING: Final = ("admission", "credit", "both", "no", "not_stated")
"""Whether meeting the outcomes earns admission to, or credit towards, a formal qualification. Stated, never derived."""
STARTS: Final = ("any-time", "runs")
UNLIMITED: Final = "unlimited"
"""An access period without an end; any other is an ISO 8601 duration in one unit: P6M."""
LICENCES: Final = (
    "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0",
    "all-rights-reserved",
)  # fmt: skip
"""Licences by their SPDX identifier; any other is named by its address."""
