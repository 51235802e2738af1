"""One way out, and nothing behind our walls can be reached by it: the matrix of addresses, and bad servers."""

import ctypes
import socket
import threading
import time

import pytest

from registry import fetch
from registry.fetch import Budget, NotFetchedError, checked_target, is_public, no_fetching, safe_fetch
from registry.models import HostAlias
from tests.attacks.servers import answering, dripping, response, serving

pytestmark = pytest.mark.django_db
PRIVATE = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "192.0.0.192",
    "192.88.99.1",
    "fec0::1",
    "3fff::1",
    "168.63.129.16",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
)
REFUSED_SPELLINGS = (
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/_x",
    "data:application/json,{}",
    "javascript:alert(1)",
    "dict://example.com/",
    "ldap://example.com/",
    "jar:https://example.com/!/x",
    "//example.com/",
    "https:example.com",
    "https://",
    "https:///path",
    "",
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://@example.com/",
    "https://example.com:80/",
    "https://example.com:22/",
    "https://example.com:8443/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "https://localhost/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://１２７．０．０．１/",
    "https://127。0。0。1/",
    "https://exam ple.com/",
    "https://example.com\\@evil.example/",
    "https://example.com/\r\nHost: x",
    "https://example.com/\x00",
    "https://example.com/ä",
    "https://-example.com/",
    "https://exa_mple..com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 130 + "com/",
    "https://example.com/" + "a" * 2_000,
    "https://" + "xn--" + "\ud800" + ".com/",
)


@pytest.fixture
def allowed(settings):
    """Let the test's own servers be asked, as the setting of the test mode does."""
    settings.SAFE_FETCH_ALLOW = ("localhost",)


@pytest.mark.parametrize("url", REFUSED_SPELLINGS)
def test_an_address_of_doubtful_spelling_is_refused_before_anything_is_resolved(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("resolved"))

    with pytest.raises(NotFetchedError):
        safe_fetch(url, budget=Budget())


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_refused(address, monkeypatch):
    answers = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))

    assert not is_public(address)
    with pytest.raises(NotFetchedError):
        safe_fetch("https://rebinding.example.com/", budget=Budget())


def test_the_matrix_has_at_least_sixty_addresses():
    assert len(PRIVATE) + len(REFUSED_SPELLINGS) >= 60


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    asked = []
    answers = iter([[(0, 0, 0, "", ("93.184.215.14", 443))], [(0, 0, 0, "", ("127.0.0.1", 443))]])

    def connect(target, **_kwargs):
        asked.append(target)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotFetchedError):
        safe_fetch("https://rebinding.example.com/", budget=Budget())

    assert set(asked) == {("93.184.215.14", 443)}


def test_public_addresses_are_public():
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_an_international_name_is_asked_in_its_ascii_form():
    assert checked_target("https://bücher.example/x?y=1").host == "xn--bcher-kva.example"
    assert checked_target("https://EXAMPLE.com./").host == "example.com"


def test_the_allow_list_counts_in_test_mode_only():
    from config import settings

    assert settings.IN_TESTS
    assert settings.SAFE_FETCH_ALLOW == ()


# -- Servers that misbehave --------------------------------------------------------------------------
def fetch_from(answer, *, seconds=1.5):
    with serving(answer) as port:
        start = time.monotonic()
        try:
            return safe_fetch(f"http://localhost:{port}/x", budget=Budget(seconds))
        finally:
            assert time.monotonic() - start <= seconds + 0.5


@pytest.mark.usefixtures("allowed")
def test_a_good_answer_is_returned():
    fetched = fetch_from(answering(response(b'{"a": 1}', headers="Content-Type: Application/VC; charset=utf-8\r\n")))

    assert fetched.body == b'{"a": 1}'
    assert fetched.content_type == "application/vc"


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "data",
    [
        response(b"", status="302 Found", headers="Location: http://169.254.169.254/\r\n"),
        response(b"", status="301 Moved", headers="Location: /elsewhere\r\n"),
        response(b"{}", status="404 Not Found"),
        response(b"{}", status="500 Error"),
        response(b"x" * (fetch.MAX_BYTES + 1)),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65_536 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        response(b"\x1f\x8b" + b"x" * 50, headers="Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
    ids=["redirect", "relative", "404", "500", "large", "chunks-cut", "cut", "gzip", "header", "ssh", "nothing"],
)
def test_every_bad_answer_reads_the_same(data):
    with pytest.raises(NotFetchedError) as refusal:
        fetch_from(answering(data))

    assert refusal.value.sentence() == "This address could not be fetched."


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "answer",
    [
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x", every_seconds=0.2, times=30),
        dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", every_seconds=0.2, times=30),
        dripping(b"", b"H", every_seconds=0.2, times=30),
        dripping(b"", b"", every_seconds=3, times=1),
    ],
    ids=["body", "header", "status", "silence"],
)
def test_a_drip_of_bytes_is_cut_at_the_deadline(answer):
    with pytest.raises(NotFetchedError):
        fetch_from(answer, seconds=0.8)


@pytest.mark.usefixtures("allowed")
def test_one_budget_is_shared_by_all_fetches():
    budget = Budget(0.5)
    slow = dripping(b"", response(b"{}"), every_seconds=0.4, times=1)
    with serving(slow) as port:
        safe_fetch(f"http://localhost:{port}/x", budget=budget)
        with pytest.raises(NotFetchedError):
            safe_fetch(f"http://localhost:{port}/x", budget=budget)


def test_a_resolver_that_hangs_does_not_hold_the_worker(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: time.sleep(1.5) or [])
    start = time.monotonic()

    with pytest.raises(NotFetchedError):
        safe_fetch("https://example.com/", budget=Budget(0.3))
    assert time.monotonic() - start < 1


# -- Not in circles ----------------------------------------------------------------------------------
OURS = (
    "https://credentials.example.edu/verify?url=x",
    "https://CREDENTIALS.example.edu./status/1",
    "https://old.example.edu/status/1",
    "https://also.example.edu/",
    "https://any.below.example.edu/",
)


@pytest.mark.parametrize("url", OURS)
def test_our_own_hosts_are_never_asked(url, settings, monkeypatch):
    settings.PUBLIC_URL = "https://credentials.example.edu"
    settings.ALLOWED_HOSTS = ["Also.example.edu", ".below.example.edu", "*"]
    HostAlias.objects.create(base_url="https://old.example.edu")
    resolved = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *question, **_k: resolved.append(question) or [])

    with pytest.raises(NotFetchedError):
        safe_fetch(url, budget=Budget())
    assert resolved == []


def test_other_hosts_of_the_same_domain_are_asked(settings, monkeypatch):
    settings.PUBLIC_URL = "https://credentials.example.edu"
    resolved = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *question, **_k: resolved.append(question[0]) or [])

    for url in ("https://www.example.edu/", "https://xcredentials.example.edu/"):
        with pytest.raises(NotFetchedError):
            safe_fetch(url, budget=Budget())

    assert resolved == ["www.example.edu", "xcredentials.example.edu"]


@pytest.mark.usefixtures("allowed")
def test_nothing_is_fetched_for_a_request_that_a_fetch_sent():
    with no_fetching(), pytest.raises(NotFetchedError):
        fetch_from(answering(response(b"{}")))

    assert fetch_from(answering(response(b"{}"))).body == b"{}"


# -- Slow names --------------------------------------------------------------------------------------
def test_slow_names_hold_few_threads_and_leave_the_others_resolved(monkeypatch):
    end = threading.Event()
    asked = []

    def resolver(host, *_a, **_k):
        asked.append(host)
        if host.endswith(".slow.example"):
            end.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    try:
        for number in range(12):
            with pytest.raises(NotFetchedError):
                safe_fetch(f"https://n{number}.slow.example/", budget=Budget(0.05))
        waiting = [thread for thread in threading.enumerate() if thread.name == "resolve slow.example"]
        with pytest.raises(NotFetchedError):
            safe_fetch("https://quick.example.com/", budget=Budget(1))

        assert len(waiting) == len(asked) - 1 == 4
        assert asked[-1] == "quick.example.com"
    finally:
        end.set()


def test_a_resolver_that_answered_makes_room(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_a, **_k: asked.append(host) or [])

    for _ in range(40):
        with pytest.raises(NotFetchedError):
            safe_fetch("https://some.example.com/", budget=Budget(1))

    assert len(asked) == 40


def test_one_registrants_slow_names_leave_a_whole_registry_resolved(monkeypatch):
    """In `ac.uk` every university has a domain of its own, as below `.uk`."""
    end, asked = threading.Event(), []

    def resolver(host, *_a, **_k):
        asked.append(host)
        if host.endswith("slow.ac.uk"):
            end.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    try:
        for host in (*(f"n{number}.slow.ac.uk" for number in range(6)), "www.honest.ac.uk"):
            with pytest.raises(NotFetchedError):
                safe_fetch(f"https://{host}/", budget=Budget(0.05 if "slow" in host else 1))

        assert (len(asked), asked[-1]) == (5, "www.honest.ac.uk")
    finally:
        end.set()


def test_a_thread_that_cannot_be_started_keeps_no_place(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", refuse)
        for _ in range(6):
            with pytest.raises(NotFetchedError):
                safe_fetch("https://some.example.com/", budget=Budget(1))
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_a, **_k: asked.append(host) or [])
    with pytest.raises(NotFetchedError):
        safe_fetch("https://some.example.com/", budget=Budget(1))

    assert asked == ["some.example.com"]


def test_the_systems_resolver_gives_a_name_up_soon():
    """A name that hangs holds its thread as long as the C library asks for it, not as long as a fetch may take."""
    told = ctypes.CDLL(None).getenv
    told.restype = ctypes.c_char_p

    assert told(b"RES_OPTIONS") == b"timeout:1 attempts:2"
