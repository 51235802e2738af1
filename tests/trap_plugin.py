"""`--prove-traps`: each guard of `traps.toml` is disabled in a fork of its own, and its tests must go red there.

All listed tests are collected once, with every guard in place, and have to be green. A fork has nothing to start or
to import again, so that a hundred removals cost as much as a hundred tests.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.traps import Proof, Traps, disable, guard_named

SECONDS = 120
SECONDS_OF_ALL = 900
# A stand-in that cannot be called, or gives what its caller cannot use, says nothing about the guard.
CRASHES = ("TypeError", "AttributeError", "NameError", "UnboundLocalError", "KeyError", "IndexError")
Outcomes = dict[str, str]
"""Test id → "" where it is green, else the name of what it failed with."""


class Proving:
    """Runs the listed tests instead of the usual ones, once per removal, and prints the table."""

    def __init__(self, traps: Traps) -> None:
        self.traps = traps

    def tests(self) -> list[str]:
        return sorted({test for proof in self.traps.proofs for test in proof.tests})

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
        report = (yield).get_result()
        report.raised = call.excinfo.typename if call.excinfo else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        lines = [*self._green_with_guards(session.items), *self._red_without(session.items)]
        unproven = sum(not proven for _, proven in lines)
        print("\n" + "\n".join(line for line, _ in lines))
        print(f"\n{len(self.traps.proofs)} removals, {unproven} not noticed as they should be")
        session.testsfailed = unproven
        session.testscollected = len(lines)
        return True

    def _green_with_guards(self, items: list[pytest.Item]) -> Iterator[tuple[str, bool]]:
        for problem in red_already(in_a_fork(lambda: run(items), SECONDS_OF_ALL)):
            yield problem, False

    def _red_without(self, items: list[pytest.Item]) -> Iterator[tuple[str, bool]]:
        for proof in self.traps.proofs:
            chosen = [item for item in items if any(belongs(item.nodeid, test) for test in proof.tests)]
            outcomes = in_a_fork(partial(run_without, proof.guards, chosen))
            unproven = judged(proof, outcomes)
            word = f"NOT PROVEN: {unproven}" if unproven else f"red ({', '.join(sorted({*outcomes.values()} - {''}))})"
            guards = " + ".join(f"{name} -> {instead}" for name, instead in proof.guards.items())
            yield f"trap {proof.trap} without {proof.without}: {word}\n      {guards}{tests_of(proof)}", not unproven


def tests_of(proof: Proof) -> str:
    return "".join(f"\n      {test}" for test in proof.tests)


def red_already(outcomes: Outcomes) -> list[str]:
    """Return what is wrong with every guard in place: a test that is red anyway notices nothing."""
    if not outcomes:
        return ["the tests did not finish with every guard in place"]
    return [f"red with every guard in place ({raised}): {test}" for test, raised in outcomes.items() if raised]


def belongs(nodeid: str, test: str) -> bool:
    """Tell whether a collected item is the listed test, or one of its cases."""
    return nodeid == test or nodeid.startswith(f"{test}[")


def judged(proof: Proof, outcomes: Outcomes) -> str:
    """Return why a removal proves nothing, or the empty string: each listed test has to fail, and not by a crash."""
    if not outcomes:
        return "the tests did not finish"
    for test in proof.tests:
        raised = {name for nodeid, name in outcomes.items() if belongs(nodeid, test)}
        if not raised - {""}:
            return f"{test} stays green"
        if not raised - {"", *CRASHES}:
            return f"{test} only crashes: {', '.join(sorted(raised - {''}))}"
    return ""


def run_without(guards: dict[str, str], items: list[pytest.Item]) -> Outcomes:
    for name, instead in guards.items():
        disable(name, instead)
    return run(items)


def run(items: list[pytest.Item]) -> Outcomes:
    outcomes: Outcomes = {}
    for item, following in zip(items, [*items[1:], None], strict=True):
        reports = runtestprotocol(item, log=False, nextitem=following)
        failed: list[Any] = [report for report in reports if not report.passed]
        outcomes[item.nodeid] = failed[0].raised if failed else ""
    return outcomes


def in_a_fork(work: Callable[[], Outcomes], seconds: int = SECONDS) -> Outcomes:
    """Return what `work` finds out in a process of its own; nothing where that process does not finish."""
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)
        try:
            with os.fdopen(out, "w", encoding="utf-8") as answer:
                json.dump(work(), answer)
        finally:
            os._exit(0)
    os.close(out)
    with os.fdopen(source, encoding="utf-8") as found:
        data = found.read()
    os.waitpid(pid, 0)
    return json.loads(data) if data else {}


def prove(config: pytest.Config, traps: Traps) -> None:
    """Let this run prove `traps` instead of testing; raises UsageError where a guard does not exist."""
    for name in (name for proof in traps.proofs for name in proof.guards):
        try:
            guard_named(name)
        except LookupError as error:
            raise pytest.UsageError(str(error)) from error
    proving = Proving(traps)
    config.pluginmanager.register(proving)
    config.args[:] = proving.tests()
