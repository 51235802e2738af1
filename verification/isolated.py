"""Foreign documents are read in another process, within limits of time, size and memory.

One kilobyte of poisoned RDF can keep a canonicaliser busy for hours. So each web process keeps one warm
child (`verification.isolated_child`), started at the first need; a document that exceeds its time costs a
fork of that child, and as many documents as there are lanes to it are read at a time. Nothing here trusts the child's answer with more than text.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from credentials.errors import CredentialError, DataModelError, MalformedError, TermError, UnknownContextError
from credentials.strict_json import JsonObject, compact_json
from verification.checks import HeldProof, Problem, ProofReading
from verification.errors import NotWaitedForError
from verification.isolated_child import ANSWER, LENGTH, WALL_PER_CPU

MAX_DOCUMENT_BYTES = 1_048_576
"""The largest document read, as text; how long one may take is bounded by its statements, not by its bytes."""
MAX_BESIDE_BYTES = 2_097_152
"""The most that may go along with a document: what it is judged by, a DID document or a status list."""
WORK_SECONDS = 0.5
GRACE_SECONDS = 2.0
"""The child ends what takes too long; this is for a child that does not answer at all."""
LANES = 8
"""Documents that are read at a time, of one web process: more than may be checked, since our own pages need some."""
START_SECONDS = 10.0
IDLE_SECONDS = 120.0
"""After so long without a document the child is ended: it holds 29 MB, and starts again within a second or two."""
ROOT = Path(__file__).resolve().parent.parent
_KINDS: dict[str, Callable[[str], CredentialError]] = {
    kind.code: kind for kind in (MalformedError, UnknownContextError, TermError, DataModelError)
}


class UnfinishedError(Exception):
    """The work could not be done within its limits; nothing is known about the document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


_REFUSED: ContextVar[list[str] | None] = ContextVar("what may not wait for the reading process", default=None)


@contextmanager
def no_waiting() -> Iterator[list[str]]:
    """Refuse everything inside that would wait for the reading process: who answers there answers everybody.

    Yields a list that is empty as long as nothing had to be refused.
    """
    refused: list[str] = []
    before = _REFUSED.set(refused)
    try:
        yield refused
    finally:
        _REFUSED.reset(before)


class WorkBound:
    """The CPU time that all steps of one document may take together, in seconds."""

    def __init__(self, seconds: float = WORK_SECONDS) -> None:
        self._left = seconds

    def spend(self, request: JsonObject) -> JsonObject:
        """Ask the child, within what is left.

        Raises:
            UnfinishedError: too large, out of time or memory.
            NotWaitedForError: nobody may wait for it here (see `no_waiting`).
        """
        if (refused := _REFUSED.get()) is not None:
            refused.append(str(request["op"]))
            raise NotWaitedForError
        if self._left <= 0:
            raise UnfinishedError(Problem("out-of-time", "the limit for one document is used up"))
        data = _framed({**request, "seconds": self._left})
        reply, spent = CHILD.ask(data, self._left)
        self._left -= spent
        if "unfinished" in reply:
            raise UnfinishedError(Problem(f"out-of-{reply['unfinished']}", "reading it takes more than it may"))
        return reply


def _framed(request: JsonObject) -> bytes:
    """Write a request; raises UnfinishedError where its document is larger than we read."""
    document = compact_json(request["document"]).encode()
    if len(document) > MAX_DOCUMENT_BYTES:
        raise UnfinishedError(Problem("too-large", f"larger than {MAX_DOCUMENT_BYTES:,} bytes"))
    beside = compact_json({name: value for name, value in request.items() if name != "document"}).encode()
    if len(beside) > MAX_BESIDE_BYTES:
        raise UnfinishedError(Problem("too-large", "what it is judged by is larger than we read"))
    return b'{"document":' + document + b"," + beside.removeprefix(b"{")


def read_document(document: JsonObject, bound: WorkBound, *, of_token: bool = False) -> Problem | None:
    """Judge a parsed document by its standard; None when it follows it. Raises UnfinishedError.

    Of a token's, what no vocabulary defines is a claim that is not understood, and left out.
    """
    return problem_in(bound.spend({"op": "read", "document": document, "of_token": of_token}))


def check_unsigned(document: JsonObject, bound: WorkBound) -> None:
    """Check a credential's form as the VC-API has it before it signs. Raises UnfinishedError, CredentialError."""
    if problem := problem_in(bound.spend({"op": "judge", "as": "unsigned", "document": document})):
        raise _refusal(problem)


def prove_document(
    document: JsonObject, documents: Mapping[str, JsonObject], *, issuer: str, at: datetime, bound: WorkBound
) -> ProofReading:
    """Check all proofs of a document by keys from `documents`; running out of time is told in the reading."""
    request = {
        "op": "prove",
        "document": document,
        "documents": dict(documents),
        "issuer": issuer,
        "at": at.isoformat(),
    }
    try:
        reply = bound.spend(request)
    except UnfinishedError as error:
        return ProofReading(unfinished=error.problem)
    if problem := problem_in(reply):
        return ProofReading(problem=problem)
    if unsettled := reply.get("open"):
        return ProofReading(unfinished=Problem(str(unsettled[0]), str(unsettled[1])))
    return ProofReading(tuple(_held(*entry) for entry in reply["proofs"]))


def read_list(
    entry: JsonObject,
    status_list: JsonObject,
    documents: Mapping[str, JsonObject],
    *,
    issuer: str,
    at: datetime,
    bound: WorkBound,
) -> bool | Problem:
    """Check a status list and read one place; a problem where it is not acceptable. Raises UnfinishedError."""
    request = {
        "op": "status",
        "entry": entry,
        "document": status_list,
        "documents": dict(documents),
        "issuer": issuer,
        "at": at.isoformat(),
    }
    reply = bound.spend(request)
    return problem_in(reply) or bool(reply["set"])


def canonicaliser(bound: WorkBound, *, for_suites: bool = False) -> Callable[[JsonObject], str]:
    """Return a function that canonicalises documents within `bound`; `for_suites` with the contexts of the VC-API.

    It raises UnfinishedError, and what `credentials.canonical.canonical_nquads` raises.
    """

    def canonical(document: JsonObject) -> str:
        reply = bound.spend({"op": "canonicalise", "document": document, "for_suites": for_suites})
        if problem := problem_in(reply):
            raise _refusal(problem)
        return str(reply["nquads"])

    return canonical


def problem_in(reply: JsonObject) -> Problem | None:
    """Return the problem that an answer of the reading process tells, None where it tells none."""
    found = reply.get("problem")
    return Problem(str(found[0]), str(found[1])) if found else None


def _refusal(problem: Problem) -> CredentialError:
    return _KINDS.get(problem.code, MalformedError)(problem.detail)


def _held(method: str, created: str | None, suite: str, public_key: str, ends: str | None) -> HeldProof:
    return HeldProof(method, _moment(created), suite, public_key, ends=_moment(ends))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class _Lane(NamedTuple):
    """A pipe for requests to the child and one for its answers, our ends."""

    requests: int
    answers: int

    def close(self) -> None:
        os.close(self.requests)
        os.close(self.answers)


class _Run:
    """One run of the child, with its lanes; whoever has one of them is alone on it."""

    def __init__(self) -> None:
        self.owner, self.is_warm = os.getpid(), False
        self.asked, self.used = 0, time.monotonic()
        self._idle: SimpleQueue[_Lane] = SimpleQueue()
        self._lost = False
        theirs: list[int] = []
        for _ in range(LANES):
            (their_requests, ours), (answers, their_answers) = os.pipe(), os.pipe()
            theirs += [their_requests, their_answers]
            self._idle.put(_Lane(ours, answers))
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(ROOT), *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=theirs,
            cwd="/",
            env={"LANG": "C.UTF-8"},
        )
        for descriptor in theirs:
            os.close(descriptor)

    def lives(self) -> bool:
        """Tell whether it may be asked. A fork of the web server has no right to its parent's lanes."""
        return self.owner == os.getpid() and not self._lost and self.process.poll() is None

    @contextmanager
    def lane(self, deadline: float) -> Iterator[_Lane]:
        """Have a lane for one exchange; an error on the way ends this run. Raises TimeoutError."""
        try:
            lane = self._idle.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty as error:
            raise TimeoutError from error
        try:
            yield lane
        except BaseException:
            lane.close()
            self.end()
            raise
        if self._lost:
            lane.close()
        else:
            self.is_warm = True
            self._idle.put(lane)

    def end(self) -> None:
        """Kill the child. What its forks still work on is answered to whoever waits for it."""
        self._lost = True
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        else:
            # A fork's copy: the child is its parent's to wait for, and goes on.
            self.process.returncode = 0
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()


class _Child:
    """The warm child of this process: started at the first request, and again when it is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: _Run | None = None

    def ask(self, data: bytes, seconds: float) -> tuple[JsonObject, float]:
        """Send one request; return the answer and the CPU seconds it took."""
        with self._running() as run:
            # The first request waits for the child to load; that is not the document's fault.
            limit = seconds * WALL_PER_CPU + GRACE_SECONDS + (0 if run.is_warm else START_SECONDS)
            deadline = time.monotonic() + limit
            try:
                with run.lane(deadline) as lane:
                    return _exchange(lane, data, deadline)
            except (OSError, TimeoutError, ValueError) as error:
                raise UnfinishedError(
                    Problem("out-of-time", f"the reading process was lost: {type(error).__name__}")
                ) from error

    @contextmanager
    def _running(self) -> Iterator[_Run]:
        """Have a run that lives, and keep it from being ended as idle meanwhile."""
        with self._lock:
            if self._run is None or not self._run.lives():
                if self._run is not None:
                    self._run.end()
                self._run = _Run()
                threading.Thread(target=self._end_when_idle, args=(self._run,), daemon=True).start()
            run = self._run
            run.asked += 1
        try:
            yield run
        finally:
            with self._lock:
                run.asked -= 1
                run.used = time.monotonic()

    def _end_when_idle(self, run: _Run) -> None:
        while run.lives():
            time.sleep(max(0.0, run.used + IDLE_SECONDS - time.monotonic()) or IDLE_SECONDS)
            with self._lock:
                if not run.asked and time.monotonic() >= run.used + IDLE_SECONDS:
                    run.end()

    def stop(self) -> None:
        """End the child; the next request starts another."""
        with self._lock:
            if self._run is not None:
                self._run.end()
            self._run = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The child as it runs, None before the first request."""
        return self._run.process if self._run else None


# pyld would load an HTTP client, which could do nothing there: 5 MB.
_START = """import sys; sys.path.insert(0, sys.argv[1]); sys.modules["requests"] = None
from verification.isolated_child import main; main()"""


def _exchange(lane: _Lane, data: bytes, deadline: float) -> tuple[JsonObject, float]:
    _write(lane.requests, LENGTH.pack(len(data)) + data, deadline)
    length, spent = ANSWER.unpack(_read(lane.answers, ANSWER.size, deadline))
    reply = json.loads(_read(lane.answers, length, deadline))
    if not isinstance(reply, dict):
        raise OSError("not an answer")
    return reply, spent


def _write(descriptor: int, data: bytes, deadline: float) -> None:
    """Write all of it; a child that does not read must not hold the web worker."""
    os.set_blocking(descriptor, False)
    view = memoryview(data)
    while view:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([], [descriptor], [], left)[1]:
            raise TimeoutError
        view = view[os.write(descriptor, view) :]


def _read(descriptor: int, count: int, deadline: float) -> bytes:
    data = b""
    while len(data) < count:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError
        part = os.read(descriptor, count - len(data))
        if not part:
            raise OSError("the child ended")
        data += part
    return data


CHILD = _Child()
atexit.register(CHILD.stop)
