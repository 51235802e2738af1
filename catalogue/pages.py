"""What pages show of entries and issuers: plain values, ready in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.models import Achievement, AchievementKind, AchievementVersion, PartyRole
from catalogue.parties import parties_of, party_text
from catalogue.wording import facts_line, facts_strip, information, item_text
from registry.language_maps import best_language, text_in
from registry.models import IssuerProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An entry in a list."""

    title: str
    provider_line: str
    kind: str
    kind_label: str
    facts_line: str
    image_url: str
    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """An entry's own page. `items` are (label, state, value), `facts` (label, value, note)."""

    title: str
    language: str
    kind: str
    kind_label: str
    chips: tuple[str, ...]
    state: str
    sample: bool
    provider_line: str
    issuer_name: str
    issuer_url: str
    image_url: str
    facts: list[tuple[str, str, str]]
    description: str
    outcomes: tuple[str, ...]
    criteria: str
    prerequisites: tuple[str, ...]
    relations: list[tuple[str, str, str]]
    alignments: list[tuple[str, str]]
    items: list[tuple[str, str, str]]
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


def card(version: AchievementVersion, profile: IssuerProfile, language: str) -> Card:
    """Return an entry as a list shows it."""
    achievement = version.achievement
    return Card(
        title=text_in(version.texts["name"], language),
        provider_line=_provider(version, profile, language),
        kind=achievement.kind,
        kind_label=kind_label(version),
        facts_line=facts_line(version, language),
        image_url=image_path(version.image_sha),
        url=entry_path(achievement),
        state=achievement.state,
    )


def entry_page(
    version: AchievementVersion,
    profile: IssuerProfile,
    language: str,
    *,
    newest: int,
    relations: Iterable[tuple[str, str, str]],
) -> EntryPage:
    """Return an entry's page; `newest` is the number of the newest published version."""
    achievement = version.achievement
    texts = {name: text_in(version.texts.get(name, {}), language) for name in ("name", "description", "criteria")}
    return EntryPage(
        title=texts["name"],
        language=best_language(list(version.texts["name"]), language) or language,
        kind=achievement.kind,
        kind_label=kind_label(version),
        chips=(_("Credit-bearing"),) if version.ects_credits or version.national_credits else (),
        state=achievement.state,
        sample=achievement.organisation.is_sample,
        provider_line=_provider(version, profile, language),
        issuer_name=text_in(profile.name, language),
        issuer_url=f"/issuers/{achievement.issuer.slug}/",
        image_url=image_path(version.image_sha),
        facts=facts_strip(version, language),
        description=texts["description"],
        outcomes=tuple(text_in(outcome, language) for outcome in version.outcomes),
        criteria=" ".join(filter(None, [texts["criteria"], threshold_text(version)])),
        prerequisites=tuple(filter(None, [item_text(version, "prerequisites", language)])),
        relations=list(relations),
        alignments=[(_alignment_label(entry), entry["target_url"]) for entry in version.alignments],
        items=information(version, language),
        parties=[(capfirst(str(PartyRole(party.role).label)), party_text(party)) for party in parties_of(version)],
        version=version.number,
        published_on=version.published_at,
        last_award_on=achievement.last_award_on,
        is_current=version.number == newest,
        current_url=entry_path(achievement),
        json_url=f"{version_path(version)[:-1]}.json" if version.published_at else "",
    )


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
    }[kind]


def _provider(version: AchievementVersion, profile: IssuerProfile, language: str) -> str:
    return item_text(version, "provider", language) or text_in(profile.name, language)


def _alignment_label(entry: Mapping[str, str]) -> str:
    framework = entry.get("target_framework", "")
    return f"{framework}: {entry['target_name']}" if framework else entry["target_name"]
