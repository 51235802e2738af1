"""From a published version to the typed facts of its Open Badges documents.

A signed document must come out the same for ever, so the words below stand in the code and not in a message catalogue:
to change one is a new builder version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from catalogue.models import AchievementKind, AchievementVersion, PartyRole
from catalogue.parties import parties_of, party_text
from catalogue.rules import ects_equivalent
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    RelatedFacts,
    ResultDescriptionFacts,
)
from registry.language_maps import text_in
from registry.models import IssuerProfile

SAMPLE_NOTICE: Final = "Sample - not issued by this institution"
"""Stands in the name of everything that a demonstration awards, in this wording in every language."""

SIGNED_LANGUAGES: Final = ("en", "de")
"""Languages in which a document can be labelled; an award in another one gets the first."""

RESULT_KEY: Final = "result"
"""Fragment of the result description that stands for the outcome rule."""

_TYPES: Final[Mapping[str, str]] = {
    AchievementKind.MICRO_CREDENTIAL: "MicroCredential",
    AchievementKind.MICRO_DEGREE: "LearningProgram",
    AchievementKind.PARTICIPATION: "CertificateOfCompletion",
    AchievementKind.DOCUMENT: "Achievement",
    AchievementKind.EQUIVALENCE: "QualityAssuranceCredential",
}

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {"en": "Kind", "de": "Art"},
    "provider": {"en": "Provider", "de": "Anbieter"},
    "learning_outcomes": {"en": "Learning outcomes", "de": "Lernergebnisse"},
    "participation": {"en": "Mode of participation", "de": "Art der Teilnahme"},
    "credits": {"en": "Credits", "de": "Leistungspunkte"},
    "workload": {"en": "Workload", "de": "Arbeitsaufwand"},
    "level": {"en": "Level", "de": "Niveau"},
    "learning_period": {"en": "Period of learning", "de": "Lernzeitraum"},
    "prerequisites": {"en": "Prerequisites", "de": "Voraussetzungen"},
    "resources": {"en": "Learning resources", "de": "Lernmaterialien"},
    "assessment": {"en": "Type of assessment", "de": "Prüfungsform"},
    "supervision": {"en": "Supervision and identity check", "de": "Aufsicht und Identitätsprüfung"},
    "quality_assurance": {"en": "Quality assurance", "de": "Qualitätssicherung"},
    "outcome": {"en": "Outcome for the learner", "de": "Ergebnis für die Lernenden"},
    "stackability": {"en": "Integration and stackability", "de": "Einbindung und Kombinierbarkeit"},
    "type": {"en": "Type, as published", "de": "Art, wie veröffentlicht"},
    "price": {"en": "Price", "de": "Preis"},
    "approved": {"en": "Approved", "de": "Zugelassen"},
    "review": {"en": "Review", "de": "Überprüfung"},
    PartyRole.AWARDS: {"en": "Awarding body", "de": "Verleihende Einrichtung"},
    PartyRole.CO_AWARDS: {"en": "Co-awarding body", "de": "Mitverleihende Einrichtung"},
    PartyRole.CERTIFIES: {"en": "Certified by", "de": "Anerkannt durch"},
    PartyRole.PARTNERS: {"en": "Partner", "de": "Partner"},
    PartyRole.ENDORSES: {"en": "Endorsed by", "de": "Empfohlen von"},
    PartyRole.OWNS_DEFINITION: {"en": "Owner of the definition", "de": "Eigentümerin der Definition"},
    PartyRole.DELIVERS: {"en": "Delivered by", "de": "Durchgeführt von"},
    PartyRole.ASSESSES: {"en": "Assessed by", "de": "Geprüft von"},
    PartyRole.PLATFORM: {"en": "Platform", "de": "Plattform"},
}
_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    AchievementKind.MICRO_CREDENTIAL: {"en": "Micro-credential", "de": "Micro-Credential"},
    AchievementKind.MICRO_DEGREE: {"en": "Micro-degree", "de": "Micro-Degree"},
    AchievementKind.PARTICIPATION: {"en": "Confirmation of participation", "de": "Teilnahmebestätigung"},
    AchievementKind.DOCUMENT: {"en": "Document", "de": "Dokument"},
    AchievementKind.EQUIVALENCE: {"en": "Equivalence statement", "de": "Gleichwertigkeitsbescheinigung"},
}
_STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "not_stated": {"en": "not stated", "de": "keine Angabe"},
    "none": {"en": "none", "de": "keine"},
    "not_applicable": {"en": "not applicable", "de": "nicht zutreffend"},
}
_HOURS: Final[Mapping[str, str]] = {"en": "{hours} hours", "de": "{hours} Stunden"}
_BASES: Final[Mapping[str, Mapping[str, str]]] = {
    "referenced": {"en": "referenced", "de": "zugeordnet"},
    "compared": {"en": "compared", "de": "verglichen"},
    "provider_claim": {"en": "provider's claim", "de": "Angabe des Anbieters"},
}
_MEASURES: Final[Mapping[str, Mapping[str, str]]] = {
    "score": {"en": "At least {least} % of the total score.", "de": "Mindestens {least} % der Gesamtpunktzahl."},
    "content": {"en": "At least {least} % of the content.", "de": "Mindestens {least} % der Inhalte."},
}
_RESULT_NAME: Final[Mapping[str, Mapping[str, str]]] = {
    "score": {"en": "Share of the total score", "de": "Anteil an der Gesamtpunktzahl"},
    "content": {"en": "Share of the content", "de": "Anteil der Inhalte"},
}
_CRITERIA_UNSTATED: Final = {"en": "Criteria: not stated.", "de": "Kriterien: keine Angabe."}

_FACTS_SIGNED: Final = (
    "prerequisites", "resources", "assessment", "supervision", "quality_assurance", "outcome", "stackability",
)  # fmt: skip
_FURTHER_SIGNED: Final = ("type", "price", "approved", "review")


def achievement_url(version: AchievementVersion, base_url: str) -> str:
    """Return the address of an entry, where its newest version stands."""
    achievement = version.achievement
    return f"{base_url}/catalogue/{achievement.issuer.slug}/{achievement.slug}/"


def version_url(version: AchievementVersion, base_url: str) -> str:
    """Return the permanent address of a version: the `id` of the Achievement in documents."""
    return f"{achievement_url(version, base_url)}v/{version.number}/"


def result_id(version: AchievementVersion, key: str, base_url: str) -> str:
    """Return the address of one of a version's result descriptions, which an award's results point to."""
    return f"{version_url(version, base_url)}#{key}"


def image_url(sha256: str, base_url: str) -> str | None:
    """Return the content-addressed address of an image, None where there is none."""
    return f"{base_url}/media/{sha256}.png" if sha256 else None


def signed_language(version: AchievementVersion, wanted: str) -> str:
    """Return the language in which an award of this version is written for a reader of `wanted`.

    A language counts when the title exists in it and we can label the facts in it; otherwise English or the title's own.
    """
    offered = [tag for tag in version.texts["name"] if tag.split("-")[0] in SIGNED_LANGUAGES]
    primary = wanted.split("-", maxsplit=1)[0]
    same = [tag for tag in offered if tag == wanted or tag.split("-")[0] == primary]
    english = [tag for tag in offered if tag.split("-")[0] == "en"]
    return str(next(iter([*same, *english, *offered, *version.texts["name"]])))


def languages_of(version: AchievementVersion) -> tuple[str, ...]:
    """Return the languages in which awards of this version can be written, the language of instruction first."""
    tags = {signed_language(version, tag) for tag in version.texts["name"]}
    return tuple(sorted(tags, key=lambda tag: (tag != version.language, tag)))


def issuer_facts(profile: IssuerProfile, language: str, *, base_url: str) -> IssuerFacts:
    """Return the issuer as its documents name it; a sample's description says that it is one."""
    described = text_in(profile.description, language)
    parts = [SAMPLE_NOTICE + "."] if profile.issuer.organisation.is_sample else []
    return IssuerFacts(
        id=profile.issuer.did,
        name=text_in(profile.name, language),
        url=profile.url or f"{base_url}/issuers/{profile.issuer.slug}/",
        description=" ".join([*parts, described]).strip() or None,
        image_url=image_url(profile.image_sha, base_url),
        email=profile.email or None,
    )


def achievement_facts(version: AchievementVersion, language: str, *, base_url: str) -> AchievementFacts:
    """Return one version in one language as documents carry it: everything a reader needs, inside.

    Args:
        version: with `achievement.issuer.organisation` and `parties` (loaded or not).
        language: one of `languages_of(version)`.
        base_url: scheme and host under which the version's address is written for good.

    Raises:
        credentials.errors.DataModelError: a text cannot stand in a signed document.
    """
    words = _Words(version, language)
    # Open Badges 3.0 has no place for the level that a target has in its own framework.
    told = ({name: text for name, text in entry.items() if name != "level"} for entry in version.alignments)
    alignments = tuple(AlignmentFacts(**alignment) for alignment in told)
    return AchievementFacts(
        id=version_url(version, base_url),
        name=signed_name(version, language),
        description=words.text("description") or words.text("name"),
        language=language,
        achievement_type=_TYPES[version.achievement.kind],
        criteria=" ".join(words.criteria()),
        # Not the version's own address: in RDF the criteria and the achievement would be one thing.
        criteria_url=result_id(version, "criteria", base_url),
        image_url=image_url(version.image_sha, base_url),
        version=str(version.number),
        credits_available=version.ects_credits,
        alignments=alignments,
        result_descriptions=tuple(words.result_descriptions(base_url)),
        related=tuple(_related(version, language, base_url)),
        information=tuple(words.information()),
    )


def signed_name(version: AchievementVersion, language: str) -> str:
    """Return the title as signed: a demonstration's carries the sample notice."""
    name = text_in(version.texts["name"], language)
    return f"{name} ({SAMPLE_NOTICE})" if version.achievement.organisation.is_sample else name


def _related(version: AchievementVersion, language: str, base_url: str) -> Iterator[RelatedFacts]:
    if version.number > 1:
        earlier = f"{achievement_url(version, base_url)}v/{version.number - 1}/"
        yield RelatedFacts(id=earlier, language=language, version=str(version.number - 1))


@dataclass(frozen=True, slots=True)
class _Words:
    """A version's facts in the words of one language."""

    version: AchievementVersion
    language: str

    def own(self, texts: Mapping[str, str]) -> str:
        """Return one of this module's own words."""
        return texts.get(self.language.split("-")[0], texts["en"])

    def text(self, name: str) -> str:
        return text_in(self.version.texts.get(name, {}), self.language)

    def line(self, label: str, text: str) -> InformationFacts:
        return InformationFacts(label=self.own(_LABELS[label]), text=text)

    def fact(self, item: str) -> str:
        fact = self.version.facts.get(item, {"state": "not_stated"})
        return text_in(fact["value"], self.language) if fact["state"] == "value" else self.own(_STATES[fact["state"]])

    def criteria(self) -> Iterator[str]:
        """State the criteria and the threshold; an entry without either says so."""
        stated = self.text("criteria")
        rule = self.version.outcome_rule
        if stated:
            yield stated
        if rule:
            yield self.own(_MEASURES[rule["measure"]]).format(least=rule["at_least"])
        if not stated and not rule:
            yield self.own(_CRITERIA_UNSTATED)

    def information(self) -> Iterator[InformationFacts]:
        """Label everything that Open Badges 3.0 has no field for."""
        version = self.version
        yield self.line("kind", self.own(_KINDS[version.achievement.kind]))
        yield self.line("provider", self.fact("provider"))
        outcomes = [text_in(outcome, self.language) for outcome in version.outcomes]
        yield self.line("learning_outcomes", "; ".join(outcomes) or self.own(_STATES["not_stated"]))
        yield self.line("credits", "; ".join(self.credits()) or self.fact("credits"))
        yield self.line("workload", self.workload() or self.own(_STATES["not_stated"]))
        yield self.line("level", "; ".join(self.level()) or self.own(_STATES["not_stated"]))
        for item in _FACTS_SIGNED:
            yield self.line(item, self.fact(item))
        for item in _FURTHER_SIGNED:
            if version.facts.get(item, {}).get("state") == "value":
                yield self.line(item, self.fact(item))
        for party in parties_of(version):
            yield self.line(party.role, party_text(party))

    def workload(self) -> str:
        """Return the workload as the provider words it, else its hours; empty where neither is stated."""
        version = self.version
        least, most = version.workload_hours_min, version.workload_hours_max
        if version.workload_text or least is None:
            return text_in(version.workload_text, self.language)
        hours = plain_number(least) if most in (None, least) else f"{plain_number(least)}-{plain_number(most)}"
        return self.own(_HOURS).format(hours=hours)

    def credits(self) -> Iterator[str]:
        """Name each kind of credit by itself; points of another system are never added to ECTS."""
        version = self.version
        if version.ects_credits is not None:
            yield f"{plain_number(version.ects_credits)} ECTS"
        if version.national_credits is not None:
            yield f"{plain_number(version.national_credits)} {version.national_credit_system}"
            equivalent = ects_equivalent(version.national_credits, version.national_credit_system)
            if equivalent is not None and version.ects_credits is None:
                yield f"= {plain_number(equivalent)} ECTS"
        if version.other_points is not None:
            yield f"{plain_number(version.other_points)} {version.other_points_name} ({version.other_points_body})"

    def level(self) -> Iterator[str]:
        version = self.version
        if version.level_national:
            yield version.level_national
        if version.level_eqf is not None:
            known = ", ".join(filter(None, [self.own(_BASES[version.level_eqf_basis]), version.level_eqf_source]))
            yield f"EQF {version.level_eqf} ({known})"

    def result_descriptions(self, base_url: str) -> Iterator[ResultDescriptionFacts]:
        """Describe the results that an award may state; the outcome rule is the first."""
        rule = self.version.outcome_rule
        if rule:
            yield ResultDescriptionFacts(
                id=result_id(self.version, RESULT_KEY, base_url),
                name=self.own(_RESULT_NAME[rule["measure"]]),
                result_type="Percent",
                required_value=rule["at_least"],
                value_min="0",
                value_max="100",
            )
        for entry in self.version.result_descriptions:
            yield self._result_description(entry, base_url)

    def _result_description(self, entry: Mapping[str, Any], base_url: str) -> ResultDescriptionFacts:
        levels = tuple(
            LevelFacts(
                id=result_id(self.version, f"{entry['key']}-{level['key']}", base_url),
                name=text_in(level["name"], self.language),
                points=level.get("points"),
            )
            for level in entry.get("levels", ())
        )
        return ResultDescriptionFacts(
            id=result_id(self.version, entry["key"], base_url),
            name=text_in(entry["name"], self.language),
            result_type=entry["type"],
            required_value=entry.get("required_value"),
            value_min=entry.get("value_min"),
            value_max=entry.get("value_max"),
            levels=levels,
        )


def plain_number(number: Decimal) -> str:
    """Write a stored decimal without the zeros of its column: 5, 2.5, 40."""
    return f"{number.normalize():f}"
