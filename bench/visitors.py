"""Who comes to a house in `bench hostile`: readers, an honest visitor who checks a file, one who wants to stop it all."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from bench.load import HEAD_END, read_answer

READER, HONEST, GREEDY = "127.0.0.4", "127.0.0.3", "127.0.0.2"
READ_EVERY_SECONDS = 0.05
CHECK_EVERY_SECONDS = 2.0
GIVEN_UP_SECONDS = 30.0
POISON_AT_A_TIME, SLOW_AT_A_TIME, UNFINISHED_AT_A_TIME, FILES_AT_A_TIME = 8, 8, 100, 2
ROWS = 60_000
# Ten alike blank nodes in each other, three deep: a canonicaliser tries their permutations.
_NODE: object = {"branchOf": "https://attacker.example/leaf"}
for _depth in range(3):
    _NODE = {"branchOf": [_NODE] * 10}


@dataclass(slots=True)
class House:
    """Where the visitors come: its port and Host, what they read, and what an honest one and an awarder have."""

    port: int
    host: str
    page: str
    status_list: str
    document: str
    api_key: str
    achievement: str

    async def ask(
        self,
        method: str,
        path: str,
        *,
        source: str,
        body: bytes = b"",
        seconds: float = GIVEN_UP_SECONDS,
        **headers: str,
    ) -> tuple[int, bytes]:
        """Send one request from an address of the loopback; return status and answer.

        Raises:
            OSError, TimeoutError, EOFError: no answer.
        """
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(source, 0), limit=1 << 20
            )
            try:
                writer.write(self.head(method, path, len(body), **headers) + body)
                answer = await read_answer(reader)
            finally:
                writer.close()
        return int(answer[9:12]), answer.partition(HEAD_END)[2]

    def head(self, method: str, path: str, length: int, **headers: str) -> bytes:
        """Return a request's head."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Connection: close", f"Content-Length: {length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass(slots=True)
class Seen:
    """What readers and the honest visitor met."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    answered: int = 0
    check_seconds: list[float] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)


async def visit(house: House, seen: Seen, *, seconds: float, hostile: bool) -> None:
    """Let everybody come for so many seconds."""
    until = time.monotonic() + seconds
    comers: list[Callable[[House, Seen], Awaitable[None]]] = [_read, _check]
    if hostile:
        comers += [_poison] * POISON_AT_A_TIME + [_slow] * SLOW_AT_A_TIME + [_send_file] * FILES_AT_A_TIME
        comers += [_unfinished] * UNFINISHED_AT_A_TIME

    async def again(act: Callable[[House, Seen], Awaitable[None]]) -> None:
        while time.monotonic() < until:
            await act(house, seen)

    tasks = [asyncio.create_task(again(act)) for act in comers]
    await asyncio.sleep(seconds)
    _done, late = await asyncio.wait(tasks, timeout=GIVEN_UP_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _read(house: House, seen: Seen) -> None:
    paths = {"healthz": "/healthz", "page": house.page, "status_list": house.status_list}
    for name, path in paths.items():
        began = time.monotonic()
        try:
            status, _ = await house.ask("GET", path, source=READER)
        except (OSError, TimeoutError, EOFError):
            status = 0
        seen.seconds[name].append(time.monotonic() - began)
        seen.failed[name] += status != 200  # noqa: PLR2004 - OK
        await asyncio.sleep(READ_EVERY_SECONDS)


async def _check(house: House, seen: Seen) -> None:
    began = time.monotonic()
    body = json.dumps({"credential": house.document}).encode()
    try:
        _status, answer = await house.ask("POST", "/api/v1/verify", source=HONEST, body=body)
        verdict = json.loads(answer).get("verdict")
    except (OSError, TimeoutError, EOFError, ValueError):
        verdict = None
    seen.checks += 1
    seen.answered += verdict == "genuine"
    seen.check_seconds.append(time.monotonic() - began)
    await asyncio.sleep(max(0.0, began + CHECK_EVERY_SECONDS - time.monotonic()))


# -- The hostile one ---------------------------------------------------------------------------------
_NUMBERS = count()


async def _hostile(house: House, seen: Seen, what: str, path: str, body: bytes, **headers: str) -> None:
    try:
        status, _ = await house.ask("POST", path, source=GREEDY, body=body, seconds=300, **headers)
    except (OSError, TimeoutError, EOFError):
        status = 0
    seen.hostile[f"{what} {status}"] += 1
    # What is refused at once comes again at once; a single client cannot do that without end on this event loop.
    await asyncio.sleep(0.02 if status == 200 else 0.2)  # noqa: PLR2004 - OK


async def _poison(house: House, seen: Seen) -> None:
    terms = {"branchOf": {"@id": "https://attacker.example/kid", "@type": "@id"}}
    document = json.loads(house.document)
    poisoned = document | {"@context": [*document["@context"], terms], "credentialSubject": _NODE}
    await _hostile(house, seen, "poison", "/api/v1/verify", json.dumps({"credential": poisoned}).encode())


async def _slow(house: House, seen: Seen) -> None:
    body = json.dumps({"url": f"https://n{next(_NUMBERS)}.slow.example/"}).encode()
    await _hostile(house, seen, "slow", "/api/v1/verify", body)


async def _send_file(house: House, seen: Seen) -> None:
    number = next(_NUMBERS)
    lines = (f"p{number}x{row}@example.org,Person {row},75" for row in range(ROWS))
    body = "\n".join(["email,name,result", *lines]).encode()
    headers = {"Authorization": f"Bearer {house.api_key}", "Content_Type": "text/csv"}
    await _hostile(house, seen, "file", f"/api/v1/batches?achievement={house.achievement}", body, **headers)


async def _unfinished(house: House, seen: Seen) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port, local_addr=(GREEDY, 0))
        writer.write(house.head("POST", "/verify", 1000) + b"text=")
        status = (await reader.read(100))[9:12].decode()
        writer.close()
    except OSError:
        status = "0"
    seen.hostile[f"unfinished {status}"] += 1
    await asyncio.sleep(0.2)
