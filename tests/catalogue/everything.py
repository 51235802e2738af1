"""A version that says something in every column: what copies, files and pages are compared by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from catalogue.content import PartyContent, RunContent
from tests.catalogue.builders import ASSESSED

EVERYTHING: Final[dict[str, Any]] = {
    "facts": ASSESSED,
    "language": "nl",
    "outcomes": ({"en": "Judge a data set."},),
    "alignments": ({"target_name": "English", "target_url": "https://cefr.example/b2", "level": "B2"},),
    "result_descriptions": ({"key": "grade", "name": {"en": "Grade"}, "type": "LetterGrade"},),
    "ects_credits": Decimal("2.50"),
    "national_credits": Decimal("5.00"),
    "national_credit_system": "NZ credits",
    "other_points": Decimal("12.00"),
    "other_points_name": "CME points",
    "other_points_body": "Medical Association",
    "workload_hours_min": Decimal("60.00"),
    "workload_hours_max": Decimal("75.00"),
    "workload_text": {"en": "60 to 75 hours"},
    "level_eqf": 6,
    "level_eqf_basis": "compared",
    "level_eqf_source": "NUFFIC 2025",
    "level_national": "NLQF 6",
    "suspendable": True,
    "valid_for_days": 365,
    "outcome_rule": {"measure": "score", "at_least": "60", "scale": "percent"},
    "assessment_kinds": ("written-exam", "project"),
    "summative": True,
    "voluntary": False,
    "supervision_kind": "supervised-onsite-id",
    "mode": "blended",
    "period": "fixed",
    "objective": "acquire",
    "intended_use": ("upskilling", "access"),
    "qa_kind": "internal-under-external-review",
    "credit_bearing": "both",
    "qualifications": (
        {"name": {"en": "BSc Data"}, "provider": "Example University", "level": "EQF 6", "only_stacked": True},
    ),
    "accessibility": {"en": "Sign language on request", "de": "Gebärdensprache auf Wunsch"},
    "materials_licence": "CC-BY-4.0",
    "price_amount": Decimal("120.00"),
    "price_unit": "EUR/course",
    "price_tax_included": True,
    "funding": (
        {
            "scheme": {"en": "Skills fund"},
            "eligible": {"en": "Jobseekers"},
            "amount": {"en": "half of the price"},
            "until": "2026-12-31",
        },
    ),
    "start": "runs",
    "access_period": "P6M",
    "badge": {"foot": "5 ECTS"},
    "image_alt": {"en": "A wave of data", "de": "Eine Welle aus Daten"},
    "evidence_required": True,
    "result_required": True,
    "parties": (
        PartyContent(
            role="delivers",
            name="Delivery Ltd",
            url="https://delivery.example.org",
            signatory_name="Ada Byron",
            signatory_role="Dean",
            valid_from=dt.date(2026, 1, 1),
            valid_until=dt.date(2027, 1, 1),
        ),
    ),
    "runs": (
        RunContent(
            starts_on=dt.date(2099, 10, 1),
            ends_on=dt.date(2099, 12, 1),
            enrol_until=dt.date(2099, 9, 1),
            place="Rotterdam",
            language="nl",
            url="https://college.example.org/autumn",
            price={"en": "100 EUR for alumni"},
        ),
        RunContent(place="Delft"),
    ),
}
