"""What a verification says: ten findings in one order, one verdict, and the facts they rest on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How one check ended. What could not be checked is unknown, never passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Check(StrEnum):
    """The ten checks, in the order in which they are made and shown."""

    FORMAT = "format"
    PROOF = "proof"
    ISSUER_IDENTITY = "issuer-identity"
    ISSUER_RECOGNISED = "issuer-recognised"
    VALIDITY = "validity"
    STATUS = "status"
    SUPERSEDED = "superseded"
    HOLDER = "holder"
    ENDORSEMENTS = "endorsements"
    LOGGED = "logged"


class Verdict(StrEnum):
    """One headline; the first that fits, in the order of `verification.checks.verdict`."""

    GENUINE = "genuine"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    NOT_THIS_HOLDER = "not-this-holder"
    ISSUER_NOT_KNOWN = "issuer-not-known"
    NOT_A_CERTIFICATE = "not-a-certificate"
    UNSIGNED = "unsigned"
    COULD_NOT_CONFIRM = "could-not-confirm"
    NOT_GENUINE = "not-genuine"
    MALFORMED = "malformed"
    PRIVATE_OR_UNKNOWN = "private-or-unknown"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome.

    `reason` is a stable code for why; `detail` is for experts, in English; `facts` fill the sentence.
    `sentence` is for everybody: this package leaves it empty, since words belong to the reader's language.
    """

    check: Check
    outcome: Outcome
    reason: str = ""
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer. `facts` are dates, names and reasons that headline and page may tell.

    `reason` is the stable code of why it could not be confirmed, empty for every other verdict. `headline`,
    `sentence` and `next_step` are for everybody, and empty until they are told in the reader's language.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    checked_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    headline: str = ""
    sentence: str = ""
    next_step: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values; times as ISO 8601 in UTC."""
        told = {"reason": self.reason, "headline": self.headline, "sentence": self.sentence}
        return {
            "verdict": str(self.verdict),
            **{name: text for name, text in told.items() if text},
            "checked_at": _plain(self.checked_at),
            "checks": [_plain_finding(finding) for finding in self.findings],
            "facts": {name: _plain(value) for name, value in self.facts.items() if value not in (None, "", ())},
        }

    def as_json(self) -> str:
        """Return `as_dict()` as JSON text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """Return the report as lines for a terminal: the verdict, what it means, then one line per check."""
        lines = [
            f"{finding.check:<18} {finding.outcome:<15} {finding.sentence or finding.reason}"
            for finding in self.findings
        ]
        details = [f"{'':<18} {finding.check}: {finding.detail}" for finding in self.findings if finding.detail]
        meaning = " ".join(filter(None, (self.headline and f"{self.headline}.", self.sentence)))
        said = [f"reason: {self.reason}"] * bool(self.reason) + [meaning] * bool(meaning)
        return "\n".join([str(self.verdict), *said, *lines, *details])

    def outcome_of(self, check: Check) -> Outcome:
        """Return how one check ended."""
        return self.finding_of(check).outcome

    def finding_of(self, check: Check) -> Finding:
        """Return one check's finding."""
        return next(finding for finding in self.findings if finding.check == check)


def _plain_finding(finding: Finding) -> dict[str, str]:
    return {
        "check": str(finding.check),
        "outcome": str(finding.outcome),
        "reason": finding.reason,
        "sentence": finding.sentence,
        "detail": finding.detail,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, bool | int | float) else str(value)
