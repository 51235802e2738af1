"""A fork that reads a foreign document can neither stay, nor grow, nor reach anything."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from verification import isolated_child
from verification.isolated_child import in_a_fork


def asked(monkeypatch, work, seconds: float = 5) -> dict:
    monkeypatch.setitem(isolated_child.OPERATIONS, "odd", work)
    return json.loads(in_a_fork({"op": "odd", "seconds": seconds})[0])


def wait(_request) -> dict:
    time.sleep(3)
    return {"slept": True}


def grow(_request) -> dict:
    return {"grown": len(bytearray(isolated_child.MEMORY_BYTES * 2))}


def open_a_file(_request) -> dict:
    return {"read": Path("/proc/version").read_text()}


def open_a_socket(_request) -> dict:
    return {"socket": socket.socket().fileno()}


def test_work_within_its_limits_is_answered(monkeypatch):
    assert asked(monkeypatch, lambda request: {"op": request["op"]}) == {"op": "odd"}


def test_work_out_of_time_is_ended(monkeypatch):
    started = time.monotonic()

    assert asked(monkeypatch, wait, seconds=0.3) == {"unfinished": "time"}
    assert time.monotonic() - started < 2.5


def spin(_request) -> dict:
    while True:
        pass


def test_busy_work_is_ended_by_its_cpu_time_whatever_else_the_machine_does(monkeypatch):
    monkeypatch.setattr(isolated_child, "WALL_PER_CPU", 100.0)
    monkeypatch.setitem(isolated_child.OPERATIONS, "odd", spin)

    data, spent = in_a_fork({"op": "odd", "seconds": 0.2})

    assert json.loads(data) == {"unfinished": "time"}
    assert 0.15 < spent < 0.6


def test_work_out_of_memory_is_ended(monkeypatch):
    assert asked(monkeypatch, grow) == {"unfinished": "memory"}


@pytest.mark.parametrize("work", [open_a_file, open_a_socket])
def test_fork_can_open_nothing(monkeypatch, work):
    assert "unfinished" in asked(monkeypatch, work)


def test_fork_that_dies_while_it_answers_has_answered_nothing(monkeypatch):
    def die_half_way(descriptor, data):
        os.write(descriptor, data[: len(data) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(isolated_child, "_write", die_half_way)

    assert asked(monkeypatch, lambda _request: {"read": "a long answer"}) == {"unfinished": "time"}
