"""The lanes in a worker: threads beside its slots, so that what hangs in one delays no other.

Each process of the worker's pool has its slot, which signs awards, and for every other lane a thread while something
waits there, for a turn of a few seconds. A listener that hangs holds its thread and nothing else: after the turn the
lane gets another one, three at most. (Celery gives its nudges to the first process that is free, so the other processes
are no help.) A thread that has outlived what Celery gives a task takes its process with it, which the pool starts anew:
whatever that process had claimed gets free with its leases.

Outside a pool (tests, shell, benchmark) the work of a lane is done in place.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from itertools import chain
from time import monotonic

from celery.signals import worker_process_init, worker_process_shutdown
from django.conf import settings
from django.db import connections

from issuing.nudging import DRAIN, SEAL, waiting_tasks
from issuing.passing import task_named
from registry.alarms import AlarmCode, raise_alarm
from registry.fates import goes_well

TURN_SECONDS = 5
"""How long a lane's thread goes on while there is work: short, so that a worker that is told to end can wait for it."""
THREADS_IN_A_LANE = 3
ENDED_BY_US = 70
_threads: dict[str, list[_LaneThread]] = {}
_in_pool = threading.Event()


class _LaneThread(threading.Thread):
    """One turn of a lane, on a database connection of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._began = monotonic()

    def run(self) -> None:
        try:
            goes_well(task_named(self.name), alarm=AlarmCode.NUDGE_FAILED, subject=f"task:{self.name}")
        finally:
            connections.close_all()

    def is_busy_for(self, seconds: float) -> bool:
        return monotonic() - self._began > seconds


def start_waiting_lanes() -> bool:
    """Give every lane in which something waits its thread; always False, since none of it is this slot's work."""
    for name in filter(runs_beside, waiting_tasks()):
        start_lane(name)
    return False


def runs_beside(name: str) -> bool:
    """Tell whether a task drains a lane that has a thread here; else the slot does it."""
    return _in_pool.is_set() and name not in (SEAL, DRAIN)


def start_lane(name: str) -> None:
    """Start a thread in which a task drains its lane, unless one does or the lane holds all it may."""
    running = _threads[name] = [thread for thread in _threads.get(name, ()) if thread.is_alive()]
    if any(thread.is_busy_for(settings.CELERY_TASK_TIME_LIMIT + 2 * TURN_SECONDS) for thread in running):
        _end_process(name)
    if len(running) < THREADS_IN_A_LANE and all(thread.is_busy_for(TURN_SECONDS) for thread in running):
        running.append(_LaneThread(name))
        running[-1].start()


def meanwhile() -> Callable[[], bool] | None:
    """Return what looks after the other lanes between two chunks in a pool; None elsewhere."""
    return start_waiting_lanes if _in_pool.is_set() else None


def _end_process(name: str) -> None:
    """End this process of the pool: no thread can be ended, and this one's lane would stand still here."""
    raise_alarm(AlarmCode.LANE_HANGS, subject=f"task:{name}")
    os._exit(ENDED_BY_US)


@worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery ships no types
def use_threads(**_kwargs: object) -> None:
    """From now on this process has lanes beside its slot."""
    _threads.clear()
    _in_pool.set()


@worker_process_shutdown.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery ships no types
def wait_for_lanes(**_kwargs: object) -> None:
    """Let the lanes end their turn before the process does, so that no mail is sent and not noted."""
    until = monotonic() + 2 * TURN_SECONDS
    for thread in chain.from_iterable(_threads.values()):
        thread.join(max(0.0, until - monotonic()))
