"""Acts on entries and their drafts: create, edit, relate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext_noop

from catalogue.content import RUN_FIELDS, AchievementContent
from catalogue.errors import ContentRefusedError, RetiredError, SlugFixedError
from catalogue.models import (
    Achievement,
    AchievementKind,
    AchievementState,
    AchievementVersion,
    Audience,
    CourseRun,
    DuplicatePolicy,
    Party,
    Relation,
    RelationKind,
)
from catalogue.rules import content_refusals
from catalogue.selectors import content_of
from catalogue.services.vocabularies import with_term_names
from registry.actors import Actor
from registry.audit import record_act
from registry.errors import TakenError
from registry.models import Issuer, Organisation, Role
from registry.permissions import require_role
from registry.refusals import Refusal

Revision = Callable[[AchievementContent], AchievementContent]


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementOrder:
    """What a new entry is made from."""

    issuer: Issuer
    slug: str
    kind: AchievementKind
    content: AchievementContent
    duplicates: DuplicatePolicy = DuplicatePolicy.DENY
    audience: Audience = Audience.PUBLIC


@transaction.atomic
def create_achievement(*, order: AchievementOrder, actor: Actor) -> AchievementVersion:
    """Make an entry with its first draft and return the draft.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        TakenError: the issuer has an entry at this address.
        ContentRefusedError: the content breaks a rule; `.refusals` lists all.
    """
    require_role(actor, order.issuer.node, Role.EDITOR)
    _check_address(order)
    check_content(order.content)
    content = with_term_names(order.content)
    achievement = Achievement.objects.create(
        organisation=order.issuer.organisation,
        issuer=order.issuer,
        slug=order.slug,
        kind=order.kind,
        duplicates=order.duplicates,
        audience=order.audience,
    )
    version = _insert_version(achievement, 1, content)
    record_act(actor, "achievement.created", achievement, organisation=achievement.organisation)
    return version


def edit_achievement(*, achievement: Achievement, content: AchievementContent, actor: Actor) -> AchievementVersion:
    """Write an entry's draft and return it; raises what `revise_achievement` does."""
    check_content(content)
    return revise_achievement(achievement=achievement, revise=lambda _newest: content, actor=actor)[0]


@transaction.atomic
def revise_achievement(*, achievement: Achievement, revise: Revision, actor: Actor) -> tuple[AchievementVersion, bool]:
    """Write an entry's draft and return it, and whether it is a new one. A published version stays as it is.

    Editing that makes the next version, a draft. Runs of a course are no part of what anybody earned: where nothing
    else differs, a published version gets the new ones and stays the newest.

    Args:
        achievement: the entry.
        revise: what its newest version says → what it shall say. Two editors follow each other: the second one
            revises what the first one wrote.
        actor: who edits.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        RetiredError: the entry was withdrawn.
        ContentRefusedError: the content breaks a rule; `.refusals` lists all.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    held = held_achievement(achievement)
    if held.state == AchievementState.RETIRED:
        raise RetiredError(achievement=held.slug, last_award_on=held.last_award_on)
    newest = newest_version(held)
    content = revise(content_of(newest))
    check_content(content)
    content = with_term_names(content)
    version, is_new = newest, False
    if newest.published_at is None:
        version = _rewrite(newest, content)
    elif _differs_in_runs_alone(content, content_of(newest)):
        _rewrite_runs(newest, content)
    else:
        version, is_new = _insert_version(held, newest.number + 1, content), True
    record_act(actor, "achievement.edited", held, organisation=held.organisation, version=version.number)
    return version, is_new


@transaction.atomic
def relate_achievements(*, achievement: Achievement, kind: RelationKind, other: Achievement, actor: Actor) -> Relation:
    """State how an entry relates to another one, which may be another organisation's.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        ContentRefusedError: an entry cannot relate to itself.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    if achievement.pk == other.pk:
        raise ContentRefusedError(
            [Refusal("relations", "relation-to-itself", gettext_noop("An entry cannot relate to itself."))]
        )
    relation, created = Relation.objects.get_or_create(achievement=achievement, kind=kind, other=other)
    if created:
        record_act(actor, "achievement.related", achievement, organisation=achievement.organisation, kind=str(kind))
    return relation


@transaction.atomic
def unrelate_achievements(*, achievement: Achievement, kind: RelationKind, other: Achievement, actor: Actor) -> None:
    """Take back how an entry relates to another one; what the other one states stays.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
    """
    held = held_achievement(achievement)
    require_role(actor, held.issuer.node, Role.EDITOR)
    taken, _rows = Relation.objects.filter(achievement=held, kind=kind, other=other).delete()
    if taken:
        record_act(actor, "achievement.unrelated", held, organisation=held.organisation, kind=str(kind))


def check_content(content: AchievementContent) -> None:
    """Refuse content that no draft may have; raises ContentRefusedError."""
    if refusals := content_refusals(content):
        raise ContentRefusedError(refusals)


def held_achievement(achievement: Achievement) -> Achievement:
    """Return the entry with its row held until the act ends, so that two editors follow each other."""
    held = Achievement.objects.select_for_update(of=("self",))
    return held.select_related("issuer__organisation", "issuer__node", "organisation").get(pk=achievement.pk)


def newest_version(achievement: Achievement) -> AchievementVersion:
    """Return the newest version, draft or published."""
    return (
        AchievementVersion.objects.select_related("achievement__issuer__organisation")
        .filter(achievement=achievement)
        .latest("number")
    )


def check_identity(achievement: Achievement, *, issuer: Issuer, kind: str) -> None:
    """Refuse to give an existing entry another issuer or kind; raises SlugFixedError."""
    if achievement.issuer_id != issuer.pk or achievement.kind != kind:
        raise SlugFixedError


def _check_address(order: AchievementOrder) -> None:
    try:
        validate_slug(order.slug)
    except ValidationError as error:
        remedy = gettext_noop("Write the address in letters, digits, hyphens.")
        raise ContentRefusedError([Refusal("slug", "slug", remedy)]) from error
    if Achievement.objects.filter(issuer=order.issuer, slug=order.slug).exists():
        raise TakenError(value=order.slug)


def _insert_version(achievement: Achievement, number: int, content: AchievementContent) -> AchievementVersion:
    version = AchievementVersion.objects.create(achievement=achievement, number=number, **content.columns())
    _insert_parties(version, content)
    _insert_runs(version, content)
    return version


def _rewrite(version: AchievementVersion, content: AchievementContent) -> AchievementVersion:
    for name, value in content.columns().items():
        setattr(version, name, value)
    version.save()
    version.parties.all().delete()
    _insert_parties(version, content)
    _rewrite_runs(version, content)
    return version


def _differs_in_runs_alone(content: AchievementContent, known: AchievementContent) -> bool:
    same = (content.columns(), content.parties) == (known.columns(), known.parties)
    return same and content.runs != known.runs


def _rewrite_runs(version: AchievementVersion, content: AchievementContent) -> None:
    version.runs.all().delete()
    _insert_runs(version, content)


def _insert_runs(version: AchievementVersion, content: AchievementContent) -> None:
    CourseRun.objects.bulk_create(
        CourseRun(version=version, position=position, **{name: getattr(run, name) for name in RUN_FIELDS})
        for position, run in enumerate(content.runs)
    )


def _insert_parties(version: AchievementVersion, content: AchievementContent) -> None:
    slugs = {party.organisation for party in content.parties if party.organisation}
    tenants = {tenant.slug: tenant for tenant in Organisation.objects.filter(slug__in=slugs)} if slugs else {}
    Party.objects.bulk_create(
        Party(
            version=version,
            position=position,
            role=party.role,
            organisation=tenants.get(party.organisation),
            name=party.name,
            url=party.url,
            signatory_name=party.signatory_name,
            signatory_role=party.signatory_role,
            valid_from=party.valid_from,
            valid_until=party.valid_until,
        )
        for position, party in enumerate(content.parties)
    )
