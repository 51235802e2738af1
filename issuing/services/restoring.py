"""After a restore of an older backup: lists that may have given out more than the database knows are closed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from issuing.high_water import given_out
from issuing.models import StatusList
from registry.actors import Actor
from registry.alarms import AlarmCode, raise_alarm
from registry.audit import record_act


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A list that was closed; `lost_places` were given out after the backup, as far as the marks know."""

    id: str
    issuer: str
    lost_places: int


@transaction.atomic
def close_open_lists(*, actor: Actor) -> list[ClosedList]:
    """Close every open status list, so that no place given out since a backup is used again.

    The next award of an issuer opens its next list. Closed lists are published and renewed as before.
    """
    opened = StatusList.objects.select_for_update(of=("self",)).filter(closed_at=None).order_by("pk")
    return [close_restored(one, known=one.next, actor=actor) for one in opened.select_related("issuer__organisation")]


def close_restored(status_list: StatusList, *, known: int, actor: Actor) -> ClosedList:
    """Close a list in the caller's transaction; `known` is how many places the database says were given out."""
    lost = max(0, given_out(status_list.pk) - known)
    StatusList.objects.filter(pk=status_list.pk).update(closed_at=timezone.now())
    organisation = status_list.issuer.organisation
    record_act(
        actor, "status_list.closed", status_list, organisation=organisation, reason="restored", lost_places=lost
    )
    if lost:
        raise_alarm(AlarmCode.DATABASE_WAS_RESTORED, subject=f"list:{status_list.pk}", lost_places=lost)
    return ClosedList(str(status_list.pk), status_list.issuer.slug, lost)
