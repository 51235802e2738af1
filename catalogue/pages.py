"""What pages show of entries and issuers: plain values, ready in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.code_words import STARTS
from catalogue.models import Achievement, AchievementKind, AchievementVersion, Audience, CourseRun, PartyRole
from catalogue.parties import parties_of, party_text
from catalogue.rules import INFORMATION_ITEMS
from catalogue.selectors import RelatedEntry
from catalogue.wording import card_facts, facts_strip, information, item_text, language_name
from registry.dates import day_in_words
from registry.language_maps import LanguageText, language_text
from registry.models import IssuerProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An entry in a list; `facts` are short texts that stand in one line."""

    title: LanguageText
    provider_line: LanguageText
    kind: str
    kind_label: str
    facts: list[str]
    image_url: str
    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """The entries that an entry relates to in one way: `label` starts the sentence, each has its title and path."""

    label: str
    entries: list[RelatedEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of the course as the page tells it: `dates` is never empty, `details` are short texts of one line."""

    dates: str
    details: list[str]
    url: str
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """An entry's own page. `items` are the 15 (label, state, value), `further` what is stated beside them.

    `facts` are (label, value, note); `alignments` (label, address, level). Texts know their language.
    """

    title: LanguageText
    kind: str
    kind_label: str
    state: str
    sample: bool
    internal: bool
    provider_line: LanguageText
    provider_url: str
    contact_email: str
    issuer_name: LanguageText
    issuer_url: str
    image_url: str
    image_alt: LanguageText
    facts: list[tuple[str, str, str]]
    description: LanguageText
    outcomes: tuple[LanguageText, ...]
    criteria: LanguageText
    threshold: str
    prerequisites: LanguageText
    relations: list[Related]
    alignments: list[tuple[str, str, str]]
    start: str
    runs: list[Run]
    items: list[tuple[str, str, str]]
    further: list[tuple[str, str, str]]
    parties: list[tuple[str, str]]
    version: int
    published_on: dt.datetime | None
    last_award_on: dt.date | None
    is_current: bool
    current_url: str
    json_url: str


def entry_path(achievement: Achievement) -> str:
    """Return the path of an entry's page."""
    return f"/catalogue/{achievement.issuer.slug}/{achievement.slug}/"


def version_path(version: AchievementVersion) -> str:
    """Return the path of a version's permanent page."""
    return f"{entry_path(version.achievement)}v/{version.number}/"


def image_path(sha256: str) -> str:
    """Return the path of a stored image; empty where there is none."""
    return f"/media/{sha256}.png" if sha256 else ""


def small_image_path(sha256: str) -> str:
    """Return the path of a stored image's rendering for lists; empty where there is none."""
    return f"/media/{sha256}.webp" if sha256 else ""


def card(version: AchievementVersion, profile: IssuerProfile, language: str) -> Card:
    """Return an entry as a list shows it."""
    achievement = version.achievement
    return Card(
        title=language_text(version.texts["name"], language),
        provider_line=_provider(version, profile, language),
        kind=achievement.kind,
        kind_label=kind_label(version),
        facts=card_facts(version, language),
        image_url=small_image_path(version.image_sha),
        url=entry_path(achievement),
        state=achievement.state,
    )


def entry_page(
    version: AchievementVersion, profile: IssuerProfile, language: str, *, newest: int, related: list[RelatedEntry]
) -> EntryPage:
    """Return an entry's page; `newest` is the number of the newest published version."""
    achievement = version.achievement
    shown = ("name", "description", "criteria")
    texts = {name: language_text(version.texts.get(name, {}), language) for name in shown}
    items = information(version, language)
    return EntryPage(
        title=texts["name"],
        kind=achievement.kind,
        kind_label=kind_label(version),
        state=achievement.state,
        sample=achievement.organisation.is_sample,
        internal=achievement.audience == Audience.ORGANISATION,
        provider_line=_provider(version, profile, language),
        **_issuer(achievement, profile, language),
        **_picture(version, language),
        facts=facts_strip(version, language),
        description=texts["description"],
        outcomes=tuple(language_text(outcome, language) for outcome in version.outcomes),
        criteria=texts["criteria"],
        threshold=threshold_text(version),
        prerequisites=item_text(version, "prerequisites", language),
        relations=_grouped(related),
        alignments=[
            (_alignment_label(entry), entry["target_url"], entry.get("level", "")) for entry in version.alignments
        ],
        start=str(STARTS.get(version.start, "")),
        runs=runs_of(version, language, today=timezone.now().date()),
        items=items[: len(INFORMATION_ITEMS)],
        further=items[len(INFORMATION_ITEMS) :],
        parties=[(capfirst(str(PartyRole(party.role).label)), party_text(party)) for party in parties_of(version)],
        version=version.number,
        published_on=version.published_at,
        last_award_on=achievement.last_award_on,
        is_current=version.number == newest,
        current_url=entry_path(achievement),
        json_url=f"{version_path(version)[:-1]}.json" if version.published_at else "",
    )


def _picture(version: AchievementVersion, language: str) -> dict[str, Any]:
    return {"image_url": image_path(version.image_sha), "image_alt": language_text(version.image_alt, language)}


def _issuer(achievement: Achievement, profile: IssuerProfile, language: str) -> dict[str, Any]:
    return {
        "provider_url": profile.url,
        "contact_email": profile.email,
        "issuer_name": language_text(profile.name, language),
        "issuer_url": f"/issuers/{achievement.issuer.slug}/",
    }


def runs_of(version: AchievementVersion, language: str, *, today: dt.date) -> list[Run]:
    """Return the runs of the course: those to come by their start, those without a date, then those that are over."""
    runs = sorted(
        version.runs.all(), key=lambda run: (_is_over(run, today), run.starts_on or dt.date.max, run.position)
    )
    return [
        Run(
            dates=_run_dates(run),
            details=list(filter(None, _run_details(run, language))),
            url=run.url,
            over=_is_over(run, today),
        )
        for run in runs
    ]


def _run_details(run: CourseRun, language: str) -> Iterator[str]:
    yield run.place
    yield language_name(run.language) if run.language else ""
    yield _("Enrolment until {day}").format(day=day_in_words(run.enrol_until)) if run.enrol_until else ""
    yield language_text(run.price, language)


def _is_over(run: CourseRun, today: dt.date) -> bool:
    last = run.ends_on or run.starts_on
    return last is not None and last < today


def _run_dates(run: CourseRun) -> str:
    if run.starts_on and run.ends_on:
        return _("{first} to {last}").format(first=day_in_words(run.starts_on), last=day_in_words(run.ends_on))
    if run.starts_on:
        return _("From {day}").format(day=day_in_words(run.starts_on))
    return _("Until {day}").format(day=day_in_words(run.ends_on)) if run.ends_on else _("Dates not stated")


def _grouped(related: list[RelatedEntry]) -> list[Related]:
    """Say each way of relating once, with all its entries behind it."""
    groups: dict[str, list[RelatedEntry]] = {}
    for relation in related:
        groups.setdefault(relation.kind, []).append(relation)
    return [Related(label=relation_label(kind), entries=entries) for kind, entries in groups.items()]


def kind_label(version: AchievementVersion) -> str:
    """Return the kind in words; a micro-credential of two awarding bodies is a joint one."""
    kind = version.achievement.kind
    if kind == AchievementKind.MICRO_CREDENTIAL and any(
        party.role == PartyRole.CO_AWARDS for party in version.parties.all()
    ):
        return _("Joint micro-credential")
    return str(AchievementKind(kind).label)


def threshold_text(version: AchievementVersion) -> str:
    """Say the outcome rule in a sentence; empty where there is none."""
    rule = version.outcome_rule
    if not rule:
        return ""
    sentence = (
        _("At least {least} % of the total score is needed.")
        if rule["measure"] == "score"
        else _("At least {least} % of the content has to be covered.")
    )
    return sentence.format(least=rule["at_least"])


def relation_label(kind: str) -> str:
    """Return how an entry relates to another one, as the start of a sentence that its title ends."""
    return {
        "equivalent": _("Equivalent to (counts once):"),
        "excludes": _("Cannot be combined with:"),
        "part_of": _("Part of:"),
        "consists_of": _("Made of:"),
        "replaces": _("Replaces:"),
        "replaced_by": _("Replaced by:"),
        "prerequisite": _("Requires:"),
        "required_by": _("Required by:"),
        "derived_from": _("Derived from:"),
        "source_of": _("Others derived from it:"),
    }[kind]


def _provider(version: AchievementVersion, profile: IssuerProfile, language: str) -> LanguageText:
    return item_text(version, "provider", language) or language_text(profile.name, language)


def _alignment_label(entry: Mapping[str, str]) -> str:
    framework = entry.get("target_framework", "")
    return f"{framework}: {entry['target_name']}" if framework else entry["target_name"]
