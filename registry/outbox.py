"""The outbox: work promised by a committed act, claimed by lease, finished once.

The same statements run on SQLite and PostgreSQL; only PostgreSQL adds SKIP LOCKED so that claimers do not queue.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from registry.models import OutboxMessage

MAX_DELAY_SECONDS = 300
TENANT = "tenant"
"""The member of a payload that names the organisation; not an argument of the tasks."""


class Topic(StrEnum):
    """What a room may tell the rooms to its right, or ask of the worker."""

    AWARDS_ACCEPTED = "awards.accepted"
    CREDENTIALS_ISSUED = "credentials.issued"
    STATUS_CHANGED = "credential.status_changed"
    KEY_REQUESTED = "key.requested"
    DOCUMENT_REQUESTED = "document.requested"
    LEARNER_ERASED = "learner.erased"


def publish(
    topic: Topic,
    payload: dict[str, Any],
    *,
    tenant: uuid.UUID | None = None,
    not_before: dt.datetime | None = None,
) -> None:
    """Promise work in the caller's transaction. `payload` is JSON: ids only; `tenant` is the organisation it is for.

    A topic that `config/subscriptions.py` lists without a listener is not written down: nobody would do anything.
    """
    if settings.SUBSCRIPTIONS.get(topic) != ():
        own = {TENANT: str(tenant)} if tenant else {}
        OutboxMessage.objects.create(topic=topic, payload=payload | own, not_before=not_before or timezone.now())


def claim_messages(
    *, worker: str, lease_seconds: float, topics: Sequence[str], limit: int = 1, fair: bool = False
) -> list[OutboxMessage]:
    """Take up to `limit` waiting messages for `lease_seconds`; another worker may take them when the lease ends.

    The oldest come first; with `fair`, the oldest of each tenant, in no order among tenants, so that whoever has
    thousands keeps nobody waiting who has one. That looks at everything that waits: see `registry.turns`.
    """
    now = timezone.now()
    table = OutboxMessage._meta.db_table
    skip = " FOR UPDATE OF waiting SKIP LOCKED" if connection.vendor == "postgresql" else ""
    marks = ", ".join(["%s"] * len(topics))
    due = f"""done_at IS NULL AND not_before <= %s AND (lease_until IS NULL OR lease_until < %s)
              AND topic IN ({marks})"""
    turns = f"""
            JOIN (SELECT id AS own_id, row_number() OVER (
                    PARTITION BY payload ->> '{TENANT}' ORDER BY not_before, id) AS turn
                  FROM {table} WHERE {due}) AS turns ON own_id = id"""  # noqa: S608 - table name and marks are ours
    # MATERIALIZED: as a plain subquery, PostgreSQL may run it once per row and claim more than the limit.
    sql = f"""
        WITH picked AS MATERIALIZED (
            SELECT id FROM {table} AS waiting{turns if fair else ""}
            WHERE {due}
            ORDER BY {"turn, random()" if fair else "not_before, id"} LIMIT %s{skip})
        UPDATE {table} SET claimed_by = %s, lease_until = %s, attempts = attempts + 1
        WHERE id IN (SELECT id FROM picked)
        RETURNING *"""  # noqa: S608 - table name and marks are ours
    until = now + dt.timedelta(seconds=lease_seconds)
    values = [_adapted(now), _adapted(now), *topics] * (1 + fair) + [limit, worker, _adapted(until)]
    claimed = OutboxMessage.objects.raw(sql, values)
    return sorted(claimed, key=lambda message: (message.not_before, message.pk))


def _adapted(moment: dt.datetime) -> Any:
    """Write a time the way the ORM does, so that raw and ORM statements compare equal."""
    return connection.ops.adapt_datetimefield_value(moment)


def renew_lease(message: OutboxMessage, *, worker: str, lease_seconds: float) -> bool:
    """Hold a claimed message for `lease_seconds` from now; False means: it is not ours any more."""
    ours = OutboxMessage.objects.filter(pk=message.pk, claimed_by=worker, done_at=None)
    return bool(ours.update(lease_until=timezone.now() + dt.timedelta(seconds=lease_seconds)))


def finish_message(message: OutboxMessage, *, worker: str) -> bool:
    """Mark done in the caller's transaction if the lease is still ours; False means: discard your work."""
    return bool(
        OutboxMessage.objects.filter(pk=message.pk, claimed_by=worker, done_at=None).update(
            done_at=timezone.now(), lease_until=None
        )
    )


def put_back(message: OutboxMessage, *, worker: str, error: str, delay_seconds: float | None = None) -> None:
    """Give a failed message back, with a growing delay unless one is given.

    `error` is a type or code, never a text with people in it.
    """
    delay = min(2 ** min(message.attempts, 9), MAX_DELAY_SECONDS) if delay_seconds is None else delay_seconds
    OutboxMessage.objects.filter(pk=message.pk, claimed_by=worker, done_at=None).update(
        claimed_by="",
        lease_until=None,
        last_error=error[:120],
        not_before=timezone.now() + dt.timedelta(seconds=delay),
    )
