"""How far an organisation has been set up: its issuers' keys, and the way to the first award. Reads alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from issuing.models import SigningKey, StatusList
from registry.lanes import Lane
from registry.models import Issuer, OutboxMessage
from registry.outbox import Topic

LATE_AFTER = dt.timedelta(minutes=5)
"""A key is made within a minute; who has waited so long is told whom to ask."""
RETRIED_WITHIN = dt.timedelta(minutes=10)
"""What fails is tried again every five minutes at the latest; what has its day later is not looked through."""


class KeyStage(StrEnum):
    """How far a key is that was asked for."""

    MADE = "made"
    MAKING = "making"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class KeyWait:
    """The key of an issuer: its stage, and since when it is so (made, or asked for). `key` is the one that signs now."""

    stage: KeyStage
    since: dt.datetime
    key: SigningKey | None


def key_waits(issuers: Iterable[Issuer]) -> dict[uuid.UUID, KeyWait]:
    """Return how far the key of each issuer is, one that is to replace another included; two queries."""
    listed = list(issuers)
    rows = SigningKey.objects.select_related("issuer").filter(issuer__in=listed, retired_at=None)
    current = {key.issuer_id: key for key in rows}
    asked = _asked_at(listed)
    return {one.pk: _wait(one, current.get(one.pk), asked.get(str(one.pk))) for one in listed}


def _wait(issuer: Issuer, current: SigningKey | None, asked: dt.datetime | None) -> KeyWait:
    if current is not None and asked is None:
        return KeyWait(KeyStage.MADE, current.valid_from, current)
    since = (asked if current else None) or issuer.created_at
    late = timezone.now() - since > LATE_AFTER
    return KeyWait(KeyStage.LATE if late else KeyStage.MAKING, since, current)


def _asked_at(issuers: list[Issuer]) -> dict[str, dt.datetime]:
    """Return since when the worker is asked for another key of issuers, by their ids; only those that wait."""
    due = timezone.now() + RETRIED_WITHIN
    waiting = OutboxMessage.objects.filter(lane=Lane.STATUS, done_at=None, not_before__lte=due)
    found = waiting.filter(topic=Topic.KEY_REQUESTED, payload__issuer_id__in=[str(one.pk) for one in issuers])
    return {row.payload["issuer_id"]: row.failing_since or row.not_before for row in found.order_by("-not_before")}


def places_given_out(issuers: list[Issuer]) -> int:
    """Return how many awards and statements of issuers were ever accepted: each took a place in a status list."""
    return sum(StatusList.objects.filter(issuer__in=issuers).values_list("next", flat=True))
