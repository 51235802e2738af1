"""From what an issuer and an entry state to the facts of their documents, labelled in the words of builder 1."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from credentials.builders.v1 import entry_words as words
from credentials.documents import (
    AchievementFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    RelatedFacts,
    ResultDescriptionFacts,
    StatedEntry,
    StatedIssuer,
    StatedItem,
    StatedParty,
    StatedResult,
)

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
_FURTHER_ITEMS: Final = ("type", "price", "approved", "review")


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
        alignments=stated.alignments,
        result_descriptions=tuple(entry.result_descriptions()),
        related=tuple(entry.related()),
        information=tuple(entry.information()),
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
        item = self.stated.items.get(name, StatedItem("not_stated"))
        return item.text if item.state == "value" else self.own(words.STATES[item.state])

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
            if self.stated.items.get(name, StatedItem("not_stated")).state == "value":
                yield self.line(name, self.item(name))
        for party in self.stated.parties:
            if party.role in words.LABELS:
                yield self.line(party.role, _named(party))

    def workload(self) -> str:
        """Return the workload as the provider words it, else its hours; empty where neither is stated."""
        least, most = self.stated.workload_hours_min, self.stated.workload_hours_max
        if self.stated.workload_text or least is None:
            return self.stated.workload_text
        hours = _plain(least) if most in (None, least) else f"{_plain(least)}-{_plain(most)}"
        return self.own(words.HOURS).format(hours=hours)

    def credits(self) -> Iterator[str]:
        """Name each kind of credit by itself; points of another system are never added to ECTS."""
        stated = self.stated
        if stated.ects_credits is not None:
            yield f"{_plain(stated.ects_credits)} ECTS"
        if stated.national_credits is not None:
            yield f"{_plain(stated.national_credits)} {stated.national_credit_system}"
            per_ects = _CREDITS_PER_ECTS.get(stated.national_credit_system)
            if per_ects is not None and stated.ects_credits is None:
                yield f"= {_plain(stated.national_credits / per_ects)} ECTS"
        if stated.other_points is not None:
            yield f"{_plain(stated.other_points)} {stated.other_points_name} ({stated.other_points_body})"

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


def _plain(number: Decimal | None) -> str:
    """Write a stored decimal without the zeros of its column: 5, 2.5, 40."""
    return "" if number is None else f"{number.normalize():f}"
