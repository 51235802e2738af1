"""The table to fill in for `import_catalogue`: every column that a CSV may have, and one example that can be taken over."""

from __future__ import annotations

from typing import Final

from catalogue.rules import DERIVED_ITEMS, FURTHER_ITEMS, INFORMATION_ITEMS
from registry.spreadsheets import spreadsheet

_EXAMPLE: Final = {
    "issuer": "example",
    "slug": "data-basics",
    "kind": "micro-credential",
    "state": "draft",
    "duplicates": "deny",
    "language": "en",
    "name.en": "Data Basics",
    "name.de": "Datengrundlagen",
    "short_name.en": "Data Basics",
    "short_name.de": "",
    "description.en": "Reading, cleaning and judging data.",
    "description.de": "",
    "criteria.en": "A graded project.",
    "criteria.de": "",
    "outcomes.en": "Judge whether a data set answers a question.|Clean a data set.",
    "outcomes.de": "",
    "workload_hours_min": "75",
    "workload_hours_max": "",
    "workload_text.en": "",
    "workload_text.de": "",
    "ects_credits": "2.5",
    "national_credits": "",
    "national_credit_system": "",
    "other_points": "",
    "other_points_name": "",
    "other_points_body": "",
    "level_eqf": "6",
    "level_eqf_basis": "provider_claim",
    "level_eqf_source": "",
    "level_national": "",
    "suspendable": "",
    "valid_for_days": "",
    "assessment_kinds": "project",
    "summative": "true",
    "voluntary": "",
    "supervision_kind": "none-no-id",
    "mode": "online",
    "period": "self-paced",
    "objective": "acquire",
    "intended_use": "upskilling|continuing-education",
    "qa_kind": "internal-under-external-review",
    "credit_bearing": "no",
    "qualifications.en": "",
    "accessibility.en": "",
    "materials_licence": "CC-BY-4.0",
    "price_amount": "120",
    "price_unit": "EUR",
    "price_tax_included": "true",
    "funding.en": "",
    "start": "runs",
    "access_period": "P6M",
    "image_alt.en": "",
    "evidence_required": "",
    "result_required": "",
    "run_starts_on": "2026-10-01|2027-03-01",
    "run_ends_on": "2026-12-01|2027-05-01",
    "run_enrol_until": "",
    "run_place": "",
    "run_language": "en|de",
    "run_url": "",
    "audience": "",
    "outcome_measure": "score",
    "outcome_at_least": "60",
}
_STATED: Final = {"assessment": "A graded project", "prerequisites": "none"}


def blank_csv() -> str:
    """Return the table: its heading and one row.

    A text stands in the column of its language (`assessment.en`), another state in the item's own (`prerequisites`).
    """
    cells = dict(_EXAMPLE)
    for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS):
        if item.code not in DERIVED_ITEMS:
            said = _STATED.get(item.code, "")
            cells[item.code if said == "none" else f"{item.code}.en"] = said
    return spreadsheet([list(cells), list(cells.values())])
