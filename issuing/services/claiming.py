"""What the holder of an award does with it: accepts it, or declines it; and what becomes of one who does neither."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from issuing.counting import recounted
from issuing.errors import CredentialNotFoundError, NotHolderError, NotSignedForHolderError, StateError
from issuing.models import Award, AwardState, Credential
from issuing.services.advancing import Entering, advance_awards, enter, held_awards, record_ends, sources_of
from issuing.services.basis import unmandated_bodies
from issuing.services.makers import of_those_who_stay, under_mandates
from issuing.services.superseding import WORKER
from issuing.way import Act
from registry.actors import Actor
from registry.audit import record_act
from registry.language_maps import text_in
from registry.models import Role, Visibility
from registry.permissions import has_role


def accept_award(*, award_id: uuid.UUID, actor: Actor) -> None:
    """Accept an award as its holder: what waits for that is signed now, of what is signed the time is kept.

    Safe to repeat. Who has declined what is signed may still accept it.

    Raises:
        CredentialNotFoundError: there is no such award.
        NotHolderError: `actor` is not its holder; who may not even look at it learns nothing of it.
        StateError: it has ended, or its time to accept is over.
        NotSignedForHolderError: it would be signed in the name of an organisation that mandates the issuer no more; it
            waits on.
    """
    with transaction.atomic():
        award = _own(award_id, actor)
        if award.claimed_at and not award.declined_at:
            return
        now = timezone.now()
        _require_in_time(award, now)
        if award.state == AwardState.AWAITING_CLAIM and (body := unmandated_bodies(award)):
            raise NotSignedForHolderError(body=body, issuer=text_in(award.issuer_profile.name, award.language))
        with recounted(award.pk):
            if not advance_awards([award.pk], Act.CLAIM, at=now, claimed_at=now, declined_at=None):
                raise refused_state(award)
        record_act(actor, "award.claimed", award, organisation=award.organisation)


def decline_award(*, award_id: uuid.UUID, actor: Actor) -> None:
    """Decline an award as its holder: what waits ends, what is signed becomes private and the time is kept.

    Safe to repeat.

    Raises:
        CredentialNotFoundError, NotHolderError, StateError: as `accept_award`.
    """
    with transaction.atomic():
        award = _own(award_id, actor)
        if award.declined_at:
            return
        with recounted(award.pk):
            if not advance_awards([award.pk], Act.DECLINE, declined_at=timezone.now(), claimed_at=None):
                raise refused_state(award)
        Credential.objects.filter(award=award).update(visibility=Visibility.PRIVATE)
        record_act(actor, "award.declined", award, organisation=award.organisation)


@transaction.atomic
def advance_due(*, award_ids: Sequence[uuid.UUID]) -> None:
    """Let scheduled awards go on whose day has come, and lapse those that nobody accepted in time.

    Called when one of these times has come; an award whose time is another one by now is left alone. What waits for a
    holder since before there were letters about it gets its letter and its time.
    """
    now = timezone.now()
    rows = held_awards(award_ids, sources_of(Act.SCHEDULE) | sources_of(Act.LAPSE))
    days = [row.id for row in rows if row.state == AwardState.SCHEDULED and row.not_before and row.not_before <= now]
    going_on = under_mandates(of_those_who_stay(not_undone(days), at=now), at=now)
    advance_awards(going_on, Act.SCHEDULE, at=now)
    waiting = [row for row in rows if row.state == AwardState.AWAITING_CLAIM]
    over = [row.id for row in waiting if row.claim_until and row.claim_until <= now]
    record_ends(advance_awards(over, Act.LAPSE, at=now, refused_code="not-claimed"), "award.lapsed", actor=WORKER)
    unasked = [row for row in waiting if row.claim_until is None]
    if unasked:
        enter(AwardState.AWAITING_CLAIM, Entering(unasked, now))


def not_undone(award_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Leave out awards of files that were undone: the worker cancels them, and nothing lets them go on before."""
    undone = Award.objects.filter(id__any_of=award_ids, batch__undone_at__isnull=False)
    gone = set(undone.values_list("pk", flat=True)) if award_ids else set()
    return [pk for pk in award_ids if pk not in gone]


def refused_state(award: Award) -> StateError:
    """Return the refusal that names the state in which an award is."""
    return StateError(state=award.state, called=award.get_state_display())


def _require_in_time(award: Award, now: dt.datetime) -> None:
    """Refuse what lapses, whether or not the worker has written that down."""
    if award.state == AwardState.AWAITING_CLAIM and award.claim_until and award.claim_until <= now:
        raise StateError(state=AwardState.LAPSED.value, called=AwardState.LAPSED.label)


def _own(award_id: uuid.UUID, actor: Actor) -> Award:
    """Return the award of a holder, its row held until the act ends."""
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "organisation",
        "learner",
        "issuer_profile",
        "version__achievement__issuer__node",
        "version__achievement__organisation",
    )
    award = rows.filter(pk=award_id).first()
    if award is None:
        raise CredentialNotFoundError
    _require_holder(award, actor)
    return award


def _require_holder(award: Award, actor: Actor) -> None:
    """Refuse whoever neither bears the award's link nor holds the account that its record is linked to."""
    linked = award.learner.user_id if award.learner else None
    by_link = actor.kind == "holder" and actor.id == str(award.pk)
    if by_link or (actor.user_id is not None and actor.user_id == linked):
        return
    if not has_role(actor, award.version.achievement.issuer.node, Role.VIEWER):
        raise CredentialNotFoundError
    raise NotHolderError
