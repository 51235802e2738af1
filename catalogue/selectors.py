"""Reading the catalogue: what may be awarded, what an editor may see, what an entry says."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext

from catalogue.content import COLUMNS, RUN_FIELDS, AchievementContent, PartyContent, RunContent
from catalogue.documents import RESULT_KEY
from catalogue.errors import NoSuchAchievementError, NotPublishedError, PlannedError, RetiredError
from catalogue.models import (
    Achievement,
    AchievementKind,
    AchievementState,
    AchievementVersion,
    Audience,
    PartyRole,
    Relation,
    RelationKind,
    Signatory,
    StoredImage,
)
from catalogue.rules import publication_refusals
from registry.actors import Actor
from registry.language_maps import LanguageText, language_text, text_in
from registry.mandated import bodies_named, mandated_bodies
from registry.models import IssuerProfile, Role
from registry.permissions import nodes_of, organisations_of
from registry.refusals import Refusal, gettext_noop

PUBLIC_STATES = (AchievementState.PUBLISHED, AchievementState.PLANNED, AchievementState.RETIRED)


MANDATE_MISSING = gettext_noop(
    "An awarding body here is another organisation that has not mandated this issuer for today. An owner asks for the "
    "mandate under Administration, Mandates; or name the body in another role."
)


def achievements_for(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[Achievement]:
    """Return the entries, drafts included, that `actor` may see from inside."""
    return Achievement.objects.filter(issuer__node__in=nodes_of(actor, role)).select_related(
        "issuer__organisation", "issuer__node", "organisation"
    )


def achievement_named(name: str) -> Achievement:
    """Return the entry called `issuer-slug/slug` or by its id; the caller checks what the actor may do with it.

    Raises:
        NoSuchAchievementError: no such entry.
    """
    entries = Achievement.objects.select_related("issuer__organisation", "issuer__node", "organisation")
    issuer, slash, slug = name.partition("/")
    found = None
    if slash:
        found = entries.filter(issuer__slug=issuer, slug=slug).first()
    else:
        with suppress(ValueError):
            found = entries.filter(pk=uuid.UUID(name)).first()
    if found is None:
        raise NoSuchAchievementError(named=name)
    return found


def relatable(actor: Actor, name: str) -> Achievement:
    """Return the entry called `issuer/slug`, by its page's address or its id: one that everybody, or `actor`, may see.

    Raises:
        NoSuchAchievementError: no such entry, or none that `actor` may know.
    """
    found = achievement_named(name.strip().rpartition("/catalogue/")[2].strip("/"))
    is_public = found.audience == Audience.PUBLIC and found.state in PUBLIC_STATES
    if not is_public and not achievements_for(actor).filter(pk=found.pk).exists():
        raise NoSuchAchievementError(named=name)
    return found


def signatories_for(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[Signatory]:
    """Return the people who sign for the issuers that `actor` sees from inside, whoever signs now first."""
    rows = Signatory.objects.filter(issuer__node__in=nodes_of(actor, role)).select_related("issuer__node")
    return rows.order_by(F("until").desc(nulls_first=True), "name", "pk")


def own_relations(achievement: Achievement) -> list[Relation]:
    """Return what an entry states of others, in the order of the kinds."""
    rows = Relation.objects.filter(achievement=achievement).select_related("other__issuer")
    return list(rows.order_by("kind", "other__slug"))


def newest_published(achievement: Achievement) -> AchievementVersion | None:
    """Return the newest version that was published, None where there is none."""
    return versions().filter(achievement=achievement, published_at__isnull=False).order_by("-number").first()


def results_described(achievement: Achievement) -> list[tuple[str, str]]:
    """Return (key, name) of each result that an award of the newest published version may state, the measured one first."""
    version = newest_published(achievement)
    if version is None:
        return []
    names = {"score": gettext("Share of the total score"), "content": gettext("Share of the content")}
    measured = [(RESULT_KEY, names[version.outcome_rule["measure"]])] if version.outcome_rule else []
    language = get_language() or ""
    return measured + [(entry["key"], text_in(entry["name"], language)) for entry in version.result_descriptions]


def published_version(achievement: Achievement, *, on: dt.date | None = None) -> AchievementVersion:
    """Return the version that an award made today (or `on` a day) is pinned to.

    Raises:
        PlannedError, NotPublishedError: nothing is published yet.
        RetiredError: withdrawn, and the last award date is over.
    """
    if achievement.state == AchievementState.PLANNED:
        raise PlannedError(achievement=str(achievement))
    last = achievement.last_award_on
    if achievement.state == AchievementState.RETIRED and (last is None or (on or timezone.now().date()) > last):
        raise RetiredError(achievement=str(achievement), last_award_on=last)
    version = newest_published(achievement)
    if version is None:
        raise NotPublishedError(achievement=str(achievement))
    return version


def versions() -> QuerySet[AchievementVersion]:
    """Return versions with everything that pages and documents read of them."""
    return AchievementVersion.objects.select_related(
        "achievement__issuer__organisation", "achievement__organisation"
    ).prefetch_related("parties")


def public_version(issuer_slug: str, slug: str, number: int | None = None) -> AchievementVersion:
    """Return what the public sees of an entry: the newest published version, a numbered one, or the plan.

    Raises:
        NoSuchAchievementError: no such entry, a draft, one for members alone, or no such published version.
    """
    return _shown_version(issuer_slug, slug, number, for_everybody(versions(), "achievement__"))


def members_version(issuer_slug: str, slug: str, number: int | None = None, *, actor: Actor) -> AchievementVersion:
    """Return what a member of the organisation sees of an entry that is for members alone.

    Raises:
        NoSuchAchievementError: as `public_version`; to others it is as if there were no such entry.
    """
    return _shown_version(issuer_slug, slug, number, _for_members(versions(), actor))


M = TypeVar("M", bound=Model)


def for_everybody(rows: QuerySet[M], path: str = "") -> QuerySet[M]:
    """Leave out what is for members alone; `path` leads from a row to its entry."""
    return rows.filter(**{f"{path}audience": Audience.PUBLIC})


def _for_members(rows: QuerySet[AchievementVersion], actor: Actor) -> QuerySet[AchievementVersion]:
    return rows.filter(achievement__organisation__in=organisations_of(actor))


def _shown_version(
    issuer_slug: str, slug: str, number: int | None, among: QuerySet[AchievementVersion]
) -> AchievementVersion:
    named = f"{issuer_slug}/{slug}" + (f"/v/{number}" if number else "")
    shown = among.filter(
        achievement__issuer__slug=issuer_slug, achievement__slug=slug, achievement__state__in=PUBLIC_STATES
    )
    published = shown.filter(published_at__isnull=False)
    if number is not None:
        found = published.filter(number=number).first()
    else:
        found = published.order_by("-number").first() or shown.order_by("-number").first()
    if found is None:
        raise NoSuchAchievementError(named=named)
    return found


def profiles_of(issuers: Iterable[uuid.UUID]) -> dict[uuid.UUID, IssuerProfile]:
    """Return the newest profile of each issuer, in one query."""
    rows = IssuerProfile.objects.filter(issuer__in=list(issuers)).order_by("issuer_id", "version")
    return {profile.issuer_id: profile for profile in rows}


def published_numbers(achievement: Achievement) -> list[tuple[int, dt.datetime | None]]:
    """Return (number, published at) of every published version, newest first."""
    published = AchievementVersion.objects.filter(achievement=achievement, published_at__isnull=False)
    return list(published.order_by("-number").values_list("number", "published_at"))


@dataclass(frozen=True, slots=True)
class RelatedEntry:
    """An entry that another one relates to: how, what it is called, where it is, and whether it is only planned."""

    kind: str
    title: LanguageText
    path: str
    planned: bool


def related_entries(achievement: Achievement, language: str) -> list[RelatedEntry]:
    """Return the entries that an entry relates to, each kind in the order in which its entries were made.

    One for members alone is named on pages of its own organisation's internal entries only.
    """
    related = relations_of(achievement)
    titles = titles_of([other.pk for _kind, other in related], language)
    return [
        RelatedEntry(
            kind,
            titles[other.pk],
            f"/catalogue/{other.issuer.slug}/{other.slug}/",
            other.state == AchievementState.PLANNED,
        )
        for kind, other in related
    ]


def titles_of(achievements: Iterable[uuid.UUID], language: str) -> dict[uuid.UUID, LanguageText]:
    """Return what each entry is called, by its newest version, drafts included; one query."""
    rows = AchievementVersion.objects.filter(achievement__in=list(achievements)).order_by("number")
    return {
        row.achievement_id: language_text(row.texts["name"], language) for row in rows.only("achievement_id", "texts")
    }


def relations_of(achievement: Achievement) -> list[tuple[str, Achievement]]:
    """Return (kind, the other entry) as this entry's page tells them; "consists_of" is part_of read from above.

    Equivalence is read in both directions and named once.
    """
    # A micro-degree's units are made in the order in which they are taken.
    rows = Relation.objects.select_related("achievement__issuer", "other__issuer").order_by(
        "achievement__created_at", "other__created_at"
    )
    own = [(row.kind, row.other) for row in rows.filter(achievement=achievement)]
    back = [(_READ_BACKWARDS[row.kind], row.achievement) for row in rows.filter(other=achievement)]
    shown = [(kind, other) for kind, other in [*own, *back] if _is_shown_beside(achievement, other)]
    return list({(kind, other.pk): (kind, other) for kind, other in shown}.values())


def _is_shown_beside(achievement: Achievement, other: Achievement) -> bool:
    """Say whether readers of one entry may be told of the other: who reads an internal one is a member."""
    among_members = achievement.audience != Audience.PUBLIC and achievement.organisation_id == other.organisation_id
    return other.state in PUBLIC_STATES and (other.audience == Audience.PUBLIC or among_members)


_READ_BACKWARDS: dict[str, str] = {
    RelationKind.EQUIVALENT: "equivalent",
    RelationKind.EXCLUDES: "excludes",
    RelationKind.PART_OF: "consists_of",
    RelationKind.REPLACES: "replaced_by",
    RelationKind.PREREQUISITE: "required_by",
    RelationKind.DERIVED_FROM: "source_of",
}


def content_of(version: AchievementVersion) -> AchievementContent:
    """Return a version's content as one value, to check, compare or edit."""
    parties = tuple(
        PartyContent(
            role=party.role,
            name=party.name,
            organisation=party.organisation.slug if party.organisation else "",
            url=party.url,
            signatory_name=party.signatory_name,
            signatory_role=party.signatory_role,
            valid_from=party.valid_from,
            valid_until=party.valid_until,
        )
        for party in version.parties.select_related("organisation").order_by("position")
    )
    runs = tuple(
        RunContent(**{name: getattr(run, name) for name in RUN_FIELDS}) for run in version.runs.order_by("position")
    )
    return AchievementContent(parties=parties, runs=runs, **{name: getattr(version, name) for name in COLUMNS})


def publication_findings(version: AchievementVersion, content: AchievementContent) -> list[Refusal]:
    """Return what stands between a draft and its publication; only a micro-degree's units are counted, by a query."""
    units = 0
    if version.achievement.kind == AchievementKind.MICRO_DEGREE:
        units = Relation.objects.filter(other=version.achievement, kind=RelationKind.PART_OF).count()
    refusals = publication_refusals(content, version.achievement.kind, units=units)
    return [*refusals, *mandate_refusals(version, content)]


def mandate_refusals(version: AchievementVersion, content: AchievementContent) -> Iterator[Refusal]:
    """Refuse other organisations' names as awarding bodies without their mandate; a query only where there are some."""
    named = {one.organisation for one in content.parties if one.role == PartyRole.AWARDS and one.organisation}
    own = version.achievement.organisation if named else None
    if own is None or own.is_sample or not named - {own.slug}:
        return
    bodies = set(bodies_named(named - {own.slug}).values())
    if bodies - mandated_bodies(version.achievement.issuer_id, bodies, on=timezone.now().date()):
        yield Refusal("parties", "mandate-missing", MANDATE_MISSING)


def stored_image(sha256: str) -> StoredImage | None:
    """Return the picture with this content, None where there is none."""
    return StoredImage.objects.filter(pk=sha256).first()
