"""Facts that fill every member which builder 1 knows, as they are stored: what its digest is taken over.

Never changed; a later builder has a set of its own.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    AwardFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    RelatedFacts,
    ResultDescriptionFacts,
    StatedEntry,
    StatedIssuer,
    StatedItem,
    StatedLevel,
    StatedParty,
    StatedResult,
)

HOST = "https://register.example.edu"
VERSION = f"{HOST}/catalogue/uni/data/v/3/"
LANGUAGES = ("en", "de-AT", "fr")
ITEMS = (
    "provider", "credits", "prerequisites", "resources", "assessment", "supervision", "quality_assurance", "outcome",
    "stackability", "type", "price", "approved", "review",
)  # fmt: skip
ROLES = ("awards", "co-awards", "certifies", "partners", "endorses", "owns_definition")
KINDS = ("micro-credential", "micro-degree", "participation", "document", "equivalence")


def stated_issuers() -> Iterator[StatedIssuer]:
    """Yield an issuer that says everything, one that is a sample, and one that says as little as it may."""
    full = {"description": "Teaches.", "image_url": f"{HOST}/media/aa.png", "email": "office@example.edu"}
    for values in (full, {**full, "is_sample": True}, {"is_sample": True}, {}):
        yield StatedIssuer(did="did:web:example.edu:issuers:uni", name="Universität", url=f"{HOST}/uni/", **values)


def stated_entries() -> Iterator[StatedEntry]:
    """Yield entries of every kind, in every language and state, with every member somewhere and with as few as may be."""
    for language in LANGUAGES:
        for number, kind in enumerate(KINDS):
            yield _entry(language, kind, number)
        yield StatedEntry(
            url=f"{HOST}/catalogue/uni/data/v/1/", number=1, language=language, kind="document", name="Bare"
        )


def _entry(language: str, kind: str, number: int) -> StatedEntry:
    states = ("value", "none", "not_applicable", "not_stated", "value")
    basis = ("referenced", "compared", "provider_claim")[number % 3]
    return StatedEntry(
        url=VERSION,
        number=3,
        language=language,
        kind=kind,
        name=f"Daten – {kind}",
        is_sample=number == 1,
        earlier_url=f"{HOST}/catalogue/uni/data/v/2/",
        image_url=f"{HOST}/media/bb.png",
        description="Lesen „und“ urteilen." if number else "",
        criteria="Four tasks." if number % 2 else "",
        outcome_rule=(("score", "66.67"), ("content", "50"))[number % 2] if number < 4 else None,
        outcomes=("Reads data", "Judges them") if number else (),
        items={item: _item(item, states[(number + at) % 5]) for at, item in enumerate(ITEMS)} if number else {},
        **_sizes(number),
        level_eqf=number + 1,
        level_eqf_basis=basis,
        level_eqf_source="NQF register" if number % 2 else "",
        level_national="NFQ 8" if number else "",
        alignments=(AlignmentFacts(target_name="Statistics", target_url="https://skills.example.org/1"),),
        results=_results(),
        parties=tuple(StatedParty(role=role, name=f"Body {role}", **_signatory(at)) for at, role in enumerate(ROLES)),
    )


def _item(name: str, state: str) -> StatedItem:
    return StatedItem(state, f"Text of {name}" if state == "value" else "")


def _sizes(number: int) -> dict[str, Any]:
    sizes: tuple[dict[str, Any], ...] = (
        {"workload_text": "about 21 hours", "ects_credits": Decimal("2.50")},
        {
            "workload_hours_min": Decimal("75.00"),
            "national_credits": Decimal(5),
            "national_credit_system": "NZ credits",
        },
        {"workload_hours_min": Decimal(75), "workload_hours_max": Decimal("90.50"), "ects_credits": Decimal(3)}
        | {"national_credits": Decimal(5), "national_credit_system": "NZ credits"},
        {"other_points": Decimal(12), "other_points_name": "CME points", "other_points_body": "Chamber"},
        {},
    )
    return sizes[number]


def _signatory(at: int) -> dict[str, str]:
    named = {"signatory_name": "Dr. Erika Beispiel"}
    return ({}, named, {**named, "signatory_role": "Dean"})[at % 3]


def _results() -> tuple[StatedResult, ...]:
    levels = (StatedLevel(key="good", name="Good", points="2"), StatedLevel(key="fair", name="Fair"))
    return (
        StatedResult(key="grade", name="Grade", type="LetterGrade", required_value="C", value_min="F", value_max="A"),
        StatedResult(key="rubric", name="Rubric", type="RubricCriterionLevel", levels=levels),
    )


def full_definitions() -> tuple[IssuerFacts, AchievementFacts]:
    """Return facts with every member of a document, also those that no entry states today."""
    alignment = AlignmentFacts(
        target_name="Competence 1",
        target_url="https://skills.example.org/1",
        target_code="DL-1",
        target_description="Collects data.",
        target_framework="Framework",
        target_type="CFItem",
    )
    level = LevelFacts(id=f"{VERSION}#good", name="Good", level="2", description="Well done.", points="2")
    described = ResultDescriptionFacts(
        id=f"{VERSION}#score",
        name="Score",
        result_type="RubricCriterionLevel",
        allowed_values=("failed", "passed"),
        required_value="passed",
        required_level=level.id,
        value_min="0",
        value_max="100",
        levels=(level,),
        alignments=(alignment,),
    )
    issuer = IssuerFacts(
        id="did:web:example.edu:issuers:uni",
        name="Universität",
        url=f"{HOST}/",
        description="Teaches.",
        image_url=f"{HOST}/media/aa.png",
        email="office@example.edu",
        official="Prof. Dr. Erika Beispiel",
    )
    achievement = AchievementFacts(
        id=VERSION,
        name="Data",
        description="Reading data.",
        language="de",
        achievement_type="Course",
        criteria="Four tasks.",
        criteria_url=f"{VERSION}#criteria",
        image_url=f"{HOST}/media/bb.png",
        version="3",
        human_code="DL-101",
        field_of_study="Data science",
        specialization="Statistics",
        credits_available=Decimal("2.5"),
        tags=("data", "statistics"),
        alignments=(alignment,),
        result_descriptions=(described,),
        related=(RelatedFacts(id=f"{HOST}/v/2/", language="de", version="2"),),
        information=(InformationFacts(label="Prüfungsform", text="Klausur"),),
        creator=IssuerFacts(id="did:web:example.org", name="Owner of the definition"),
        schema_url="https://schema.example/ob.json",
    )
    return issuer, achievement


AWARD: dict[str, Any] = {
    "credential_id": f"{HOST}/c/8c5c1f3e-0000-4000-8000-000000000001",
    "subject_id": "urn:uuid:8c5c1f3e-0000-4000-8000-000000000002",
    "holder_name": "Zoë „Z“ Muster",
    "awarded_on": "2026-06-01",
    "valid_from": "2026-05-31T22:00:00Z",
    "status_list_url": f"{HOST}/status/1",
    "status_index": 0,
}
FULL_AWARD: dict[str, Any] = {
    **AWARD,
    "email_hash": "sha256$" + "ab" * 32,
    "salt": "c2FsdHlzYWx0eXNhbHR5MQ",
    "identifiers": [{"identity_type": "ext:eduID", "identity_hash": "sha256$" + "cd" * 32}],
    "valid_until": "2031-06-01T22:00:00Z",
    "suspension_list_url": f"{HOST}/status/2",
    "learning_from": "2026-01-07",
    "learning_to": "2026-05-30",
    "learning_period": "Winter",
    "participation": "online",
    "supervision": "supervised",
    "language_of_assessment": "mi",
    "ground": {"body": "Board", "decided_on": "2026-05-02", "reference": "7/26"},
    "credits_earned": "2.5",
    "narrative": "Worked alone.\nTwice.",
    "evidence": [
        {
            "id": f"{HOST}/e/1", "name": "Log", "description": "d", "narrative": "n", "genre": "Film", "audience": "all",
        },
        {"name": "Talk"},
    ],
    "results": [
        {"description_id": f"{VERSION}#score", "value": "87", "status": "Completed", "achieved_level": f"{VERSION}#good"},
    ],
    "sample": True,
}  # fmt: skip


def awards(language: str) -> Iterator[AwardFacts]:
    """Yield the facts of awards in a language, read from the text that was stored of them."""
    for values in (AWARD, FULL_AWARD):
        # Entries state other results than the definitions that name all members.
        stored = (
            {**values, "language": language} if language == "de" else {**values, "language": language, "results": []}
        )
        yield AwardFacts.from_json(json.dumps(stored))
