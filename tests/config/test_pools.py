"""Pools: bounded, fair, with a deadline."""

import asyncio
import threading

import pytest

from config.bounds import Bounds
from config.pools import Pool, PoolFullError, Share

A, B = frozenset({"192.0.2.1/32"}), frozenset({"198.51.100.7/32"})


def pool(at_once=2, waiting=4, wait_seconds=5.0, work_seconds=5.0, counts=None):
    counted = counts if counts is not None else []
    bounds = Bounds(at_once, waiting, wait_seconds, work_seconds)
    return Pool("test", bounds, lambda _pool, what: counted.append(what))


def scene(act):
    """Run an async scene whose works wait for an event that is set at its end at the latest."""

    async def with_event():
        end = threading.Event()
        try:
            await act(end)
        finally:
            end.set()

    asyncio.run(with_event())


async def started(pool, callers, end, how_many):
    tasks = [asyncio.create_task(pool.run(callers, end.wait)) for _ in range(how_many)]
    await asyncio.sleep(0.05)
    return tasks


def refused(tasks):
    return sum(task.done() and isinstance(task.exception(), PoolFullError) for task in tasks)


def test_one_visitor_holds_half_of_the_pool_and_a_quarter_of_its_queue():
    async def act(end):
        places, counts = pool(at_once=4, waiting=8, counts=(counted := [])), counted
        greedy = await started(places, A, end, 12)

        assert counts.count("admitted") == 2
        assert refused(greedy) == 12 - 2 - 2
        assert await places.run(B, lambda: "served") == "served"

    scene(act)


def test_more_than_there_is_room_for_is_refused_at_once():
    async def act(end):
        places = pool(at_once=2, waiting=2)
        tasks = [t for n in range(6) for t in await started(places, frozenset({str(n)}), end, 1)]

        assert refused(tasks) == 2

    scene(act)


def test_key_and_network_both_count():
    async def act(end):
        places = pool(at_once=4, waiting=2)
        made_up = [await started(places, A | {f"key {n}"}, end, 1) for n in range(6)]
        from_elsewhere = [await started(places, frozenset({f"address {n}", "key"}), end, 1) for n in range(6)]

        assert refused([task for tasks in made_up for task in tasks]) == 3
        assert refused([task for tasks in from_elsewhere for task in tasks]) == 3

    scene(act)


def test_who_waits_gets_the_place_that_becomes_free_and_another_is_not_passed_over():
    async def act(end):
        places, order = pool(at_once=2, waiting=12), []
        first = threading.Event()
        running = asyncio.create_task(places.run(A, first.wait))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(places.run(A, lambda n=n: order.append(n))) for n in range(3)]
        await asyncio.sleep(0.05)
        await places.run(B, lambda: order.append("other"))
        first.set()
        await asyncio.gather(running, *waiting)

        assert order == ["other", 0, 1, 2]

    scene(act)


def test_two_visitors_leave_room_for_a_third_and_take_turns():
    async def act(end):
        places, order = pool(at_once=1, waiting=8), []
        running = (await started(places, A, end, 1))[0]
        queue = [(A, "a"), (A, "a"), (A, "refused"), (B, "b"), (B, "b"), (B, "refused"), (frozenset({"third"}), "c")]
        waiting = [asyncio.create_task(places.run(who, lambda name=name: order.append(name))) for who, name in queue]
        await asyncio.sleep(0.05)
        end.set()
        await asyncio.gather(running, *waiting, return_exceptions=True)

        assert refused(waiting) == 2
        assert order == ["b", "c", "a", "b", "a"]

    scene(act)


def test_who_was_served_is_forgotten_with_his_last_request():
    async def act(_end):
        places = pool(at_once=1, waiting=8)
        await asyncio.gather(*[places.run(A, lambda: None), places.run(B, lambda: None)])

        assert not places._last

    scene(act)


def test_waiting_and_work_have_an_end_and_a_place_is_free_when_its_work_is_done():
    async def act(end):
        counts = []
        places = pool(wait_seconds=0.1, work_seconds=0.3, counts=counts)
        tasks = await started(places, A, end, 2)
        await asyncio.wait(tasks, timeout=5)
        assert refused(tasks) == 2
        assert (counts.count("refused"), counts.count("timed_out")) == (1, 1)

        with pytest.raises(PoolFullError):
            await places.run(A, lambda: "the thread still works")
        end.set()
        await asyncio.sleep(0.05)
        assert await places.run(A, lambda: "done") == "done"

    scene(act)


def test_error_of_the_work_arrives_and_frees_the_place():
    async def act(_end):
        places = pool(at_once=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await places.run(A, lambda: 1 // 0)

    scene(act)


def test_share_forgets_who_holds_nothing():
    share = Share(4)
    with share.held(A), share.held(A), pytest.raises(PoolFullError), share.held(A):
        pass

    assert share.has_room(A, 2)
    assert not share._held
