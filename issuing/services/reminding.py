"""Whom to remind of a signed award that nobody has accepted: 3, 14 and 30 days after it was signed, each time once."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import islice
from typing import Final

from django.db import transaction

from issuing.delivery.calendar import REMIND_AFTER
from issuing.delivery.queueing import queue_letters
from issuing.models import Credential, LetterKind, LetterState
from issuing.way import SIGNED
from registry.models import Organisation

CHUNK: Final = 500
LONGEST_LOOK_BACK: Final = dt.timedelta(days=7)
"""Who was signed for longer ago than that before a house stood still is not reminded any more."""


def remind_unclaimed(*, at: dt.datetime) -> int:
    """Queue the reminders that have become due since the last look; returns how many. Safe to repeat, and in many workers.

    Each organisation's look goes on where the last one ended, along the index of what was signed when. Whether a reminder
    is still wanted is asked once more when it leaves.
    """
    organisations = Organisation.objects.filter(reminds=True).values_list("pk", flat=True)
    return sum(_remind_of(organisation_id, at) for organisation_id in organisations)


@transaction.atomic
def _remind_of(organisation_id: uuid.UUID, at: dt.datetime) -> int:
    rows = Organisation.objects.select_for_update(skip_locked=True).filter(pk=organisation_id)
    held = rows.values_list("reminded_until", flat=True)
    if not held:
        return 0
    since = max(held[0] or at, at - LONGEST_LOOK_BACK)
    queued = sum(_remind_after(days, organisation_id, since, at) for days in REMIND_AFTER)
    Organisation.objects.filter(pk=organisation_id).update(reminded_until=at)
    return queued


def _remind_after(days: int, organisation_id: uuid.UUID, since: dt.datetime, at: dt.datetime) -> int:
    before = dt.timedelta(days=days)
    signed = Credential.objects.filter(
        organisation=organisation_id, signed_at__gt=since - before, signed_at__lte=at - before, erased_at=None
    )
    told = {"award__letters__kind": LetterKind.CLAIM, "award__letters__state": LetterState.SENT}
    open_ones = signed.filter(award__claimed_at=None, award__declined_at=None, award__state__in=SIGNED, **told)
    ids = open_ones.order_by("-signed_at").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    queued = 0
    while part := list(islice(ids, CHUNK)):
        queued += queue_letters(part, kind=LetterKind.REMINDER, not_before=at, occasion=str(days))
    return queued
