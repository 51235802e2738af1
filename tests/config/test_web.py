"""The door in front of Django, with requests as the web server hands them over (RSGI)."""

import asyncio
import json
import threading
from pathlib import Path
from tempfile import TemporaryFile
from types import SimpleNamespace

import pytest

from config import web
from config.pools import Share
from registry.disk_files import DiskFileResponse
from verification.errors import NotWaitedForError
from verification.isolated import WorkBound, read_document

CLIENT = "192.0.2.1:5000"


def scope_of(method="POST", path="/api/v1/awards", query="", headers=(), client=CLIENT):
    """Return a request; `headers` as pairs, since names come more than once."""
    return SimpleNamespace(
        authority=None,
        client=client,
        headers=SimpleNamespace(items=lambda: list(headers)),
        http_version="1.1",
        method=method,
        path=path,
        query_string=query,
        scheme="http",
        server="127.0.0.1:8000",
    )


class Proto:
    """A connection: the pieces of a body (numbers are seconds of silence), and the answer."""

    def __init__(self, *pieces):
        self.pieces, self.answer = pieces, None

    async def __aiter__(self):
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                await asyncio.sleep(piece)

    def response_bytes(self, status, headers, body):
        self.answer = (status, dict(headers), body)

    def response_file(self, status, headers, file):
        self.answer = (status, dict(headers), Path(file))


class Counted:
    """Stands in for the counts of this process."""

    def __init__(self):
        self.seen = []

    def count(self, pool, what):
        self.seen.append((pool, what))


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    counts = Counted()
    monkeypatch.setattr(web, "COUNTS", counts)
    return counts


def refused(environ, *pieces):
    """Receive a body; return why it is refused, or its bytes."""

    async def receive():
        with web.Body(frozenset({"192.0.2.1/32"})) as body:
            await web._receive({"REQUEST_METHOD": "POST"} | environ, Proto(*pieces), body)
            return bytes(body.data)

    try:
        return asyncio.run(receive())
    except web.RefusedError as error:
        return str(error)


# -- Heads -------------------------------------------------------------------------------------------
REAL, MADE_UP = ("x-forwarded-for", "203.0.113.9"), ("x_forwarded_for", "198.51.100.1")


@pytest.mark.parametrize("headers", [[REAL, MADE_UP], [MADE_UP, REAL], [MADE_UP, REAL, MADE_UP]])
def test_name_with_an_underscore_never_reads_as_the_proxys_word(settings, headers):
    settings.BEHIND_PROXY = True
    environ = web.environ_of(scope_of(headers=headers))

    assert environ["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"
    assert web.callers_of(environ) == {"203.0.113.9/32"}


def test_name_with_an_underscore_is_none_of_ours():
    environ = web.environ_of(scope_of(headers=[("content_length", "9"), ("x_forwarded_for", "198.51.100.1")]))

    assert not [name for name in environ if name.startswith("HTTP_")]
    assert "CONTENT_LENGTH" not in environ


def test_every_text_of_a_request_is_as_pep_3333_wants_it():
    """Raw UTF-8 in an address reaches us decoded; Django reads what has to be Latin-1."""
    scope = scope_of(path="/catalogue/é", query="q=Prüfung €", headers=[("x-name", "é€")])
    scope.authority = "hé€.example"
    environ = web.environ_of(scope)

    for name in ("PATH_INFO", "QUERY_STRING", "HTTP_X_NAME", "HTTP_HOST"):
        environ[name].encode("latin-1")
    assert environ["QUERY_STRING"].encode("latin-1").decode() == "q=Prüfung €"


# -- Bodies ------------------------------------------------------------------------------------------
@pytest.fixture
def quick(settings):
    settings.WEB_BODY_SECONDS, settings.WEB_BODY_BYTES_PER_SECOND = 1.0, 1_000


@pytest.mark.usefixtures("quick")
def test_what_came_quickly_buys_no_time_to_stall(counted):
    assert refused({"CONTENT_LENGTH": "10001"}, b"x" * 10_000, 3, b"x") == "too-slow"
    assert counted.seen == [("bodies", "timed_out")]


@pytest.mark.usefixtures("quick")
def test_a_body_at_the_pace_that_is_asked_for_arrives_whole():
    assert refused({"CONTENT_LENGTH": "5000"}, *[0.25, b"x" * 1_000] * 5) == b"x" * 5_000


@pytest.mark.parametrize("head", [{}, {"CONTENT_LENGTH": "3", "HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_body_whose_end_could_be_anywhere_is_refused(head):
    """A chunked body that is cut off ends for us as a complete one does: a truncated file would be signed."""
    assert refused(head, b"abc") == "length-required"


def test_a_body_that_is_not_there_needs_no_length():
    assert refused({}) == b""


@pytest.mark.parametrize("length", ["4", "2"])
def test_a_body_of_another_length_than_announced_is_refused(length):
    assert refused({"CONTENT_LENGTH": length}, b"abc") == "cut-off"


@pytest.mark.django_db
def test_refusal_of_a_body_without_a_length_says_what_to_do():
    proto = Proto(b"email,name\n")
    asyncio.run(web.application(scope_of(headers=[("host", "localhost")]), proto))
    status, _headers, body = proto.answer

    assert (status, json.loads(body)["code"]) == (411, "length-required")
    assert "Content-Length" in json.loads(body)["detail"]


@pytest.fixture
def plain(monkeypatch):
    """Every request is answered 200, and no refusal is worded: nothing asks the database in another thread."""

    def application(_environ, start):
        start("200 OK", [])
        return [b""]

    monkeypatch.setattr(web, "django", application)
    monkeypatch.setattr(web, "WORDED_A_SECOND", 0)


@pytest.mark.usefixtures("plain")
def test_one_visitor_has_few_places_for_bodies_that_are_still_arriving(monkeypatch, counted):
    monkeypatch.setattr(web, "BODIES", Share(16))
    monkeypatch.setattr(web, "ARRIVING", Share(16, parts=8))

    async def scene():
        ends = asyncio.Event()

        class Unfinished(Proto):
            async def __aiter__(self):
                await ends.wait()
                yield b"abc"

        headers = [("host", "localhost"), ("content-length", "3")]
        protos = [Unfinished() for _ in range(5)]
        tasks = [asyncio.create_task(web.application(scope_of(path="/nothing", headers=headers), p)) for p in protos]
        await asyncio.sleep(0.05)
        told = [proto.answer and proto.answer[0] for proto in protos]
        ends.set()
        await asyncio.gather(*tasks)
        return told

    assert asyncio.run(scene()) == [None, None, 503, 503, 503]
    assert counted.seen.count(("bodies", "refused")) == 3


def test_two_visitors_leave_places_and_bytes_for_a_third():
    """One of them may send the longest file there is."""
    for share, whole in ((web.BODIES, 1), (web.BYTES, web.LONGEST_BODY)):
        held = []
        for name in ("a", "b"):
            callers = frozenset({name})
            while share.has_room(callers, whole):
                share.take(callers, whole)
                held.append(callers)
        third = share.has_room(frozenset({"c"}), whole)
        for callers in held:
            share.give_back(callers, whole)

        assert held
        assert third


# -- Where a request is answered ---------------------------------------------------------------------
KINDS = [
    ("POST", "/api/v1/batches", "", "files"),
    ("GET", "/statements/1", "", "checks"),
    ("GET", "/trials/1", "", "checks"),
    ("GET", "/trials/issuers/uni/did.json", "", None),
    ("POST", "/api/v1/batchesque", "", "acts"),
    ("POST", "/api/v1/batches/1", "", "acts"),
    ("POST", "/verify", "", "checks"),
    ("GET", "/api/v1/awards", "", "acts"),
    ("HEAD", "/api/v1/awards", "", "acts"),
    ("GET", "/verify", "url=http://localhost/c/1", "acts"),
    ("GET", "/verify", "", None),
    ("GET", "/c/1", "", None),
    ("GET", "/c/1.jwt", "", "waits"),
]


@pytest.mark.parametrize(("method", "path", "query", "kind"), KINDS)
def test_what_writes_or_asks_much_is_not_answered_on_the_event_loop(method, path, query, kind):
    assert web.kind_of(method, path, query) == kind


def test_page_that_needs_the_reading_process_is_begun_again_off_the_event_loop(monkeypatch):
    """Nobody else may wait while the process that reads documents is asked, or started again."""
    threads = []

    def application(_environ, start):
        threads.append(threading.current_thread().name)
        try:
            read_document({}, WorkBound())
        except NotWaitedForError:
            start("503 Service Unavailable", [])
            return [b""]
        start("200 OK", [])
        return [b"read"]

    monkeypatch.setattr(web, "django", application)
    proto = Proto()
    asyncio.run(web.application(scope_of("GET", "/c/1"), proto))

    assert (proto.answer[0], proto.answer[2]) == (200, b"read")
    assert [name.startswith("checks") for name in threads] == [False, True]


@pytest.mark.usefixtures("plain")
def test_what_only_reads_takes_no_place_for_a_body(monkeypatch):
    monkeypatch.setattr(web, "BODIES", Share(0))
    proto = Proto()
    asyncio.run(web.application(scope_of("GET", "/c/1.jwt"), proto))

    assert proto.answer[0] == 200


def test_file_on_the_disk_is_the_servers_to_read_and_never_in_memory_as_a_whole(monkeypatch):
    """It has no name any more; what was dropped before it was handed over is closed."""

    def application(_environ, start):
        file = TemporaryFile()  # noqa: SIM115 - closed with the answer
        file.write(b"x" * 100_000)
        file.seek(0)
        answer = DiskFileResponse(file)
        answer.streaming_content = iter(())  # as a middleware that wraps it
        start("200 OK", [*answer.headers.items()])
        return answer

    async def scene():
        proto = Proto()
        await web.application(scope_of("POST", "/console/college/exports/1/file"), proto)
        read = proto.answer[2].read_bytes()
        await asyncio.sleep(0.1)
        return proto.answer, read, proto.answer[2].exists()

    monkeypatch.setattr(web, "django", application)
    monkeypatch.setattr(web, "KEPT_OPEN_SECONDS", 0.02)
    (status, headers, file), read, stays = asyncio.run(scene())

    assert (status, headers["Content-Length"]) == (200, "100000")
    assert file.parent == Path("/dev/fd")
    assert read == b"x" * 100_000
    assert not stays
