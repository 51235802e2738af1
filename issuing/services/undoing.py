"""What is done with a file whose awards wait: all of them are undone, or go out at once.

Decided in one row, so that it holds from that moment; worked off by the worker, part by part. It may be begun again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from typing import Literal, cast

from django.db import transaction
from django.utils import timezone

from catalogue.models import Achievement
from issuing.errors import BatchStateError
from issuing.models import Award, AwardState, Batch, BatchState
from issuing.services.advancing import advance_awards, parts, record_ends
from issuing.services.basis import require_mandates_today
from issuing.services.drafts import STOPPED_ON_THEIR_DAY, end_batch, held_batch
from issuing.services.makers import under_mandates
from issuing.services.offsets import first_moment_of
from issuing.services.options import BatchOptions
from issuing.steps import move_to
from issuing.way import Act
from registry.actors import Actor, ActorKind
from registry.audit import record_act
from registry.outbox import Topic, publish

Ending = Literal["undone", "sent"]


@transaction.atomic
def undo_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Take back every award of a file that still waits for its day: nothing of it is signed from now on. Safe to repeat.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        BatchStateError: nothing of it waits for a day.
    """
    batch = held_batch(batch, actor)
    if batch.undone_at is None:
        _require_waiting(batch)
        batch.undone_at = timezone.now()
        # The same file may be sent anew: it is another batch then.
        end_batch(batch, code="undone")
        _decide(batch, actor, "undone")
    return batch


@transaction.atomic
def send_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Let every award of a file go out that still waits for its day.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        BatchStateError: nothing of it waits for a day any more, or it was undone.
        MandateMissingError: it is in the name of an organisation that mandates the issuer no more.
    """
    batch = held_batch(batch, actor)
    _require_waiting(batch)
    require_mandates_today(batch.version)
    batch.options = batch.options | {"send_at": timezone.now().isoformat()}
    batch.ended_code = ""
    _decide(batch, actor, "sent")
    return batch


def waits_until(batch: Batch) -> dt.datetime | None:
    """Return until when the awards of a file wait and can be undone, all together; None where they do not."""
    moment = BatchOptions.of(batch).send_at
    if moment is not None and not isinstance(moment, dt.datetime):
        moment = first_moment_of(moment, batch.organisation.timezone)
    waits = batch.state == BatchState.DONE and batch.undone_at is None
    return moment if waits and moment is not None and moment > timezone.now() else None


def same_file_under_way(achievement: Achievement, content: bytes) -> Batch | None:
    """Return the batch of this very file that somebody has sent before, while it is under way.

    That is while it goes on, waits to be confirmed, or can be undone; None otherwise: the file is looked at again.
    """
    sha = hashlib.sha256(content).hexdigest()
    same = Batch.objects.filter(
        organisation=achievement.organisation_id, file_sha=sha, version__achievement=achievement
    )
    for batch in same.exclude(state=BatchState.CANCELLED).select_related("organisation").order_by("-created_at"):
        if batch.state != BatchState.DONE or waits_until(batch) is not None:
            return batch
    return None


def _require_waiting(batch: Batch) -> None:
    if waits_until(batch) is None and batch.ended_code not in STOPPED_ON_THEIR_DAY:
        raise BatchStateError(state=batch.get_state_display())


def _decide(batch: Batch, actor: Actor, ending: Ending) -> None:
    batch.save()
    record_act(actor, f"batch.{ending}", batch, organisation=batch.organisation)
    payload = {"batch_id": str(batch.pk), "ending": ending, "by_kind": actor.kind, "by": actor.id}
    publish(Topic.BATCH_WAIT_ENDED, payload, tenant=batch.organisation_id)


def end_wait(*, batch_id: uuid.UUID, ending: Ending, by_kind: str, by: str) -> None:
    """Cancel the awards of a file that wait for their day, or let them go on; safe to repeat.

    Each part is a transaction of its own: what was done of it stays when the worker is lost, and the rest follows.
    """
    actor = Actor(kind=cast(ActorKind, by_kind), id=by)
    # What waits for a second person goes on to its day when she approves it: it is taken back as well.
    states = (AwardState.SCHEDULED, AwardState.AWAITING_APPROVAL) if ending == "undone" else (AwardState.SCHEDULED,)
    waiting = Award.objects.filter(batch=batch_id, state__in=states, not_before__isnull=False).order_by("row_number")
    for ids in parts(list(waiting.values_list("pk", flat=True))):
        with transaction.atomic():
            if ending == "undone":
                ended = advance_awards(ids, Act.CANCEL, refused_code="undone")
                record_ends(ended, "award.cancelled", actor=actor)
            else:
                _send_part(ids)


def _send_part(ids: Sequence[uuid.UUID]) -> None:
    """Let awards go on; whose mandate ended since that was decided, they are due and stop as on their day."""
    now = timezone.now()
    going_on = set(under_mandates(ids, at=now))
    advance_awards([pk for pk in ids if pk in going_on], Act.SCHEDULE, not_before=None)
    move_to(None, [pk for pk in ids if pk not in going_on], not_before=now)
