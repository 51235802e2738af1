"""How much of a web process foreign and long work may hold: so many at once, so many waiting, so long.

Every request that is more than a page goes through one pool. Who asks for more than there is room for is told at
once, and nobody holds more than half of a pool or a quarter of its queue, in which callers take turns: not even
where no limit per minute acts.
Everything here runs on the event loop of one process; the work itself runs in the pool's own threads.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from config.bounds import Bounds

T = TypeVar("T")
Callers = frozenset[str]
"""Who a request counts for: the visitor's network, and the key that it came with."""
Place = tuple[Callers, asyncio.Future[None]]


class PoolFullError(Exception):
    """There is no room now, or the work took longer than it may."""


class Share:
    """Places that are shared: nobody holds more than one of so many parts of them, and one place is always allowed."""

    def __init__(self, places: int, *, parts: int = 2) -> None:
        self._places, self._of_one = places, max(1, places // parts)
        self._held: Counter[str] = Counter()
        self._taken = 0

    def has_room(self, callers: Callers, places: int = 1) -> bool:
        """Tell whether so many places may be taken for these callers."""
        fair = all(self._held[caller] + places <= self._of_one for caller in callers)
        return fair and self._taken + places <= self._places

    def take(self, callers: Callers, places: int = 1) -> None:
        """Take places; ask `has_room` before."""
        self._taken += places
        self._held.update(dict.fromkeys(callers, places))

    def give_back(self, callers: Callers, places: int = 1) -> None:
        """Give places back."""
        self._taken -= places
        self._held.subtract(dict.fromkeys(callers, places))
        self._held = +self._held

    @contextmanager
    def held(self, callers: Callers) -> Iterator[None]:
        """Hold one place. Raises PoolFullError."""
        if not self.has_room(callers):
            raise PoolFullError
        self.take(callers)
        try:
            yield
        finally:
            self.give_back(callers)


class Pool:
    """Threads for one kind of work, with a queue in front of them."""

    def __init__(
        self, name: str, bounds: Bounds, counted: Callable[[str, str], None] = lambda _pool, _what: None
    ) -> None:
        self.bounds = bounds
        self._name, self._count = name, counted
        self._running, self._waiting = Share(bounds.at_once), Share(bounds.waiting, parts=4)
        self._queue: list[Place] = []
        self._turns = itertools.count(1)
        self._last: dict[str, int] = {}
        self._threads = ThreadPoolExecutor(bounds.at_once, thread_name_prefix=name)

    async def run(self, callers: Callers, work: Callable[[], T]) -> T:
        """Do the work in a thread of the pool.

        Raises:
            PoolFullError: no room at once or after waiting, or the work is not done in its time. A thread cannot be ended:
                what it does then has bounds of its own, and its place stays taken until it is done.
        """
        await self._enter(callers)
        self._count(self._name, "admitted")
        task = asyncio.get_running_loop().run_in_executor(self._threads, work)
        task.add_done_callback(lambda _done: self._leave(callers))
        done, _ = await asyncio.wait({task}, timeout=self.bounds.work_seconds)
        if not done:
            self._count(self._name, "timed_out")
            raise PoolFullError
        return task.result()

    async def _enter(self, callers: Callers) -> None:
        if self._running.has_room(callers):
            self._start(callers)
            return
        if not self._waiting.has_room(callers):
            self._count(self._name, "refused")
            raise PoolFullError
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (callers, turn)
        self._queue.append(place)
        self._waiting.take(callers)
        await asyncio.wait({turn}, timeout=self.bounds.wait_seconds)
        self._waiting.give_back(callers)
        if not turn.done():
            self._queue.remove(place)
            self._count(self._name, "refused")
            raise PoolFullError

    def _leave(self, callers: Callers) -> None:
        """Give the place to who may have it and waits for his turn longest: callers alternate, however much they ask."""
        self._running.give_back(callers)
        while ready := [place for place in self._queue if self._running.has_room(place[0])]:
            place = min(ready, key=lambda one: max(self._last.get(caller, 0) for caller in one[0]))
            self._queue.remove(place)
            self._start(place[0])
            place[1].set_result(None)
        waiting = frozenset().union(*(place[0] for place in self._queue))
        self._last = {caller: turn for caller, turn in self._last.items() if caller in waiting}

    def _start(self, callers: Callers) -> None:
        self._running.take(callers)
        self._last |= dict.fromkeys(callers, next(self._turns))
