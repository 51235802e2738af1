"""From what an issuer and an entry state to the facts of their documents, labelled in the words of builder 2."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from credentials.builders.v2 import entry_words as words
from credentials.builders.v2.typed import further_typed, plain, typed_words
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    OfficialNumberFacts,
    OrganisationFacts,
    RelatedFacts,
    ResultDescriptionFacts,
    StatedEntry,
    StatedIssuer,
    StatedItem,
    StatedOrganisation,
    StatedParty,
    StatedResult,
)
from credentials.errors import DataModelError

_TYPES: Final[Mapping[str, str]] = {
    "micro-credential": "MicroCredential",
    "micro-degree": "LearningProgram",
    "participation": "CertificateOfCompletion",
    "document": "Achievement",
    "equivalence": "QualityAssuranceCredential",
}
_CREDITS_PER_ECTS: Final[Mapping[str, Decimal]] = {"NZ credits": Decimal(2)}
"""Source: Description of the New Zealand Tertiary Education System, 2015."""

_ITEMS: Final = (
    "prerequisites", "resources", "assessment", "supervision", "quality_assurance", "outcome", "stackability",
)  # fmt: skip
_FURTHER_ITEMS: Final = ("participation", "learning_period", "type", "price", "approved", "review")
"""Items that stand in a document where something is stated; how and when the holder took part, the award says itself."""

_EQF_ADDRESS: Final = "http://data.europa.eu/snb/eqf/{level}"


def issuer_facts(stated: StatedIssuer) -> IssuerFacts:
    """Return the issuer as its documents name it; a sample's description says that it is one."""
    parts = [words.SAMPLE_NOTICE + "."] if stated.is_sample else []
    return IssuerFacts(
        id=stated.did,
        name=stated.name,
        url=stated.url,
        description=" ".join([*parts, stated.description]).strip() or None,
        image_url=stated.image_url,
        email=stated.email,
        numbers=tuple(
            OfficialNumberFacts(type=_number_type(entry.type), value=entry.value) for entry in stated.numbers
        ),
        organisation=_organisation(stated.organisation) if stated.organisation else None,
    )


def _number_type(code: str) -> str:
    return "identifier" if code == "other" else f"ext:{code}"


def _organisation(stated: StatedOrganisation) -> OrganisationFacts:
    return OrganisationFacts(
        id=stated.id,
        name=stated.name,
        country_code=stated.country_code or None,
        country=stated.country or None,
        region=stated.region or None,
    )


def achievement_facts(stated: StatedEntry) -> AchievementFacts:
    """Return an entry as documents carry it: everything a reader needs, inside.

    Raises:
        DataModelError: a text cannot stand in a signed document.
    """
    entry = _Entry(stated, stated.language)
    return AchievementFacts(
        id=stated.url,
        name=f"{stated.name} ({words.SAMPLE_NOTICE})" if stated.is_sample else stated.name,
        description=stated.description or stated.name,
        language=stated.language,
        achievement_type=_TYPES[stated.kind],
        criteria=" ".join(entry.criteria()),
        # Not the version's own address: in RDF the criteria and the achievement would be one thing.
        criteria_url=f"{stated.url}#criteria",
        image_url=stated.image_url,
        version=str(stated.number),
        credits_available=stated.ects_credits,
        alignments=(*stated.alignments, *entry.alignments()),
        result_descriptions=tuple(entry.result_descriptions()),
        related=tuple(entry.related()),
        information=tuple(entry.information()),
        creator=entry.body("owns_definition"),
        assessor=entry.body("assesses"),
        awarding_body=next(entry.names("awards"), None),
        co_awarding_bodies=tuple(entry.names("co-awards")),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry in the words of its language."""

    stated: StatedEntry
    language: str

    def own(self, texts: words.Words) -> str:
        return words.in_language(texts, self.language)

    def line(self, label: str, text: str) -> InformationFacts:
        return InformationFacts(label=self.own(words.LABELS[label]), text=text)

    def item(self, name: str) -> str:
        """Return an item's text with the words of its code behind it, unless it says so itself; else its state."""
        item, typed = self.stated.items.get(name, StatedItem("not_stated")), typed_words(self.stated, name)
        if item.state != "value":
            return typed or self.own(words.STATES[item.state])
        said = not typed or typed.casefold() in item.text.casefold()
        return item.text if said else f"{item.text} ({typed})"

    def is_stated(self, name: str) -> bool:
        state = self.stated.items.get(name, StatedItem("not_stated")).state
        return state == "value" or bool(typed_words(self.stated, name))

    def body(self, role: str) -> IssuerFacts | None:
        """Return the one body of a role that has an address; Open Badges 3.0 has a place for one, and wants an id."""
        bodies = [party for party in self.stated.parties if party.role == role]
        if len(bodies) != 1 or not bodies[0].url:
            return None
        try:
            return IssuerFacts(id=bodies[0].url, name=bodies[0].name)
        except DataModelError:
            # An address that cannot stand in RDF; the body is named among the labelled lines all the same.
            return None

    def names(self, role: str) -> Iterator[str]:
        return (party.name for party in self.stated.parties if party.role == role)

    def alignments(self) -> Iterator[AlignmentFacts]:
        """Tell the EQF level as a node of its framework, with how it is known."""
        level = self.stated.level_eqf
        if level is not None:
            basis = self.own(words.BASES[self.stated.level_eqf_basis])
            yield AlignmentFacts(
                target_name=self.own(words.EQF_LEVEL).format(level=level),
                target_url=_EQF_ADDRESS.format(level=level),
                target_code=str(level),
                target_description=", ".join(filter(None, [basis, self.stated.level_eqf_source])),
                target_framework=self.own(words.EQF),
            )

    def unstated(self) -> str:
        return self.own(words.STATES["not_stated"])

    def criteria(self) -> Iterator[str]:
        """State the criteria and the threshold; an entry without either says so."""
        stated, rule = self.stated.criteria, self.stated.outcome_rule
        if stated:
            yield stated
        if rule:
            measure, least = rule
            yield self.own(words.MEASURES[measure]).format(least=least)
        if not stated and not rule:
            yield self.own(words.CRITERIA_UNSTATED)

    def related(self) -> Iterator[RelatedFacts]:
        if self.stated.earlier_url:
            earlier = str(self.stated.number - 1)
            yield RelatedFacts(id=self.stated.earlier_url, language=self.language, version=earlier)

    def information(self) -> Iterator[InformationFacts]:
        """Label everything that Open Badges 3.0 has no field for."""
        yield self.line("kind", self.own(words.KINDS[self.stated.kind]))
        yield self.line("provider", self.item("provider"))
        yield self.line("learning_outcomes", "; ".join(self.stated.outcomes) or self.unstated())
        yield self.line("credits", "; ".join(self.credits()) or self.item("credits"))
        yield self.line("workload", self.workload() or self.unstated())
        yield self.line("level", "; ".join(self.level()) or self.unstated())
        for name in _ITEMS:
            yield self.line(name, self.item(name))
        for name in _FURTHER_ITEMS:
            if self.is_stated(name):
                yield self.line(name, self.item(name))
        for label, text in further_typed(self.stated):
            yield self.line(label, text)
        for party in self.stated.parties:
            if party.role in words.LABELS:
                yield self.line(party.role, _named(party))

    def workload(self) -> str:
        """Return the workload as the provider words it, else its hours; empty where neither is stated."""
        least, most = self.stated.workload_hours_min, self.stated.workload_hours_max
        if self.stated.workload_text or least is None:
            return self.stated.workload_text
        hours = plain(least) if most in (None, least) else f"{plain(least)}-{plain(most)}"
        return self.own(words.HOURS).format(hours=hours)

    def credits(self) -> Iterator[str]:
        """Name each kind of credit by itself; points of another system are never added to ECTS."""
        stated = self.stated
        if stated.ects_credits is not None:
            yield f"{plain(stated.ects_credits)} ECTS"
        if stated.national_credits is not None:
            yield f"{plain(stated.national_credits)} {stated.national_credit_system}"
            per_ects = _CREDITS_PER_ECTS.get(stated.national_credit_system)
            if per_ects is not None and stated.ects_credits is None:
                yield f"= {plain(stated.national_credits / per_ects)} ECTS"
        if stated.other_points is not None:
            yield f"{plain(stated.other_points)} {stated.other_points_name} ({stated.other_points_body})"

    def level(self) -> Iterator[str]:
        stated = self.stated
        if stated.level_national:
            yield stated.level_national
        if stated.level_eqf is not None:
            basis = self.own(words.BASES[stated.level_eqf_basis])
            yield f"EQF {stated.level_eqf} ({', '.join(filter(None, [basis, stated.level_eqf_source]))})"

    def result_descriptions(self) -> Iterator[ResultDescriptionFacts]:
        """Describe the results that an award may state; the outcome rule is the first."""
        if self.stated.outcome_rule:
            measure, least = self.stated.outcome_rule
            yield ResultDescriptionFacts(
                id=f"{self.stated.url}#result",
                name=self.own(words.RESULT_NAMES[measure]),
                result_type="Percent",
                required_value=least,
                value_min="0",
                value_max="100",
            )
        for result in self.stated.results:
            yield self._result_description(result)

    def _result_description(self, result: StatedResult) -> ResultDescriptionFacts:
        address = f"{self.stated.url}#{result.key}"
        levels = (
            LevelFacts(id=f"{address}-{level.key}", name=level.name, points=level.points) for level in result.levels
        )
        return ResultDescriptionFacts(
            id=address,
            name=result.name,
            result_type=result.type,
            required_value=result.required_value,
            value_min=result.value_min,
            value_max=result.value_max,
            levels=tuple(levels),
        )


def _named(party: StatedParty) -> str:
    """Name a party with the person who signs for it."""
    signatory = ", ".join(filter(None, [party.signatory_name, party.signatory_role]))
    return f"{party.name} ({signatory})" if signatory else party.name
