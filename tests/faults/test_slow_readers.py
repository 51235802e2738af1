"""A list that is taken along by readers who stall: they hold nobody, and the server reads it from the disk."""

from __future__ import annotations

import re
import socket
import statistics

import pytest

from tests.faults.house import House
from tests.faults.registrar import Registrar
from tests.faults.test_visitors import SLOWEST_SECONDS, asked

pytestmark = pytest.mark.slow
MEBIBYTES, READERS = 16, 24
LARGE = """
from django.db import connection
from issuing.models import Export, ExportPart
export = Export.objects.get()
ExportPart.objects.bulk_create(ExportPart(export=export, number=n, content=b"x" * 2**20) for n in range(1, {parts} + 1))
"""


def test_readers_who_stall_in_a_list_hold_nobody(house: House):
    web = house.start_web(workers=1)
    registrar = Registrar(house)
    page = registrar.press(f"{registrar.home}awards/export", format="csv", show="all")
    assert page.status_code == 200, page.text[:500]
    house.python(LARGE.format(parts=MEBIBYTES))
    before = resident(web.popen.pid)
    held = [taking(registrar, f"{page.url.path}file") for _ in range(READERS)]
    try:
        began = [connection.recv(4_096) for connection in held]
        pages = [asked(house) for _ in range(20)]
        console = registrar.client.get(registrar.home)
        more = resident(web.popen.pid) - before
    finally:
        for connection in held:
            connection.close()
        registrar.close()

    assert all(head.startswith(b"HTTP/1.1 200") for head in began), "each was under way"
    assert {status for status, _ in pages} == {200}
    assert console.status_code == 200
    assert statistics.median(seconds for _, seconds in pages) < SLOWEST_SECONDS
    assert more < READERS * MEBIBYTES // 4, "no list is in memory as a whole for as long as its reader takes"
    assert house.value("SELECT taken FROM issuing_export") == READERS


def taking(registrar: Registrar, address: str) -> socket.socket:
    """Ask for a file, and read nothing of it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', registrar.client.get(registrar.many).text)
    assert token
    request = registrar.client.build_request("POST", address, data={"csrfmiddlewaretoken": token[1]})
    head = f"POST {request.url.raw_path.decode()} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(60)
    connection.connect(("localhost", registrar.client.base_url.port or 80))
    connection.sendall(head.encode() + b"\r\n" + request.read())
    return connection


def resident(pid: int) -> int:
    """Return how many mebibytes a process and its children hold in memory."""
    found = 0
    for line in _tree(pid):
        with open(f"/proc/{line}/status") as status:  # noqa: PTH123
            sizes = re.search(r"VmRSS:\s+(\d+) kB", status.read())
            found += int(sizes[1]) // 1024 if sizes else 0
    return found


def _tree(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:  # noqa: PTH123
        below = [int(one) for one in children.read().split()]
    return [pid, *(one for child in below for one in _tree(child))]
