"""Rounds of CPU time, interleaved: machines are noisy, so only ratios within one run mean anything."""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple


class Task(NamedTuple):
    """One thing to measure: `step` is called `calls` times a round with the next of `inputs`."""

    step: Callable[[Any], object]
    inputs: list[Any]
    calls: int


def per_second(tasks: Mapping[str, Task], rounds: int) -> list[dict[str, float]]:
    """Measure every task in every round; return, per round, calls per CPU-second of each.

    The order alternates between rounds, so that no task always runs in another one's warm or hot wake.
    """
    sources = {name: cycle(task.inputs) for name, task in tasks.items()}
    for name, task in tasks.items():
        _seconds(task, sources[name], max(1, task.calls // 10))
    results = []
    for number in range(rounds):
        names = list(tasks) if number % 2 == 0 else list(tasks)[::-1]
        taken = {name: _seconds(tasks[name], sources[name], tasks[name].calls) for name in names}
        results.append({name: tasks[name].calls / taken[name] for name in tasks})
    return results


def typical(rounds: list[dict[str, float]], name: str) -> float:
    """Return the median figure of a task."""
    return round(median(figures[name] for figures in rounds), 1)


def typical_ratio(rounds: list[dict[str, float]], name: str, other: str) -> float:
    """Return the median, over the rounds, of one task's figure divided by another's."""
    return round(median(figures[name] / figures[other] for figures in rounds), 4)


def _seconds(task: Task, source: Iterator[Any], calls: int) -> float:
    step = task.step
    start = time.process_time()
    for _ in range(calls):
        step(next(source))
    return time.process_time() - start
