"""The one way out: fetch a small public document over https, and nothing else.

A visitor chooses the address, so every step is guarded: the scheme, the host's spelling, the port; the name
is resolved once and the connection goes to that very address, which must be public; no redirects; time and
size are limited as a whole, so that a drip of bytes cannot hold a worker. Our own hosts are never asked, and
nothing is fetched for a request that such a fetch has sent: two installations could ask each other without end.
Every refusal reads the same: the answer must not become a map of our network.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from urllib3.connection import HTTPException
from urllib3.exceptions import HTTPError

from registry.errors import UnavailableError
from registry.selectors import own_places

USER_AGENT = "Testamur"
MAX_BYTES = 1_048_576
TOTAL_SECONDS = 1.5
PIECE = 16_384
MAX_ADDRESS_CHARACTERS = 2_000
_NUMERIC_LABEL = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_EMBEDDING = tuple(
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
# Not for the public internet, though Python 3.11 counts them as global: IETF protocols (with a cloud's metadata
# service), 6to4 relays, site-local addresses, documentation. Nor is the one public address at which a cloud
# answers its own machines (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20", "168.63.129.16/32")
)
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "go", "gov", "net", "or", "org"})
HTTPS_PORT = 443
HTTP_OK = 200
MAX_TRIES = 3


class NotFetchedError(UnavailableError):
    """The address was refused or did not answer; which of the two is not told."""

    code, message = "not-fetched", _("This address could not be fetched.")


class Budget:
    """The time that all fetches of one act may take together, in seconds."""

    def __init__(self, seconds: float = TOTAL_SECONDS) -> None:
        self._deadline = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            NotFetchedError: none.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise NotFetchedError
        return left


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: at most 1 MiB, unencoded. `content_type` in lower case, without parameters."""

    url: str
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked, taken apart. `trusted`: a test host that may be private and plain http."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    trusted: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: GET, or POST with a form."""

    accept: str
    authorization: str
    form: Mapping[str, str] | None


def safe_fetch(
    url: str,
    *,
    budget: Budget,
    accept: str = "application/json",
    authorization: str = "",
    form: Mapping[str, str] | None = None,
) -> Fetched:
    """Fetch one public document.

    Args:
        url: an https address on port 443, without user or password.
        budget: shared by all fetches of one act.
        accept: the Accept header.
        authorization: the Authorization header; for addresses that an operator named, never for a visitor's.
        form: sent by POST instead of asking by GET.

    Raises:
        NotFetchedError: refused, unreachable, too slow, too large, or anything but status 200.
    """
    try:
        target = checked_target(url)
        _refuse_loops(target)
        return _exchange(target, _connected(target, budget), _Asked(accept, authorization, form), budget)
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise NotFetchedError from error


def checked_target(url: str) -> Target:
    """Take an address apart and refuse every spelling that could mean another place.

    Raises:
        NotFetchedError: another scheme or port, user or password, a host that is a number or no name.
    """
    if len(url) > MAX_ADDRESS_CHARACTERS or any(letter <= " " or letter in {"\\", "\x7f"} for letter in url):
        raise NotFetchedError
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotFetchedError from error
    if parts.username is not None or parts.password is not None or "@" in parts.netloc or not parts.hostname:
        raise NotFetchedError
    host = _plain_host(parts.hostname)
    if port is None:
        port = {"https": HTTPS_PORT, "http": 80}.get(parts.scheme, 0)
    trusted = bool({host, f"{host}:{port}"} & set(settings.SAFE_FETCH_ALLOW))
    if not trusted and (parts.scheme != "https" or port != HTTPS_PORT or _is_number(host)):
        raise NotFetchedError
    if parts.scheme not in ("https", "http"):
        raise NotFetchedError
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, parts.scheme, host, port, path.encode("ascii", "strict").decode(), trusted)


def _plain_host(name: str) -> str:
    """Return a host name in its ASCII form (IDNA), lower case, without the root's dot."""
    try:
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise NotFetchedError from error
    if not _HOST.fullmatch(host):
        raise NotFetchedError
    return host


def _is_number(host: str) -> bool:
    """Tell whether a host is an address in any spelling (dotted, decimal, octal, hexadecimal), or a bare name."""
    return "." not in host or bool(_NUMERIC_LABEL.fullmatch(host.rsplit(".", 1)[1]))


# -- Not in circles ---------------------------------------------------------------------------------
_FETCHING: ContextVar[bool] = ContextVar("may fetch", default=True)


@contextmanager
def no_fetching() -> Iterator[None]:
    """Refuse every fetch inside: somebody's fetch sent the request that is being answered."""
    before = _FETCHING.set(False)
    try:
        yield
    finally:
        _FETCHING.reset(before)


def _refuse_loops(target: Target) -> None:
    # A test's own servers share our host's name, and are told apart by their port.
    place = f"{target.host}:{target.port}" if target.trusted else target.host
    if not _FETCHING.get() or _is_ours(place, own_places()):
        raise NotFetchedError


def _is_ours(place: str, places: frozenset[str]) -> bool:
    """Tell whether a host is one of ours; a place that begins with a dot means every name below it as well."""
    return place in places or any(f".{place}".endswith(one) for one in places if one.startswith("."))


# -- Where it leads --------------------------------------------------------------------------------
def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, and does not carry another one inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (
        ip.ipv4_mapped is not None or any(ip in network for network in _EMBEDDING)
    ):
        return False
    if any(ip in network for network in _SPECIAL):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _public_addresses(target: Target, budget: Budget) -> list[str]:
    """Resolve once; one private address among many refuses them all."""
    found = _RESOLVERS.ask(target.host, target.port, budget.left())
    if not found or not (target.trusted or all(is_public(address) for address in found)):
        raise NotFetchedError
    return found[:MAX_TRIES]


def _connected(target: Target, budget: Budget) -> socket.socket:
    """Connect to the first of the checked addresses that answers: a host may have one that we have no route to."""
    failure: OSError | None = None
    for address in _public_addresses(target, budget):
        try:
            return socket.create_connection((address, target.port), timeout=budget.left())
        except OSError as error:
            failure = error
    raise NotFetchedError from failure


class _Resolvers:
    """The threads that wait for the system's resolver, which takes no timeout: some may be left behind.

    So few for one domain that slow names of one cannot keep all others from being resolved, and so many in all.
    """

    def __init__(self, *, at_most: int = 32, of_one_domain: int = 4) -> None:
        self._at_most, self._of_one_domain = at_most, of_one_domain
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def ask(self, host: str, port: int, seconds: float) -> list[str]:
        """Return the addresses of a host; none where it has none, or where that takes too long."""
        domain = _registrants_domain(host)
        if not self._enter(domain):
            return []
        found: list[str] = []

        def resolve() -> None:
            try:
                found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError):
                found.clear()
            finally:
                self._leave(domain)

        thread = threading.Thread(target=resolve, name=f"resolve {domain}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The system has no more threads for us now.
            self._leave(domain)
            return []
        thread.join(seconds)
        return [] if thread.is_alive() else list(found)

    def _enter(self, domain: str) -> bool:
        with self._lock:
            if self._waiting.total() >= self._at_most or self._waiting[domain] >= self._of_one_domain:
                return False
            self._waiting[domain] += 1
            return True

    def _leave(self, domain: str) -> None:
        with self._lock:
            self._waiting[domain] -= 1
            if not self._waiting[domain]:
                del self._waiting[domain]


def _registrants_domain(host: str) -> str:
    """Return what one registrant holds: two labels; three where a country has registries of their own (`ac.uk`)."""
    labels = host.split(".")
    below_registry = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS  # noqa: PLR2004
    return ".".join(labels[-3:] if below_registry else labels[-2:])


_RESOLVERS = _Resolvers()


# -- The exchange ----------------------------------------------------------------------------------
class _Cut:
    """Cuts a connection at the deadline, wherever it hangs: a handshake, a header, a body that drips."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        # TLS takes the socket over; a duplicate of its descriptor can still shut the connection down.
        self._sock = sock.dup()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        try:
            self._timer.start()
        except RuntimeError as error:
            # The system has no more threads for us now.
            self._sock.close()
            raise NotFetchedError from error

    def _shut(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        """Give the timer and the descriptor back."""
        self._timer.cancel()
        self._timer.join()
        self._sock.close()


def _exchange(target: Target, sock: socket.socket, asked: _Asked, budget: Budget) -> Fetched:
    cut = _Cut(sock, budget.left())
    try:
        sock.settimeout(budget.left())
        connection = _connection(target, sock)
        try:
            return _answer(connection, target, asked, budget)
        finally:
            connection.close()
    finally:
        cut.close()
        sock.close()


def _connection(target: Target, sock: socket.socket) -> urllib3.connection.HTTPConnection:
    """Return a urllib3 connection over the socket that goes to the checked address."""
    connection: Any
    if target.scheme == "http":
        connection = urllib3.connection.HTTPConnection(target.host, port=target.port)
    else:
        connection = urllib3.connection.HTTPSConnection(
            target.host, port=target.port, ssl_context=_tls(), server_hostname=target.host
        )
    connection._new_conn = lambda: sock
    return connection  # type: ignore[no-any-return]


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _answer(connection: urllib3.connection.HTTPConnection, target: Target, asked: _Asked, budget: Budget) -> Fetched:
    headers = {"Accept": asked.accept, "Accept-Encoding": "identity", "User-Agent": USER_AGENT, "Connection": "close"}
    if asked.authorization:
        headers["Authorization"] = asked.authorization
    method, body = "GET", None
    if asked.form is not None:
        method, body = "POST", urlencode(asked.form).encode("ascii")
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, target.path, body, headers, preload_content=False, decode_content=False)
    with closing(connection.getresponse()) as response:
        encoding = response.headers.get("Content-Encoding", "identity")
        if response.status != HTTP_OK or encoding != "identity":
            raise NotFetchedError
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Fetched(target.url, _body(response, budget), content_type)


def _body(response: urllib3.HTTPResponse, budget: Budget) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.read(PIECE, decode_content=False):
        parts.append(part)
        size += len(part)
        budget.left()
        if size > MAX_BYTES:
            raise NotFetchedError
    # A connection that was cut at the deadline must not pass for a short document.
    budget.left()
    return b"".join(parts)
