"""What one visitor can do to the others: a real web server, with visitors at several addresses of the loopback."""

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from credentials.strict_json import compact_json
from tests.attacks.documents import poison
from tests.faults.house import DEMO_ACHIEVEMENT, House
from tests.faults.requests import api_key

GREEDY, HONEST = "127.0.0.2", "127.0.0.3"
UNFINISHED = b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\ntext="
BODY_SECONDS = 5.0
# On a loaded machine with two cores; a house that is held answers nothing for BODY_SECONDS at least.
SLOWEST_SECONDS = 1.5


def asked(house: House, path: str = "/healthz", *, source: str = HONEST) -> tuple[int, float]:
    """Return a page's status and how long it took."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", house.port, timeout=10, source_address=(source, 0))
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        connection.close()


@contextmanager
def unfinished(house: House, count: int, *, head: bytes = UNFINISHED) -> Iterator[list[socket.socket]]:
    """Hold that many connections whose bodies never end."""
    held = []
    try:
        for _ in range(count):
            held.append(socket.create_connection(("127.0.0.1", house.port), source_address=(GREEDY, 0)))
            held[-1].sendall(head)
        yield held
    finally:
        for connection in held:
            connection.close()


def end_of(connection: socket.socket) -> bytes:
    """Return the status with which the house ended a connection, which has to be closed then."""
    connection.settimeout(BODY_SECONDS + 10)
    data = b""
    while part := connection.recv(65_536):
        data += part
    return data[9:12]


@pytest.fixture
def served(house: House) -> House:
    """A house whose web server gives a body five seconds."""
    house.environment |= {"WEB_BODY_SECONDS": str(BODY_SECONDS)}
    house.start_web()
    asked(house)
    return house


@pytest.mark.parametrize("count", [5, 50, 200])
def test_unfinished_bodies_hold_nobody_and_are_ended(served, count):
    with unfinished(served, count) as held:
        answers = [asked(served) for _ in range(20)]
        ended = Counter(end_of(connection) for connection in held)

    assert {status for status, _ in answers} == {200}
    assert statistics.median(seconds for _, seconds in answers) < SLOWEST_SECONDS
    assert max(seconds for _, seconds in answers) < BODY_SECONDS
    assert set(ended) <= {b"408", b"503"}
    # An eighth of the places for bodies in one web process.
    assert ended[b"408"] >= min(count, 16)


def test_a_drip_of_bytes_is_ended_as_well(served):
    with unfinished(served, 1) as (connection,):
        began = time.monotonic()
        connection.settimeout(0.2)
        status = b""
        while not status and time.monotonic() - began < BODY_SECONDS + 10:
            try:
                connection.sendall(b"x")
                status = connection.recv(100)[9:12]
            except TimeoutError:
                continue

    assert status == b"408"
    assert BODY_SECONDS - 1 < time.monotonic() - began < BODY_SECONDS + 5


def test_a_head_that_never_ends_holds_nobody(served):
    with unfinished(served, 200, head=b"GET /healthz HTTP/1.1\r\nX-Slow: "):
        answers = [asked(served) for _ in range(20)]

    assert {status for status, _ in answers} == {200}
    assert statistics.median(seconds for _, seconds in answers) < SLOWEST_SECONDS


def check(house: House, text: str, source: str) -> tuple[int, str]:
    """Check a text by the API; return the status and Retry-After."""
    connection = HTTPConnection("127.0.0.1", house.port, timeout=30, source_address=(source, 0))
    try:
        connection.request("POST", "/api/v1/verify", body=text, headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After", "")
    finally:
        connection.close()


def test_one_visitor_holds_half_and_another_is_served(served):
    """Poisoned documents: each takes the time that a check has to compute."""
    slow = compact_json({"credential": poison(11, 2)})
    answers: list[tuple[int, str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(check(served, slow, GREEDY)), daemon=True) for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    status, _ = check(served, '{"credential": {"a": 1}}', HONEST)
    pages = [asked(served) for _ in range(10)]
    for thread in threads:
        thread.join(60)

    assert status == 200
    assert {status for status, _ in pages} == {200}
    refused = [answer for answer in answers if answer[0] != 200]
    assert refused
    assert set(refused) == {(503, "5")}


def test_pages_do_not_wait_for_a_long_file(served):
    """It is taken by a process of its own and kept for the worker; the answer says where its job is told."""
    key, told = api_key(served), []
    rows = "".join(f"learner{n}@example.org,Learner {n} Example\n" for n in range(4_000))

    def send():
        connection = HTTPConnection("127.0.0.1", served.port, timeout=120, source_address=(GREEDY, 0))
        headers = {"Host": "localhost", "Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
        path = f"/api/v1/batches?achievement={DEMO_ACHIEVEMENT}"
        connection.request("POST", path, body=f"email,name\n{rows}", headers=headers)
        answer = connection.getresponse()
        told.append((answer.status, json.loads(answer.read())))
        connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    answers = []
    while thread.is_alive():
        answers.append(asked(served))
        time.sleep(0.05)
    thread.join()

    assert (told[0][0], told[0][1].get("state")) == (202, "confirmed"), told
    assert {status for status, _ in answers} == {200}
    assert statistics.median(seconds for _, seconds in answers) < SLOWEST_SECONDS / 3
