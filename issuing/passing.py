"""Passing on: what acts have published is handed to its listeners, lane by lane, each message with a fate of its own."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from celery import Task, current_app
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from issuing.errors import KeyUnavailableError, SigningNotHereError, SigningStoppedError
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.errors import UnavailableError
from registry.lanes import Lane
from registry.leases import LOST_AGAIN, Lease, kills_its_workers
from registry.models import OutboxMessage
from registry.outbox import OUTBOX, TENANT, Topic, finish_messages, publish
from registry.turns import Turns

LEASE_SECONDS = 6.0
MOST_ALIKE = 1_000
MOST_IN_ONE_GO = 50
NOT_NOW = (UnavailableError, SigningNotHereError, OperationalError)
"""What fails for want of a key, a database or a server: no fault of what waits for it."""
KEY_IS_WRONG = (KeyUnavailableError, SigningStoppedError, SigningNotHereError)
"""What no waiting alone heals."""
LONG_WAIT = dt.timedelta(minutes=10)


def task_named(name: str) -> Task:
    """Return a registered task; outside the worker (shell, tests) the rooms' tasks are imported first."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def pass_on(lane: Lane, *, worker: str, lease_seconds: float = LEASE_SECONDS, seconds: float = 5) -> bool:
    """Hand what waits in a lane to its listeners, for a while at most; tells whether there was anything."""
    turns, until, passed = Turns(), time.monotonic() + seconds, 0
    while passed < MOST_IN_ONE_GO and time.monotonic() < until:
        with turns.next() as fair:
            messages = _lease_alike(lane, worker, lease_seconds, fair=fair)
        if not messages:
            break
        _hand_over(messages, worker, lease_seconds)
        passed += 1
    return bool(passed)


def _lease_alike(lane: Lane, worker: str, lease_seconds: float, *, fair: bool) -> list[OutboxMessage]:
    """Claim one message, and with it all that say the same: to do it once is enough for them all."""
    for first in OUTBOX.lease(worker=worker, lease_seconds=lease_seconds, fair=fair, lane=lane):
        now = timezone.now()
        due = Q(lease_until=None) | Q(lease_until__lt=now)
        same = {"lane": lane, "topic": first.topic, "task": first.task, "payload": first.payload}
        rows = OutboxMessage.objects.filter(due, done_at=None, given_up_at=None, not_before__lte=now, **same)
        with transaction.atomic():
            alike = list(rows.select_for_update(skip_locked=True).order_by("id")[:MOST_ALIKE])
            OutboxMessage.objects.filter(pk__in=[one.pk for one in alike]).update(
                claimed_by=worker,
                lease_until=now + dt.timedelta(seconds=lease_seconds),
                attempts=F("attempts") + 1,
            )
        return [first, *alike]
    return []


def _hand_over(messages: Sequence[OutboxMessage], worker: str, lease_seconds: float) -> None:
    """Run the listener once for messages that are alike, and write down for each what became of it."""
    first = messages[0]
    if kills_its_workers(first):
        fail(messages, worker=worker, error=LOST_AGAIN)
        return
    try:
        with Lease(OUTBOX, messages, worker=worker, seconds=lease_seconds).kept():
            _listen(first)
    except NOT_NOW as error:
        put_off(messages, worker=worker, error=error)
    except Exception as error:  # noqa: BLE001 - the alarm tells it
        raise_alarm(AlarmCode.MESSAGE_FAILED, subject=whose(first), task=first.task, message=first.pk)
        fail(messages, worker=worker, error=type(error).__name__)
    else:
        finish_messages(messages, worker=worker)


def _listen(message: OutboxMessage) -> None:
    arguments = {key: value for key, value in message.payload.items() if key != TENANT}
    if message.task:
        task_named(message.task)(**arguments)
    else:  # of code that knew no listeners
        publish(Topic(message.topic), message.payload)


def put_off(messages: Sequence[OutboxMessage], *, worker: str, error: Exception) -> None:
    """Put work back that needs something which is not there; it heals by itself, and is told where it does not."""
    reason = getattr(error, "code", type(error).__name__)
    waited = OUTBOX.wait(messages, worker=worker, error=reason)
    if isinstance(error, KEY_IS_WRONG):
        raise_alarm(AlarmCode.CANNOT_SIGN, subject=whose(messages[0]), message=messages[0].pk, reason=reason)
    elif waited >= LONG_WAIT:
        raise_alarm(AlarmCode.MESSAGE_WAITS, subject=whose(messages[0]), message=messages[0].pk, reason=reason)


def fail(messages: Sequence[OutboxMessage], *, worker: str, error: str) -> None:
    """Count a failure and put work back, more and more seldom; after ten failures and a day it is given up."""
    for given_up in OUTBOX.fail(messages, worker=worker, error=error, end={"given_up_at": timezone.now()}):
        raise_alarm(AlarmCode.MESSAGE_GIVEN_UP, subject=whose(given_up), message=given_up.pk, task=given_up.task)


def whose(message: OutboxMessage) -> str:
    """Return the subject of alarms about a message: the organisation that it is for."""
    return organisation_subject(message.payload.get(TENANT))
