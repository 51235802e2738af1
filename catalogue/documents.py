"""From a published version to what a builder puts into its Open Badges documents.

Here columns are read; every word and member of a document is a builder's (`credentials.builders`), for a signed document
must come out the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from catalogue.models import AchievementVersion
from catalogue.parties import parties_of
from credentials.builders import CURRENT, Builder
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    IssuerFacts,
    StatedEntry,
    StatedFunding,
    StatedIssuer,
    StatedItem,
    StatedLevel,
    StatedNumber,
    StatedOrganisation,
    StatedParty,
    StatedQualification,
    StatedResult,
)
from registry.language_maps import LanguageMap, text_in
from registry.models import IssuerProfile

SAMPLE_NOTICE: Final = CURRENT.sample_notice
"""Stands in the name of everything that a demonstration awards, in this wording in every language."""

RESULT_KEY: Final = "result"
"""Fragment of the result description that stands for the outcome rule."""


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
    offered = [tag for tag in version.texts["name"] if tag.split("-")[0] in CURRENT.languages]
    primary = wanted.split("-", maxsplit=1)[0]
    same = [tag for tag in offered if tag == wanted or tag.split("-")[0] == primary]
    english = [tag for tag in offered if tag.split("-")[0] == "en"]
    return str(next(iter([*same, *english, *offered, *version.texts["name"]])))


def languages_of(version: AchievementVersion) -> tuple[str, ...]:
    """Return the languages in which awards of this version can be written, the language of instruction first."""
    tags = {signed_language(version, tag) for tag in version.texts["name"]}
    return tuple(sorted(tags, key=lambda tag: (tag != version.language, tag)))


def issuer_facts(profile: IssuerProfile, language: str, *, base_url: str, builder: Builder = CURRENT) -> IssuerFacts:
    """Return the issuer as its documents name it, in the words of a builder."""
    return builder.issuer_facts(
        StatedIssuer(
            did=profile.issuer.did,
            name=text_in(profile.name, language),
            url=profile.url or f"{base_url}/issuers/{profile.issuer.slug}/",
            description=text_in(profile.description, language),
            image_url=image_url(profile.image_sha, base_url),
            email=profile.email or None,
            is_sample=profile.issuer.organisation.is_sample,
            numbers=tuple(StatedNumber(*number) for number in profile.whereabouts.get("numbers", ())),
            organisation=_stated_organisation(profile, language),
        )
    )


def _stated_organisation(profile: IssuerProfile, language: str) -> StatedOrganisation | None:
    """Return the organisation as the profile keeps it, and not as it is today: what was signed is told again for ever."""
    kept = profile.whereabouts
    if not kept:
        return None
    return StatedOrganisation(
        id=profile.issuer.organisation_id.urn,
        name=text_in(kept["name"], language),
        country_code=kept["country"],
        country=text_in(kept["country_name"], language),
        region=kept["region"],
    )


def achievement_facts(
    version: AchievementVersion, language: str, *, base_url: str, builder: Builder = CURRENT
) -> AchievementFacts:
    """Return one version in one language as documents carry it: everything a reader needs, inside.

    Args:
        version: with `achievement.issuer.organisation` and `parties` (loaded or not).
        language: one of `languages_of(version)`.
        base_url: scheme and host under which the version's address is written for good.
        builder: puts it into words; that of the award, where there is one.

    Raises:
        credentials.errors.DataModelError: a text cannot stand in a signed document.
    """
    return builder.achievement_facts(stated_entry(version, language, base_url=base_url))


def signed_name(version: AchievementVersion, language: str) -> str:
    """Return the title as signed: a demonstration's carries the sample notice."""
    name = text_in(version.texts["name"], language)
    return f"{name} ({SAMPLE_NOTICE})" if version.achievement.organisation.is_sample else name


def stated_entry(version: AchievementVersion, language: str, *, base_url: str) -> StatedEntry:
    """Return what a version states in one language, as plain values: nothing is said here, only read."""
    reader = _Reader(version, language)
    return StatedEntry(
        url=version_url(version, base_url),
        number=version.number,
        language=language,
        kind=version.achievement.kind,
        name=reader.text("name"),
        description=reader.text("description"),
        criteria=reader.text("criteria"),
        is_sample=version.achievement.organisation.is_sample,
        earlier_url=reader.earlier_url(base_url),
        image_url=image_url(version.image_sha, base_url),
        outcomes=tuple(text_in(outcome, language) for outcome in version.outcomes),
        items=dict(reader.items()),
        alignments=tuple(reader.alignments()),
        alignment_levels=tuple(reader.alignment_levels()),
        results=tuple(reader.results()),
        parties=tuple(reader.parties()),
        outcome_rule=reader.outcome_rule(),
        workload_text=text_in(version.workload_text, language),
        assessment_kinds=tuple(version.assessment_kinds),
        intended_use=tuple(version.intended_use),
        credit_bearing="" if version.credit_bearing == "not_stated" else version.credit_bearing,
        qualifications=tuple(reader.qualifications()),
        accessibility=text_in(version.accessibility, language),
        funding=tuple(reader.funding()),
        **{name: getattr(version, name) for name in _AS_STORED},
    )


_AS_STORED: Final = (
    "ects_credits",
    "national_credits",
    "national_credit_system",
    "other_points",
    "other_points_name",
    "other_points_body",
    "workload_hours_min",
    "workload_hours_max",
    "level_eqf",
    "level_eqf_basis",
    "level_eqf_source",
    "level_national",
    "summative",
    "voluntary",
    "supervision_kind",
    "mode",
    "period",
    "objective",
    "qa_kind",
    "materials_licence",
    "price_amount",
    "price_unit",
    "price_tax_included",
    "start",
    "access_period",
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a version's columns in one language."""

    version: AchievementVersion
    language: str

    def own(self, texts: LanguageMap) -> str:
        return text_in(texts, self.language)

    def text(self, name: str) -> str:
        return self.own(self.version.texts.get(name, {}))

    def earlier_url(self, base_url: str) -> str | None:
        number = self.version.number
        return f"{achievement_url(self.version, base_url)}v/{number - 1}/" if number > 1 else None

    def items(self) -> Iterator[tuple[str, StatedItem]]:
        for item, fact in self.version.facts.items():
            stated = text_in(fact["value"], self.language) if fact["state"] == "value" else ""
            yield item, StatedItem(fact["state"], stated)

    def alignments(self) -> Iterator[AlignmentFacts]:
        for entry in self.version.alignments:
            # Open Badges 3.0 has no place for the level that a target has in its own framework.
            yield AlignmentFacts(**{name: text for name, text in entry.items() if name != "level"})

    def alignment_levels(self) -> Iterator[tuple[str, str]]:
        for entry in self.version.alignments:
            if entry.get("level"):
                yield entry["target_name"], str(entry["level"])

    def qualifications(self) -> Iterator[StatedQualification]:
        for entry in self.version.qualifications:
            texts = {name: entry[name] for name in ("provider", "level", "url") if entry.get(name)}
            yield StatedQualification(
                name=self.own(entry["name"]), only_stacked=bool(entry.get("only_stacked")), **texts
            )

    def funding(self) -> Iterator[StatedFunding]:
        for entry in self.version.funding:
            yield StatedFunding(
                scheme=self.own(entry["scheme"]),
                eligible=self.own(entry.get("eligible", {})),
                amount=self.own(entry.get("amount", {})),
                until=str(entry.get("until", "")),
            )

    def outcome_rule(self) -> tuple[str, str] | None:
        rule = self.version.outcome_rule
        return (rule["measure"], rule["at_least"]) if rule else None

    def parties(self) -> Iterator[StatedParty]:
        for party in parties_of(self.version):
            yield StatedParty(
                role=party.role,
                name=party.name,
                signatory_name=party.signatory_name,
                signatory_role=party.signatory_role,
                url=party.url,
            )

    def results(self) -> Iterator[StatedResult]:
        for entry in self.version.result_descriptions:
            levels = (
                StatedLevel(key=level["key"], name=text_in(level["name"], self.language), points=level.get("points"))
                for level in entry.get("levels", ())
            )
            yield StatedResult(
                key=entry["key"],
                name=text_in(entry["name"], self.language),
                type=entry["type"],
                required_value=entry.get("required_value"),
                value_min=entry.get("value_min"),
                value_max=entry.get("value_max"),
                levels=tuple(levels),
            )


def plain_number(number: Decimal) -> str:
    """Write a stored decimal without the zeros of its column: 5, 2.5, 40."""
    return f"{number.normalize():f}"
