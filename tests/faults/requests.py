"""Requests to a house's REST API, as an LMS would send them."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.house import DEMO_ACHIEVEMENT, House


@dataclass(frozen=True, slots=True)
class Answer:
    """What an award was answered with, and how long it took."""

    status: int
    award_id: str
    seconds: float


def api_key(house: House) -> str:
    """Make a key that may award for the demo's organisation."""
    return house.python(
        "from registry.models import Issuer\n"
        "from registry.services import create_api_key\n"
        "from registry.actors import SYSTEM\n"
        "from registry.permissions import Scope\n"
        f"node = Issuer.objects.get(slug={DEMO_ACHIEVEMENT.split('/')[0]!r}).node\n"
        "print(create_api_key(node=node, name='test', scopes=list(Scope), actor=SYSTEM)[1])\n"
    )


def _body(email: str) -> bytes:
    recipient = {"email": email, "name": "Ada Example"}
    return json.dumps({"achievement": DEMO_ACHIEVEMENT, "recipient": recipient}).encode()


def post_award(house: House, key: str, email: str, **headers: str) -> Answer:
    """Award one person over HTTP.

    Raises:
        urllib.error.URLError, OSError: no answer, or an error status.
    """
    request = urllib.request.Request(
        f"http://localhost:{house.port}/api/v1/awards",
        data=_body(email),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers},
        method="POST",
    )
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        return Answer(int(answer.status), json.load(answer)["id"], time.monotonic() - began)


@contextmanager
def unanswered_award(house: House, key: str, email: str, **headers: str) -> Iterator[None]:
    """Send the whole request and keep the connection open; on leaving hang up without reading the answer."""
    body = _body(email)
    lines = [
        "POST /api/v1/awards HTTP/1.1",
        f"Host: localhost:{house.port}",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        yield
