"""How much may come in: sizes of uploads, who a visitor is, and how often somebody may ask."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from registry.errors import LimitError, RegistryError
from registry.models import Throttle

MAX_BODY_BYTES = 1_048_576
"""The largest body that an API reads, unless it says otherwise."""
IP_VERSION_6 = 6


class TooLargeError(RegistryError):
    """More bytes than anybody needs (413)."""

    code = "too-large"


def check_size(size: int, *, at_most: int) -> None:
    """Refuse what is larger than `at_most` bytes. Raises TooLargeError."""
    if size > at_most:
        raise TooLargeError(limit=at_most)


# -- Who a visitor is -------------------------------------------------------------------------------
def address_in(environ: Mapping[str, Any]) -> str:
    """Return the address that a request came from, by its WSGI environment (PEP 3333, RFC 3875 §4.1.8).

    With BEHIND_PROXY our own proxy names it, which overwrites `X-Forwarded-For`: only the last entry is its word.
    Elsewhere anyone could write that header and escape the limits.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY and (named := str(environ.get("HTTP_X_FORWARDED_FOR", ""))):
        return named.rpartition(",")[2].strip()
    return address


def visitor_of(environ: Mapping[str, Any]) -> str:
    """Return who a visitor is, everywhere: the network that one has for itself, by a request's WSGI environment."""
    return network_of(address_in(environ))


def network_of(address: str) -> str:
    """Return one IPv4 address, or one IPv6 /64; unreadable addresses share one place."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        # The same visitor by IPv4, on a socket that listens for both.
        parsed = parsed.ipv4_mapped or parsed
    prefix = 64 if parsed.version == IP_VERSION_6 else 32
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


# -- How often --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests one caller may send in a window."""

    name: str
    requests: int
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left in the window that runs."""

    limit: int
    remaining: int
    reset_seconds: int


VISITOR_RATE = Rate("visitor", requests=60)
"""Per minute, for the desk and the API together."""


def count_visit(environ: Mapping[str, Any]) -> Allowance | None:
    """Count one check or call of a visitor; None outside production, where tests and trials come from one address.

    Raises:
        LimitError: too many; `retry_after` is in seconds.
    """
    if settings.TESTAMUR_MODE != "production":
        return None
    return count_request(rate=VISITOR_RATE, caller=visitor_of(environ), at=timezone.now())


def refuse_when_spent(*, rate: Rate, caller: str, at: dt.datetime) -> None:
    """Refuse a caller whose window is used up, without counting this request. Raises LimitError."""
    opened, key = _place(rate, caller, at)
    if Throttle.objects.filter(key=key, window=opened, count__gte=rate.requests).exists():
        raise LimitError(retry_after=_reset(rate, opened, at), limit=rate.requests)


def count_request(*, rate: Rate, caller: str, at: dt.datetime) -> Allowance:
    """Count one request of a caller, whose name is kept as a keyed hash only.

    One statement on one row: two processes never both take the last place. Without the database there is no
    answer at all, so the limit never falls open.

    Raises:
        LimitError: the window is used up; `retry_after` says when the next one starts.
    """
    opened, key = _place(rate, caller, at)
    used = _counted(key, opened)
    reset = _reset(rate, opened, at)
    if used > rate.requests:
        raise LimitError(retry_after=reset, limit=rate.requests)
    return Allowance(rate.requests, rate.requests - used, reset)


def _place(rate: Rate, caller: str, at: dt.datetime) -> tuple[dt.datetime, str]:
    """Return when the window that runs was opened, and under which key its requests are counted."""
    opened = dt.datetime.fromtimestamp(at.timestamp() // rate.seconds * rate.seconds, tz=dt.UTC)
    return opened, hmac.new(
        settings.SECRET_KEY.encode(), f"{rate.name}\0{caller}".encode(), hashlib.sha256
    ).hexdigest()


def _reset(rate: Rate, opened: dt.datetime, at: dt.datetime) -> int:
    return max(1, int(opened.timestamp() + rate.seconds - at.timestamp()))


def _counted(key: str, opened: dt.datetime) -> int:
    table = Throttle._meta.db_table
    window = connection.ops.adapt_datetimefield_value(opened)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} AS kept (key, "window", count) VALUES (%s, %s, 1) '  # noqa: S608 - our table
            'ON CONFLICT (key) DO UPDATE SET "window" = excluded."window", '
            'count = CASE WHEN kept."window" = excluded."window" THEN kept.count + 1 ELSE 1 END RETURNING count',
            [key, window],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]
