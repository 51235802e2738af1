"""Leases: whoever has a row keeps it while it works, and nobody else; who dies, hangs or fails loses it."""

import datetime as dt
import time

import pytest
import time_machine
from django.utils import timezone

from registry.lanes import Lane
from registry.leases import LOST_AGAIN, Lease, LeaseLostError, Patience, kills_its_workers
from registry.models import OutboxMessage
from registry.outbox import OUTBOX, Topic, finish_messages, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """A clock that tests put forward."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def claimed(worker: str = "one", *, lease_seconds: float = 30) -> OutboxMessage:
    (message,) = OUTBOX.lease(worker=worker, lease_seconds=lease_seconds, lane=Lane.STATUS)
    return message


def claimable() -> bool:
    return bool(OUTBOX.lease(worker="looks", lease_seconds=0, lane=Lane.STATUS))


def stored() -> OutboxMessage:
    return OutboxMessage.objects.get()


def give_up() -> dict[str, object]:
    return {"given_up_at": timezone.now()}


def test_row_of_a_dead_worker_goes_to_the_next_and_the_dead_cannot_finish_it():
    publish(Topic.KEY_REQUESTED, {})
    first, second = claimed("dead", lease_seconds=-1), claimed("alive")

    assert not finish_messages([first], worker="dead")
    assert finish_messages([second], worker="alive")
    assert not finish_messages([second], worker="alive")
    assert not claimable()


def test_lease_is_renewed_by_its_holder_alone_and_not_after_the_end():
    publish(Topic.KEY_REQUESTED, {})
    message = claimed(lease_seconds=-1)

    assert not OUTBOX.renew([message], worker="two", lease_seconds=30)
    assert OUTBOX.renew([message], worker="one", lease_seconds=30)
    assert not claimable()

    assert finish_messages([message], worker="one")
    assert not OUTBOX.renew([message], worker="one", lease_seconds=30)


def test_lease_that_was_taken_over_is_told_to_who_keeps_it_between_steps(monkeypatch):
    publish(Topic.KEY_REQUESTED, {})
    message = claimed()
    now = [100.0]
    monkeypatch.setattr("registry.leases.monotonic", lambda: now[0])
    lease = Lease(OUTBOX, [message], worker="one", seconds=30)
    OutboxMessage.objects.update(claimed_by="two")

    lease.keep()  # not time yet
    now[0] += 11
    with pytest.raises(LeaseLostError):
        lease.keep()


@pytest.mark.django_db(transaction=True)
def test_lease_is_kept_from_a_thread_during_one_long_step():
    publish(Topic.KEY_REQUESTED, {})
    message = claimed(lease_seconds=0.3)

    with Lease(OUTBOX, [message], worker="one", seconds=0.3).kept():
        time.sleep(1.2)
        assert not claimable()
    time.sleep(0.4)
    assert claimable(), "and not after it"


@pytest.mark.django_db(transaction=True)
def test_lease_of_a_step_that_hangs_ends():
    publish(Topic.KEY_REQUESTED, {})
    message = claimed(lease_seconds=0.3)

    with Lease(OUTBOX, [message], worker="one", seconds=0.3).kept(most_seconds=0.2):
        time.sleep(1)
        assert claimable()


def test_failed_row_comes_back_later_and_later(clock):
    publish(Topic.KEY_REQUESTED, {})
    delays = []
    for _ in range(10):
        OUTBOX.fail([claimed()], worker="one", error="ValueError", end=give_up())
        delays.append((stored().not_before - timezone.now()).total_seconds())
        clock.move_to(stored().not_before)

    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert (stored().last_error, stored().failures, stored().given_up_at) == ("ValueError", 10, None)


def test_patience_ends_after_ten_failures_and_a_day():
    day, ends = dt.timedelta(hours=24), Patience().is_over

    assert ends(10, failing_for=day)
    assert not ends(9, failing_for=day)
    assert not ends(10, failing_for=day - dt.timedelta(seconds=1))


def test_row_is_given_up_after_ten_failures_but_not_before_a_day_has_passed(clock):
    publish(Topic.KEY_REQUESTED, {})
    began = timezone.now()
    while not OUTBOX.fail([claimed()], worker="one", error="ValueError", end=give_up()):
        clock.move_to(stored().not_before)

    assert timezone.now() - began >= dt.timedelta(hours=24)
    assert stored().failures > 10
    assert stored().given_up_at == timezone.now()
    clock.shift(dt.timedelta(days=1))
    assert not claimable()


def test_row_that_failed_seldom_is_not_given_up_after_a_day(clock):
    publish(Topic.KEY_REQUESTED, {})
    for _ in range(9):
        assert OUTBOX.fail([claimed()], worker="one", error="ValueError", end=give_up()) == []
        clock.shift(dt.timedelta(days=1))


def test_row_that_waits_for_what_is_not_there_is_never_given_up_for_it_and_tried_once_a_minute(clock):
    publish(Topic.KEY_REQUESTED, {})
    began = timezone.now()
    while timezone.now() - began < dt.timedelta(days=2):
        waited = OUTBOX.wait([claimed()], worker="one", error="key-pending")
        assert waited == timezone.now() - began
        clock.move_to(stored().not_before)

    assert (stored().failures, stored().last_error) == (0, "key-pending")
    OUTBOX.wait([claimed()], worker="one", error="key-pending")
    assert stored().not_before - timezone.now() == dt.timedelta(seconds=60)
    clock.move_to(stored().not_before)
    patience = Patience(failures=1, period=dt.timedelta(hours=1))
    assert OUTBOX.fail([claimed()], worker="one", error="E", end=give_up(), patience=patience) == [], "fails since now"


def test_row_that_kills_its_workers_is_held_back_longer_and_longer_and_given_up(clock):
    publish(Topic.KEY_REQUESTED, {})
    claimed("dies", lease_seconds=6)
    began, held, waits = timezone.now(), 0, []
    for _claim in range(400):
        if stored().given_up_at is not None:
            break
        clock.shift(dt.timedelta(seconds=7))  # the lease of the dead ends
        message = claimed("dies too", lease_seconds=6)
        if kills_its_workers(message):
            OUTBOX.fail([message], worker="dies too", error=LOST_AGAIN, end=give_up())
            held += 1
            waits.append((stored().not_before - timezone.now()).total_seconds())
            clock.move_to(stored().not_before)
            if stored().given_up_at is None:
                assert not kills_its_workers(claimed("dies again", lease_seconds=6))
        elif not held:
            assert message.failures == 1, "the first loss costs no time"

    assert stored().given_up_at is not None
    assert waits[:4] == [4, 8, 16, 32]
    assert max(waits) == 300
    assert timezone.now() - began >= dt.timedelta(hours=24)
