"""The drain: whatever the outbox holds is done, until nothing can be leased.

Chunks of awards go the three steps of lease, sign and store; in between, what waits in the other lanes is looked after.
Every step can be lost, doubled or cut off anywhere.
"""

from __future__ import annotations

import os
import platform
import time
import uuid
from collections.abc import Callable
from functools import partial

import structlog

from issuing.errors import SelfCheckError
from issuing.garbage import rare_garbage_collection
from issuing.passing import LEASE_SECONDS, NOT_NOW, fail, pass_on, put_off, whose
from issuing.signing.chunks import sign_chunk
from issuing.signing.intents import lease_chunk
from issuing.signing.status_lists import ensure_published
from issuing.signing.storing import finish_chunk
from registry.alarms import AlarmCode, raise_alarm
from registry.lanes import Lane
from registry.leases import Lease, LeaseLostError
from registry.models import OutboxMessage
from registry.outbox import OUTBOX
from registry.turns import Turns

TURN_SECONDS = 20
LOOK_EVERY_SECONDS = 0.5
"""Between chunks, the other lanes are looked at so often while there is nothing in them."""
OTHER_LANES = (Lane.STATUS, Lane.MAIL, Lane.SLOW)
log = structlog.get_logger(__name__)


def worker_name() -> str:
    """Return a name that no other worker process has, now or later: leases are told apart by it."""
    return f"{platform.node()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


@rare_garbage_collection()
def drain(
    *,
    worker: str,
    lease_seconds: float = LEASE_SECONDS,
    seconds: float = TURN_SECONDS,
    meanwhile: Callable[[], bool] | None = None,
) -> int:
    """Sign until nothing is left to lease, or for `seconds` at most so that other tasks get their turn.

    `meanwhile` looks after the other lanes and says whether it found anything; without it their messages are passed on
    in place.

    Returns:
        How many credentials were stored.
    """
    look = meanwhile or partial(pass_on_everything, worker=worker, lease_seconds=lease_seconds)
    now = time.monotonic()
    until, look_at, stored = now + seconds, now, 0
    turns = Turns()
    while now < until:
        looked = now >= look_at
        busy = looked and look()
        with turns.next() as fair:
            message = lease_chunk(worker=worker, lease_seconds=lease_seconds, fair=fair)
        if message is not None:
            stored += _do_chunk(message, worker, lease_seconds)
        elif looked and not busy:
            break
        now = time.monotonic()
        if looked or message is None:
            look_at = now if busy or message is None else now + LOOK_EVERY_SECONDS
    return stored


def pass_on_everything(*, worker: str, lease_seconds: float = LEASE_SECONDS) -> bool:
    """Pass on, in place, what waits in any lane but that of awards; tells whether there was anything."""
    found = [pass_on(lane, worker=worker, lease_seconds=lease_seconds) for lane in OTHER_LANES]
    return any(found)


def _do_chunk(message: OutboxMessage, worker: str, lease_seconds: float) -> int:
    """Sign and store a leased chunk; whatever goes wrong, it is put back or left to whoever has it now."""
    lease = Lease(OUTBOX, [message], worker=worker, seconds=lease_seconds)
    try:
        signed = sign_chunk(message, keep_lease=lease.keep)
        ensure_published({one.award.status_list_id for one in signed.awards})
        return finish_chunk(signed, worker=worker)
    except LeaseLostError as lost:
        log.warning("chunk.discarded", chunk=message.pk, reason=str(lost))
        OUTBOX.put_back([message], worker=worker, error="lease-lost", delay_seconds=2)
    except NOT_NOW as error:
        put_off([message], worker=worker, error=error)
    except SelfCheckError as error:
        raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject=whose(message), chunk=message.pk, error=str(error))
        fail([message], worker=worker, error="self-check")
    except Exception as error:  # noqa: BLE001 - the alarm tells it
        raise_alarm(AlarmCode.CHUNK_FAILED, subject=whose(message), chunk=message.pk, attempts=message.attempts)
        fail([message], worker=worker, error=type(error).__name__)
    return 0
