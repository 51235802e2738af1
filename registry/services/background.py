"""An operator's acts on work in the background: what was put aside is tried again, alarms are closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.actors import Actor
from registry.alarms import AlarmCode, organisation_subject, resolve_alarms
from registry.audit import record_act
from registry.errors import ForbiddenError, NotFoundError
from registry.models import Alarm, OutboxMessage
from registry.outbox import TENANT


@transaction.atomic
def retry_messages(*, ids: Collection[int] | None, actor: Actor) -> list[int]:
    """Let messages that were put aside be tried at once, as if they had never failed; without ids, all of them.

    Returns:
        The ids of those that will be tried.

    Raises:
        NotFoundError: one of the ids was not put aside; nothing is changed.
        ForbiddenError: only the installation itself may.
    """
    _require_operator(actor)
    aside = OutboxMessage.objects.select_for_update().filter(done_at=None, given_up_at__isnull=False)
    everything = list(aside.order_by("pk"))
    messages = [message for message in everything if ids is None or message.pk in ids]
    _require_all(ids or (), messages)
    for message in messages:
        record_act(actor, "outbox.retried", message, topic=message.topic, failures=message.failures)
    OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(
        given_up_at=None, failures=0, failing_since=None, claimed_by="", lease_until=None, not_before=timezone.now()
    )
    left = {message.payload.get(TENANT) for message in everything if message not in messages}
    for tenant in {message.payload.get(TENANT) for message in messages} - left:
        resolve_alarms(AlarmCode.MESSAGE_GIVEN_UP, subject=organisation_subject(tenant))
    return [message.pk for message in messages]


@transaction.atomic
def close_alarms(*, ids: Collection[int], actor: Actor) -> None:
    """Close open alarms that somebody has seen to; what is still wrong opens a new one.

    Raises:
        NotFoundError: one of the ids is no open alarm; nothing is changed.
        ForbiddenError: only the installation itself may.
    """
    _require_operator(actor)
    alarms = list(Alarm.objects.select_for_update().filter(pk__in=ids, resolved_at=None).order_by("pk"))
    _require_all(ids, alarms)
    for alarm in alarms:
        record_act(actor, "alarm.closed", alarm, code=alarm.code, subject=alarm.subject, count=alarm.count)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms]).update(resolved_at=timezone.now())


def _require_all(ids: Collection[int], rows: Sequence[Alarm | OutboxMessage]) -> None:
    if missing := sorted(set(ids) - {one.pk for one in rows}):
        raise NotFoundError(message=_("There is nothing to do for: {ids}."), ids=", ".join(map(str, missing)))


def _require_operator(actor: Actor) -> None:
    if actor.kind != "system":
        raise ForbiddenError
