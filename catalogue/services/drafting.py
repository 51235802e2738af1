"""Acts on drafts as people write them: begin one, keep what was typed, copy an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalogue.content import AchievementContent
from catalogue.draft_sheets import MergedSheet, Typed, merged, place_group, said_of, sheet_of
from catalogue.models import Achievement, AchievementKind, AchievementVersion, Audience, DuplicatePolicy
from catalogue.said import content_as_said, read_said
from catalogue.selectors import content_of
from catalogue.services.editing import (
    AchievementOrder,
    create_achievement,
    held_achievement,
    newest_version,
    revise_achievement,
)
from registry.actors import Actor
from registry.language_maps import text_in
from registry.models import Issuer, Role
from registry.permissions import require_role
from registry.refusals import Refusal

LONGEST_ADDRESS = 70


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was kept of what was typed.

    `merged` tells whose answers stand now; `refusals` what could not be kept, with what to do; `changed` whether
    anything was written, `before` the newest version as it was before that.
    """

    version: AchievementVersion
    merged: MergedSheet
    refusals: tuple[Refusal, ...]
    changed: bool
    before: AchievementVersion


@transaction.atomic
def begin_achievement(
    *, issuer: Issuer, kind: AchievementKind, title: str, language: str, actor: Actor
) -> AchievementVersion:
    """Make an entry of which only its title is known, under an address made from it.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        ContentRefusedError: no title, or no language; `.refusals` lists all.
    """
    require_role(actor, issuer.node, Role.EDITOR)
    content = AchievementContent(texts={"name": {language: title.strip()}} if title.strip() else {}, language=language)
    return _begin(issuer, kind, content, actor)


@transaction.atomic
def copy_achievement(*, achievement: Achievement, actor: Actor) -> AchievementVersion:
    """Make a new entry that says what the newest version of this one says, without its dates and its relations.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    content = replace(content_of(newest_version(achievement)), runs=())
    return _begin(achievement.issuer, AchievementKind(achievement.kind), content, actor, copied_from=achievement)


@transaction.atomic
def keep_draft(*, achievement: Achievement, typed: Typed, actor: Actor) -> KeptDraft:
    """Keep what somebody typed of an entry's draft; of a published entry that begins the next version.

    1. what others changed since she was shown the draft stays, and is told;
    2. what breaks a rule is told and left as it was, with the answers that belong to the same place;
    3. the rest is kept. Where nothing is left of it nothing is written.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        RetiredError: the entry was withdrawn.
    """
    held = held_achievement(achievement)
    require_role(actor, held.issuer.node, Role.EDITOR)
    newest = newest_version(held)
    content = content_of(newest)
    now = sheet_of(content_as_said(content))
    place = {"issuer": held.issuer.slug, "slug": held.slug, "kind": held.kind}
    whole = merged(typed, now)  # 1
    refusals: tuple[Refusal, ...] = ()
    kept, read = whole, _read(whole, place)
    if isinstance(read, tuple):  # 2
        refusals = read
        doubtful = [path for path in whole.mine if _is_refused(path, refusals)]
        kept = merged(typed, now, without=doubtful)
        read = _read(kept, place)
    if isinstance(read, tuple) or not kept.mine or _says_the_same(read, content):
        return KeptDraft(newest, whole, refusals, changed=False, before=newest)
    wanted = read
    version, _new = revise_achievement(achievement=held, revise=lambda _newest: wanted, actor=actor)  # 3
    note_editor(version, actor)
    return KeptDraft(version, kept, refusals, changed=True, before=newest)


def note_editor(version: AchievementVersion, actor: Actor) -> None:
    """Say on a draft who wrote on it last, and when; the caller's transaction holds its entry."""
    drafts = AchievementVersion.objects.filter(pk=version.pk, published_at=None)
    drafts.update(edited_at=timezone.now(), edited_by=str(actor.id))


def _says_the_same(one: AchievementContent, other: AchievementContent) -> bool:
    return (one.columns(), one.parties, one.runs) == (other.columns(), other.parties, other.runs)


def _read(answers: MergedSheet, place: Mapping[str, str]) -> AchievementContent | tuple[Refusal, ...]:
    """Return what a sheet says, or everything that is refused of it."""
    read = read_said(said_of(answers.sheet), place)
    return tuple(read.refusals) if read.refusals else read.rows[0].content


def _is_refused(path: str, refusals: tuple[Refusal, ...]) -> bool:
    """Say whether a refusal may be about this answer: it names it, its item, or an answer that belongs to the same."""
    item = place_group(path)
    return any(place_group(refusal.place) == item for refusal in refusals)


def _begin(
    issuer: Issuer,
    kind: AchievementKind,
    content: AchievementContent,
    actor: Actor,
    *,
    copied_from: Achievement | None = None,
) -> AchievementVersion:
    title = text_in(content.texts.get("name", {}), content.language)
    order = AchievementOrder(issuer=issuer, slug=_free_address(issuer, title), kind=kind, content=content)
    if copied_from is not None:
        order = replace(
            order, duplicates=DuplicatePolicy(copied_from.duplicates), audience=Audience(copied_from.audience)
        )
    version = create_achievement(order=order, actor=actor)
    note_editor(version, actor)
    return version


def _free_address(issuer: Issuer, title: str) -> str:
    """Return an address made from a title that no entry of the issuer has yet."""
    wish = slugify(title)[:LONGEST_ADDRESS].strip("-_").replace("_", "-") or "entry"
    taken = set(Achievement.objects.filter(issuer=issuer, slug__startswith=wish).values_list("slug", flat=True))
    number = 2
    address = wish
    while address in taken:
        address, number = f"{wish}-{number}", number + 1
    return address
