"""How often somebody may ask, counted in the database: one counting for pages, forms and machines."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from registry.actors import Actor
from registry.errors import LimitError
from registry.models import Throttle
from registry.visitors import visitor_of

COUNTS_KEPT = dt.timedelta(days=1)


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
MACHINE_RATE = Rate("api-machine", requests=6_000)
"""Per minute."""


def count_visit(environ: Mapping[str, Any]) -> Allowance | None:
    """Count one check or call of a visitor; None outside production, where tests and trials come from one address.

    Raises:
        LimitError: too many; `retry_after` is in seconds.
    """
    if settings.TESTAMUR_MODE != "production":
        return None
    return count_request(rate=VISITOR_RATE, caller=visitor_of(environ), at=timezone.now())


def count_call(actor: Actor, environ: Mapping[str, Any]) -> Allowance | None:
    """Count one call of a machine, or of a visitor as `count_visit` does. Raises LimitError."""
    if actor.kind == "anonymous":
        return count_visit(environ)
    return count_request(rate=MACHINE_RATE, caller=f"{actor.kind}:{actor.id}", at=timezone.now())


def rate_headers(allowance: Allowance | None) -> dict[str, str]:
    """Return what tells a caller its allowance (IETF draft-ietf-httpapi-ratelimit-headers)."""
    if allowance is None:
        return {}
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(allowance.reset_seconds),
    }


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


def forget_old_counts() -> int:
    """Remove request counts of windows that are long over; returns how many."""
    return Throttle.objects.filter(window__lt=timezone.now() - COUNTS_KEPT).delete()[0]
