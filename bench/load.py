"""A bounded load generator: so many connections, for so many seconds, keep-alive, one request after another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import cycle

READY_SECONDS = 30.0
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests gave."""

    per_second: float
    p50_milliseconds: float
    p99_milliseconds: float
    wrong: int
    answers: int


async def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


async def wait_until_ready(port: int) -> None:
    """Wait until something answers at the port. Raises TimeoutError."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise TimeoutError(f"nothing answers at port {port}")


async def measure_load(port: int, paths: list[str], expected: bytes, *, connections: int, seconds: float) -> Load:
    """Ask for `paths` in turn; an answer that lacks `expected`, or is not 200, counts as wrong."""
    source = cycle(paths)
    taken: list[float] = []
    wrong: list[bytes] = []
    deadline = time.monotonic() + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        while time.monotonic() < deadline:
            start = time.monotonic()
            writer.write(f"GET {next(source)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answer = await read_answer(reader)
            taken.append(time.monotonic() - start)
            if expected not in answer or not answer.startswith(b"HTTP/1.1 200"):
                wrong.append(answer[:200])
        writer.close()
        await writer.wait_closed()

    start = time.monotonic()
    await asyncio.gather(*(ask() for _ in range(connections)))
    return _load(taken, len(wrong), time.monotonic() - start)


def _load(taken: list[float], wrong: int, seconds: float) -> Load:
    taken.sort()
    return Load(
        per_second=len(taken) / seconds,
        p50_milliseconds=taken[len(taken) // 2] * 1000,
        p99_milliseconds=taken[len(taken) * 99 // 100] * 1000,
        wrong=wrong,
        answers=len(taken),
    )


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer, head and body. Raises EOFError where it ends early."""
    head = await reader.readuntil(HEAD_END)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
        if name.lower() == b"transfer-encoding":
            return head + await _chunks(reader)
    return head


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
