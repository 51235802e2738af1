"""The drain: whatever the outbox holds is done, what is urgent first, until nothing can be claimed.

Chunks of awards go the three steps of claim, sign and store; other topics are handed to the tasks that
`config/subscriptions.py` names, in this process. Every step can be lost, doubled or cut off anywhere.
"""

from __future__ import annotations

import json
import os
import platform
import time
import uuid
from collections.abc import Iterable

import structlog
from celery import Task, current_app
from django.conf import settings
from django.db import transaction

from issuing.collecting import rare_collections
from issuing.errors import LeaseLostError, SelfCheckError, SigningNotHereError
from issuing.signing.chunks import sign_chunk
from issuing.signing.intents import claim_chunk
from issuing.signing.leases import Lease
from issuing.signing.lists import ensure_published
from issuing.signing.storing import finish_chunk
from registry.errors import UnavailableError
from registry.models import OutboxMessage
from registry.outbox import TENANT, Topic, claim_messages, finish_message, put_back
from registry.turns import Turns

LEASE_SECONDS = 6.0
CLAIMED_AT_ONCE = 50
KEY_RETRY_SECONDS = 2
MOST_KEY_RETRY_SECONDS = 60
TURN_SECONDS = 20
URGENT_SECONDS = 0.5
"""Between chunks, what is urgent is looked for so often while there is none."""
URGENT = tuple(topic for topic in Topic if topic != Topic.AWARDS_ACCEPTED)
log = structlog.get_logger(__name__)


def worker_name() -> str:
    """Return a name that no other worker process has, now or later: leases are told apart by it."""
    return f"{platform.node()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


@rare_collections()
def drain(*, worker: str, lease_seconds: float = LEASE_SECONDS, seconds: float = TURN_SECONDS) -> int:
    """Work until nothing is claimable, or for `seconds` at most so that other tasks get their turn.

    Returns:
        How many credentials were stored.
    """
    now = time.monotonic()
    until, look_at, stored = now + seconds, now, 0
    turns = Turns()
    while now < until:
        looked = now >= look_at
        busy = looked and pass_on(worker=worker, lease_seconds=lease_seconds)
        with turns.next() as fair:
            message = claim_chunk(worker=worker, lease_seconds=lease_seconds, fair=fair)
        if message is not None:
            stored += _do_chunk(message, worker, lease_seconds)
        elif looked and not busy:
            break
        now = time.monotonic()
        if looked or message is None:
            look_at = now if busy or message is None else now + URGENT_SECONDS
    return stored


def _do_chunk(message: OutboxMessage, worker: str, lease_seconds: float) -> int:
    """Sign and store a claimed chunk; whatever goes wrong, it is put back or left to whoever has it now."""
    lease = Lease(message, worker=worker, seconds=lease_seconds)
    try:
        signed = sign_chunk(message, keep_lease=lease.keep)
        ensure_published({one.award.status_list_id for one in signed.awards})
        return finish_chunk(signed, worker=worker)
    except LeaseLostError as lost:
        log.warning("chunk.discarded", chunk=message.pk, reason=str(lost))
        put_back(message, worker=worker, error="lease-lost")
    except (UnavailableError, SigningNotHereError) as error:
        _wait(message, worker, error)
    except SelfCheckError as error:
        log.critical("alarm.self_check_failed", chunk=message.pk, error=str(error))
        put_back(message, worker=worker, error="self-check")
    except Exception as error:
        log.exception("alarm.chunk_failed", chunk=message.pk, attempts=message.attempts)
        put_back(message, worker=worker, error=type(error).__name__)
    return 0


def _wait(message: OutboxMessage, worker: str, error: Exception) -> None:
    """Put work back that needs a key: soon again, since it heals by itself once the key is there.

    What waits for long is tried once a minute: an issuer whose key is damaged must not keep the workers busy.
    """
    code = getattr(error, "code", type(error).__name__)
    if code != "key-pending":
        log.error("alarm.cannot_sign", message=message.pk, reason=code)
    delay = min(KEY_RETRY_SECONDS * max(message.attempts, 1), MOST_KEY_RETRY_SECONDS)
    put_back(message, worker=worker, error=code, delay_seconds=delay)


def pass_on(*, worker: str, lease_seconds: float) -> bool:
    """Hand what other acts have published to the subscribed tasks; equal messages of one round run once."""
    with transaction.atomic():
        messages = claim_messages(
            worker=worker, lease_seconds=lease_seconds, topics=URGENT, limit=CLAIMED_AT_ONCE, fair=True
        )
    alike: dict[tuple[str, str], list[OutboxMessage]] = {}
    for message in messages:
        alike.setdefault((message.topic, json.dumps(message.payload, sort_keys=True)), []).append(message)
    for group in alike.values():
        _run(group, worker)
    return bool(messages)


def task_named(name: str) -> Task:
    """Return a registered task; outside the worker (shell, tests) the rooms' tasks are imported first."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def _run(group: Iterable[OutboxMessage], worker: str) -> None:
    first, *_ = messages = list(group)
    try:
        for name in settings.SUBSCRIPTIONS.get(first.topic, ()):
            task_named(name)(**{key: value for key, value in first.payload.items() if key != TENANT})
    except (UnavailableError, SigningNotHereError) as error:
        for message in messages:
            _wait(message, worker, error)
    except Exception as error:
        log.exception("alarm.message_failed", topic=first.topic, message=first.pk)
        for message in messages:
            put_back(message, worker=worker, error=type(error).__name__)
    else:
        with transaction.atomic():
            for message in messages:
                finish_message(message, worker=worker)
