"""Facts that fill every member which builder 2 knows: those of builder 1, typed values with every code, and times with offsets.

Never changed once it was released; a later builder has a set of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from credentials.documents import (
    AchievementFacts,
    AwardFacts,
    IssuerFacts,
    OfficialNumberFacts,
    OrganisationFacts,
    StatedEntry,
    StatedFunding,
    StatedIssuer,
    StatedItem,
    StatedNumber,
    StatedOrganisation,
    StatedParty,
    StatedQualification,
)
from tests.credentials import frozen_facts_1
from tests.credentials.frozen_facts_1 import HOST, LANGUAGES, VERSION

ASSESSMENT_KINDS = (
    "attendance", "quiz", "assignment", "written-exam", "oral-exam", "practical-task", "project", "portfolio",
    "observation", "peer-assessment", "evidence-of-prior-learning", "other",
)  # fmt: skip
SUPERVISION_KINDS = ("none-no-id", "supervised-no-id", "supervised-online-id", "supervised-onsite-id", "")
MODES = ("online", "on-site", "blended", "workplace", "")
PERIODS = ("self-paced", "fixed", "several-fixed", "", "fixed")
QA_KINDS = ("internal-under-external-review", "programme-external", "external-provider-series", "other", "none")
CREDIT_BEARING = ("admission", "credit", "both", "no", "")
PRICES: tuple[dict[str, Any], ...] = (
    {"price_amount": Decimal("49.50"), "price_unit": "EUR/month", "price_tax_included": True},
    {"price_amount": Decimal("49.00"), "price_unit": "USD/year", "price_tax_included": False},
    {"price_amount": Decimal(1000), "price_unit": "NZD/course"},
    {"price_amount": Decimal(10), "price_unit": "EUR/module"},
    {"price_amount": Decimal("0.00"), "price_unit": "EUR"},
)
ACCESS = ("P6M", "P1Y", "P10D", "P2W", "unlimited", "P1D", "P1W", "P1M", "P3Y")
ROLES = ("delivers", "assesses", "platform", "owns_definition", "co-awards")


def stated_issuers() -> Iterator[StatedIssuer]:
    """Yield an issuer whose organisation and numbers are known, one of which little is, and those of builder 1."""
    numbers = (StatedNumber("ROR", "https://ror.org/008xxew50"), StatedNumber("other", "UKPRN: 10007774"))
    place = {"country_code": "NL", "country": "Niederlande", "region": "Noord-Holland"}
    for values in (place, {"country_code": "NL", "country": "Netherlands"}, {}):
        organisation = StatedOrganisation(id=f"urn:uuid:{'8' * 8}-0000-4000-8000-000000000009", name="VU", **values)
        yield StatedIssuer(
            did="did:web:example.edu:issuers:uni",
            name="Universität",
            url=f"{HOST}/uni/",
            numbers=numbers,
            organisation=organisation,
        )
    yield from frozen_facts_1.stated_issuers()


def stated_entries() -> Iterator[StatedEntry]:
    """Yield entries that together have every code, in every language; and those of builder 1."""
    for language in LANGUAGES:
        for number in range(len(ACCESS)):
            yield _typed(language, number)
    yield from frozen_facts_1.stated_entries()


def _typed(language: str, number: int) -> StatedEntry:
    at = number % 5
    said = "Text, written examination" if number % 2 else "Text"
    item = StatedItem("value", said)
    items = ("assessment", "supervision", "quality_assurance", "outcome", "price", "participation", "learning_period")
    kinds = ASSESSMENT_KINDS[at * 3 : at * 3 + 3] if number else ("written-exam",)
    return StatedEntry(
        url=VERSION,
        number=1,
        language=language,
        kind="micro-credential",
        name="Daten",
        items=dict.fromkeys(items[: number % 8], item),
        level_eqf=at + 1,
        level_eqf_basis=("referenced", "compared", "provider_claim")[number % 3],
        level_eqf_source="NQF register" if at else "",
        alignment_levels=(("Statistics", "4"), ("Data", "advanced")) if at else (),
        assessment_kinds=kinds,
        summative=(True, False, None)[number % 3],
        voluntary=(None, True, False)[number % 3],
        supervision_kind=SUPERVISION_KINDS[at],
        mode=MODES[at],
        period=PERIODS[at],
        objective=("recognise", "acquire", "")[number % 3],
        intended_use=(("continuing-education", "upskilling"), ("reskilling", "access"), ())[number % 3],
        qa_kind=QA_KINDS[at],
        credit_bearing=CREDIT_BEARING[at],
        qualifications=_qualifications()[: number % 3],
        accessibility="Subtitles" if at else "",
        materials_licence=("CC-BY-4.0", "all-rights-reserved", "")[number % 3],
        **PRICES[at],
        funding=_funding()[: number % 3],
        start=("any-time", "runs", "")[number % 3],
        access_period=ACCESS[number],
        parties=tuple(_party(role, number) for role in ROLES[: number + 1]) + (_party("awards", 0),) * (number % 2),
    )


def _party(role: str, number: int) -> StatedParty:
    address = ("https://body.example/", "", "https://me@odd.example/")[number % 3]
    return StatedParty(role=role, name=f"Body {role}", url=address and f"{address}{role}")


def _qualifications() -> tuple[StatedQualification, ...]:
    degree = "https://degrees.example/1"
    return (
        StatedQualification(name="BSc Data", provider="VU", level="EQF 6", url=degree, only_stacked=True),
        StatedQualification(name="MSc Data"),
    )


def _funding() -> tuple[StatedFunding, ...]:
    return (
        StatedFunding(scheme="Skills fund", eligible="Residents", amount="half the price", until="2027-06-30"),
        StatedFunding(scheme="Grant"),
    )


def full_definitions() -> tuple[IssuerFacts, AchievementFacts]:
    """Return facts with every member of a document."""
    issuer, achievement = frozen_facts_1.full_definitions()
    organisation = OrganisationFacts(
        id="urn:uuid:88888888-0000-4000-8000-000000000009", name="VU", country_code="NL", country="NL", region="NH"
    )
    number = OfficialNumberFacts(type="ext:ROR", value="https://ror.org/008xxew50")
    return (
        replace(issuer, numbers=(number,), organisation=organisation),
        replace(
            achievement,
            assessor=IssuerFacts(id="https://hospital.example/", name="Hospital"),
            awarding_body="Universität",
            co_awarding_bodies=("Hospital", "Chamber"),
        ),
    )


AWARD: dict[str, Any] = {
    **frozen_facts_1.AWARD,
    "awarded_on": "2026-06-01T00:00:00+02:00",
    "valid_from": "2026-06-01T00:00:00+02:00",
}
FULL_AWARD: dict[str, Any] = {
    **frozen_facts_1.FULL_AWARD,
    **AWARD,
    "valid_until": "2030-12-31T23:59:59+05:30",
    "learning_from": "2026-01-07T00:00:00+01:00",
    "learning_to": "2026-05-30T00:00:00-03:00",
}


def awards(language: str) -> Iterator[AwardFacts]:
    """Yield the facts of awards in a language, read from the text that was stored of them."""
    yield from frozen_facts_1.awards(language)
    for values in (AWARD, FULL_AWARD):
        stored = {**values, "language": language}
        yield AwardFacts.from_json(json.dumps(stored if language == "de" else {**stored, "results": []}))
