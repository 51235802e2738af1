"""The lanes' threads in one process of a pool: as few as there can be, and none for ever."""

import threading
from collections.abc import Iterator

import pytest

from issuing import lanes
from issuing.lanes import THREADS_IN_A_LANE, TURN_SECONDS, start_lane, start_waiting_lanes
from issuing.nudging import DRAIN, PASS_ON_SLOW, SEAL
from issuing.tasks import nudge


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(lanes, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def ended(monkeypatch) -> Iterator[list[str]]:
    """A pool in which every turn hangs until the test is over; yields which lane ended its process."""
    over, ends = threading.Event(), []
    monkeypatch.setattr(lanes, "_threads", {})
    monkeypatch.setattr(lanes, "goes_well", lambda *_a, **_kw: over.wait(60))
    monkeypatch.setattr(lanes, "task_named", lambda name: name)
    monkeypatch.setattr(lanes, "_end_process", ends.append)
    lanes._in_pool.set()
    try:
        yield ends
    finally:
        lanes._in_pool.clear()
        over.set()
        for running in lanes._threads.values():
            for thread in running:
                thread.join()


def running() -> int:
    return sum(thread.is_alive() for own in lanes._threads.values() for thread in own)


def test_lane_that_is_busy_gets_no_second_thread_before_its_turn_is_over(clock, ended):
    start_lane(PASS_ON_SLOW)
    clock[0] += TURN_SECONDS
    start_lane(PASS_ON_SLOW)
    assert running() == 1

    clock[0] += 0.1
    start_lane(PASS_ON_SLOW)
    assert running() == 2


def test_lane_whose_listeners_all_hang_holds_three_threads_and_no_more(clock, ended):
    for _ in range(10):
        start_lane(PASS_ON_SLOW)
        clock[0] += TURN_SECONDS + 1

    assert running() == THREADS_IN_A_LANE
    assert ended == []


def test_thread_that_outlives_what_a_task_may_take_ends_its_process(clock, ended, settings):
    start_lane(PASS_ON_SLOW)
    clock[0] += settings.CELERY_TASK_TIME_LIMIT + 2 * TURN_SECONDS + 1
    start_lane(PASS_ON_SLOW)

    assert ended == [PASS_ON_SLOW]


def test_slot_does_what_is_its_own_and_starts_the_lanes_beside_it(monkeypatch, ended):
    done: list[str] = []
    monkeypatch.setattr("issuing.tasks.waiting_tasks", lambda: [SEAL, PASS_ON_SLOW, DRAIN])
    monkeypatch.setattr("issuing.tasks.task_named", lambda name: lambda: done.append(name))
    nudge()

    assert done == [SEAL, DRAIN]
    assert list(lanes._threads) == [PASS_ON_SLOW]


def test_lanes_are_looked_after_between_two_chunks_and_are_no_work_of_the_slot(monkeypatch, ended):
    monkeypatch.setattr(lanes, "waiting_tasks", lambda: [SEAL, PASS_ON_SLOW, DRAIN])

    assert lanes.meanwhile() is start_waiting_lanes
    assert start_waiting_lanes() is False
    assert list(lanes._threads) == [PASS_ON_SLOW]
