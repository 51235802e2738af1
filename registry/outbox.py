"""The outbox: work promised by a committed act, a row for each listener, worked on under a lease."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils import timezone

from registry.leases import LeasedTable
from registry.models import OutboxMessage

TENANT = "tenant"
"""The member of a payload that names the organisation; not an argument of the tasks."""
OUTBOX = LeasedTable(
    OutboxMessage, waiting={"done_at": None, "given_up_at": None}, tenant=f"own.payload ->> '{TENANT}'"
)


class Topic(StrEnum):
    """What a room may tell the rooms to its right, or ask of the worker."""

    AWARDS_ACCEPTED = "awards.accepted"
    AWARDS_DUE = "awards.due"
    CREDENTIALS_ISSUED = "credentials.issued"
    STATUS_CHANGED = "credential.status_changed"
    KEY_REQUESTED = "key.requested"
    DOCUMENT_REQUESTED = "document.requested"
    BATCH_ASKED = "batch.asked"
    BATCH_DECIDED = "batch.decided"
    BATCH_WAIT_ENDED = "batch.wait_ended"
    CHANGE_ASKED = "change.asked"
    EXPORT_ASKED = "export.asked"
    TRIAL_ASKED = "trial.asked"
    TRIAL_SIGNED = "trial.signed"
    REQUESTS_GRANTED = "requests.granted"
    LEARNER_ERASED = "learner.erased"
    ALARMS_OPEN = "alarms.open"
    STAFF_NEWS = "staff.news"
    INVITATION_MADE = "invitation.made"


def publish(
    topic: Topic,
    payload: dict[str, Any],
    *,
    tenant: uuid.UUID | None = None,
    not_before: dt.datetime | None = None,
) -> None:
    """Promise work in the caller's transaction: a row for each listener that `config/subscriptions.py` names.

    `payload` is JSON: ids only; `tenant` is the organisation it is for. Without a listener nothing is written down:
    nobody would do anything.
    """
    payload = payload | ({TENANT: str(tenant)} if tenant else {})
    due = not_before or timezone.now()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic=topic, task=listener.task, lane=listener.lane, payload=payload, not_before=due)
        for listener in settings.SUBSCRIPTIONS[topic]
    )


def finish_messages(messages: Sequence[OutboxMessage], *, worker: str) -> int:
    """Mark done in the caller's transaction; returns how many were still ours: discard what was done for the others."""
    return OUTBOX.finish(messages, worker=worker, done_at=timezone.now())
