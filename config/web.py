"""The web application that granian serves: RSGI in front of Django's WSGI (granian's RSGI specification 1.5).

Pages are answered one after another on the event loop, as fast as with one thread. Everything else, reading by the
API too since it counts its callers in the database, is taken off it:

1. a body is awaited, not read by a thread: one that never ends holds nothing but its place, and is cut off;
2. the request then runs in a thread of the pool of its kind, with its bounds: checks of what strangers hand in,
   files (kept for the worker where they are long), what waits for the worker, and all other acts;
3. a page that turns out to need the reading process is begun again there, among the checks;
4. where there is no room the answer is 503 at once, and where a page or a document is given Django words it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import sys
import time
from asyncio import events
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings

from config.bounds import LONGEST_BODY, REFUSED
from config.pools import Callers, Pool, PoolFullError, Share
from config.serving import Answer, Environ, served
from config.wsgi import application as django
from credentials.strict_json import compact_json
from registry.problems import RETRY_SECONDS
from registry.visitors import visitor_of
from registry.web_counts import WebCounts
from verification.isolated import no_waiting

MEBIBYTE = 1024 * 1024
CHECKS, FILES = ("/verify", "/api/v1/verify", "/vc-api/"), "/api/v1/batches"
STATEMENTS, PROVIDERS = "/statements/", "/account/provider/"
TRIALS, TRIAL_ISSUERS = "/trials/", "/trials/issuers/"
KEPT_OPEN_SECONDS = 30.0
READS = frozenset({"GET", "HEAD", "OPTIONS"})
_FIXED: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class RefusedError(Exception):
    """The body cannot be taken: `too-slow`, `too-large`, `cut-off` or `length-required`."""


COUNTS = WebCounts(settings.VAR_DIR / "web")
POOLS = {name: Pool(name, bounds, COUNTS.count) for name, bounds in settings.WEB_POOLS.items()}
BODIES = Share(settings.WEB_BODIES, parts=4)
BYTES = Share(settings.WEB_BODY_MEBIBYTES * MEBIBYTE, parts=3)
"""A third of it is the longest body that there is."""
ARRIVING = Share(settings.WEB_BODIES, parts=8)
"""Places for bodies that are not complete: they cost their sender nothing, so that one has fewer of them."""


async def application(scope: Any, proto: Any) -> None:
    """Answer one request."""
    environ = environ_of(scope)
    kind = kind_of(scope.method, scope.path, scope.query_string)
    if kind is None:
        page = _inline(environ)
        if page is not None:
            _send(proto, page)
            return
        environ, kind = environ_of(scope), "checks"
    try:
        answer = await _pooled(environ, proto, POOLS[kind])
    except PoolFullError:
        answer = _refusal(environ, "busy")
    except RefusedError as error:
        answer = _refusal(environ, str(error))
    _send(proto, answer)


def _send(proto: Any, answer: Answer) -> None:
    """Hand an answer to the server: of a file its name alone, which is read from the disk at its reader's pace.

    It is kept open until the server has opened it itself; it may have no other name.
    """
    if answer.file is None:
        proto.response_bytes(answer.status, answer.headers, answer.body)
        return
    proto.response_file(answer.status, answer.headers, f"/dev/fd/{answer.file.fileno()}")
    asyncio.get_running_loop().call_later(KEPT_OPEN_SECONDS, answer.file.close)


def kind_of(method: str, path: str, query: str) -> str | None:
    """Return the pool for a request; None for pages, which are answered where they are."""
    if method in READS:
        return _kind_of_reading(path, query)
    if path == FILES:
        return "files"
    return "checks" if path.startswith(CHECKS) else "acts"


def _kind_of_reading(path: str, query: str) -> str | None:
    if path.endswith(".jwt"):
        return "waits"
    if path.startswith(STATEMENTS) or (path.startswith(TRIALS) and not path.startswith(TRIAL_ISSUERS)):
        # Always read in the reading process, and counted: begun as a page it would be refused, and counted twice.
        return "checks"
    # These count the visit, which writes to the database; coming back from a provider asks that one as well.
    counts = path.startswith(("/api/", PROVIDERS)) or (path == "/verify" and query)
    return "acts" if counts else None


async def _pooled(environ: Environ, proto: Any, pool: Pool) -> Answer:
    callers = callers_of(environ)
    if environ["REQUEST_METHOD"] in READS:
        return await pool.run(callers, partial(served, django, environ))
    with _held(BODIES, callers), Body(callers) as body:
        with _held(ARRIVING, callers):
            await _receive(environ, proto, body)
        environ |= {"CONTENT_LENGTH": str(len(body.data))}
        return await pool.run(callers, partial(served, django, environ | {"wsgi.input": io.BytesIO(bytes(body.data))}))


def callers_of(environ: Environ) -> Callers:
    """Return who a request counts for. A made-up key is no way out: its sender's network counts as well."""
    key = environ.get("HTTP_AUTHORIZATION")
    named = {hashlib.sha256(key.encode()).hexdigest()} if key else set()
    return frozenset({visitor_of(environ)} | named)


# -- Refusing -----------------------------------------------------------------------------------------
WORDED_A_SECOND, WORDED_FOR_ONE = 20, 2
STATUS = {"busy": 503, "too-slow": 408, "cut-off": 408, "length-required": 411, "too-large": 413}


class RefusalWords:
    """How often a refusal is worded by Django: a flood of refused requests must not cost a page each."""

    def __init__(self) -> None:
        self._second, self._spent = 0, Counter[str]()

    def left_for(self, callers: Callers, now: float) -> bool:
        """Tell whether these callers get words in this second, and count them."""
        if int(now) != self._second:
            self._second, self._spent = int(now), Counter()
        if self._spent.total() >= WORDED_A_SECOND or any(self._spent[one] >= WORDED_FOR_ONE for one in callers):
            return False
        self._spent.update(callers)
        return True


WORDS = RefusalWords()


def _refusal(environ: Environ, reason: str) -> Answer:
    if WORDS.left_for(callers_of(environ), time.monotonic()) and (page := _inline(environ | {REFUSED: reason})):
        return page
    body = compact_json({"type": "about:blank", "status": STATUS[reason], "code": reason}).encode()
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    if reason == "busy":
        headers.append(("retry-after", str(RETRY_SECONDS)))
    return Answer(STATUS[reason], headers, body)


# -- Bodies -------------------------------------------------------------------------------------------
@contextmanager
def _held(share: Share, callers: Callers) -> Iterator[None]:
    _refuse_full(share, callers)
    with share.held(callers):
        yield


def _refuse_full(share: Share, callers: Callers, places: int = 1) -> None:
    if not share.has_room(callers, places):
        COUNTS.count("bodies", "refused")
        raise PoolFullError


class Body:
    """The body of one request as it comes, its bytes counted until the request is answered."""

    def __init__(self, callers: Callers) -> None:
        self.data, self._callers = bytearray(), callers

    def __enter__(self) -> Body:
        return self

    def __exit__(self, *_error: object) -> None:
        BYTES.give_back(self._callers, len(self.data))

    def add(self, piece: bytes) -> None:
        """Take a piece. Raises RefusedError (too large), PoolFullError (too much is held already)."""
        if len(self.data) + len(piece) > LONGEST_BODY:
            raise RefusedError("too-large")
        _refuse_full(BYTES, self._callers, len(piece))
        BYTES.take(self._callers, len(piece))
        self.data += piece


async def _receive(environ: Environ, proto: Any, body: Body) -> None:
    """Await the body.

    Raises:
        RefusedError: too large, slower than it may be, of another length than announced, or without a length: the
            end of a chunked body that was cut off looks here like that of a complete one.
        PoolFullError: too much is being held already.
    """
    announced = environ.get("CONTENT_LENGTH", "")
    if announced.isdecimal() and int(announced[:20]) > LONGEST_BODY:
        raise RefusedError("too-large")
    has_length = announced.isdecimal() and "HTTP_TRANSFER_ENCODING" not in environ
    try:
        async with asyncio.timeout(settings.WEB_BODY_SECONDS) as limit:
            async for piece in proto:
                if piece and not has_length:
                    raise RefusedError("length-required")
                body.add(piece)
                _extend(limit, len(piece))
    except TimeoutError as error:
        COUNTS.count("bodies", "timed_out")
        raise RefusedError("too-slow") from error
    if has_length and len(body.data) != int(announced[:20]):
        raise RefusedError("cut-off")


def _extend(limit: asyncio.Timeout, size: int) -> None:
    """Give a body time for what came, never more than WEB_BODY_SECONDS ahead: speed buys nothing to stall with."""
    latest = asyncio.get_running_loop().time() + settings.WEB_BODY_SECONDS
    limit.reschedule(min((limit.when() or latest) + size / settings.WEB_BODY_BYTES_PER_SECOND, latest))


# -- To Django and back ------------------------------------------------------------------------------
def environ_of(scope: Any) -> Environ:
    """Return a request's WSGI environment (PEP 3333), without a body."""
    host, _, port = scope.server.rpartition(":")
    environ = _FIXED | {
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "REQUEST_METHOD": scope.method,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": scope.scheme,
    }
    _add_headers(environ, scope.headers.items())
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = _as_bytes(scope.authority)
    return environ


def _as_bytes(text: str) -> str:
    """Return a text as PEP 3333 wants it: a letter for each byte that was sent."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


_NAMES: dict[str, str] = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
MOST_NAMES = 1_000


def _add_headers(environ: Environ, headers: Iterable[tuple[str, str]]) -> None:
    for name, value in headers:
        if "_" in name:
            # X_Forwarded_For would read as X-Forwarded-For, past the proxy that overwrites that one.
            continue
        key = _NAMES.get(name) or _variable(name)
        if key in environ:
            # RFC 6265 §5.4 for cookies, RFC 9110 §5.2 for all others.
            environ[key] += (";" if key == "HTTP_COOKIE" else ",") + _as_bytes(value)
        else:
            environ[key] = _as_bytes(value)


def _variable(name: str) -> str:
    variable = f"HTTP_{name.upper().replace('-', '_')}"
    if len(_NAMES) < MOST_NAMES:
        _NAMES[name] = variable
    return variable


def _inline(environ: Environ) -> Answer | None:
    """Let Django answer here, on the event loop; None where that would wait for the reading process.

    Its synchronous parts must not think that they would block a loop.
    """
    loop = events._get_running_loop()
    events._set_running_loop(None)
    try:
        with no_waiting() as refused:
            answer = served(django, environ)
    finally:
        events._set_running_loop(loop)
    return None if refused else answer
