"""Cursor pages: bounded, stable while rows are added, and the same cost on every page."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from credentials.strict_json import JsonObject
from integrations.errors import QueryError
from registry.selectors import canonical_base_url

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
LONGEST_CURSOR = 300

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the row before it, and which way to read."""

    forward: bool
    at: dt.datetime
    id: str

    def text(self) -> str:
        """Return the cursor for an address."""
        content = json.dumps([self.forward, self.at.isoformat(), self.id]).encode()
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def refuse_other_parameters(request: Request, known: Sequence[str]) -> None:
    """Refuse parameters that this address does not have: a filter misspelt would answer too much.

    Raises:
        QueryError: unknown or repeated.
    """
    for name, values in request.query_params.lists():
        if name not in known:
            raise QueryError(parameter=name[:80], reason="it is not known here")
        if len(values) > 1:
            raise QueryError(parameter=name[:80], reason="it is given twice")


def page_of(request: Request, rows: QuerySet[M], *, time: str, write: Callable[[M], JsonObject]) -> JsonObject:
    """Return one page, newest first: `{"results", "next", "previous"}` with absolute addresses.

    Args:
        rows: the caller's own rows, filtered; the order is set here.
        time: the field that orders them; `id` breaks ties.
        write: makes a row's JSON; must not query.

    Raises:
        QueryError: `page_size` is not 1 to 200, or `cursor` is not one of ours.
    """
    size, cursor = page_size_of(request), cursor_of(request)
    forward = cursor is None or cursor.forward
    found = list(_from(rows, cursor, time)[: size + 1])
    more, found = len(found) > size, found[:size]
    shown = found if forward else found[::-1]
    return {
        "results": [write(row) for row in shown],
        "next": _address(request, True, shown[-1:], time) if more or not forward else None,
        "previous": _address(request, False, shown[:1], time) if cursor and (more or forward) else None,
    }


def _from(rows: QuerySet[M], cursor: Cursor | None, time: str) -> QuerySet[M]:
    forward = cursor is None or cursor.forward
    ordered = rows.order_by(f"-{time}", "-pk") if forward else rows.order_by(time, "pk")
    if cursor is None:
        return ordered
    side = "lt" if forward else "gt"
    # `time <=` beside the exact condition lets the index start at the right place
    near = Q(**{f"{time}__{side}e": cursor.at})
    return ordered.filter(near, Q(**{f"{time}__{side}": cursor.at}) | Q(**{time: cursor.at, f"pk__{side}": cursor.id}))


def _address(request: Request, forward: bool, edge: Sequence[Any], time: str) -> str | None:
    if not edge:
        return None
    cursor = Cursor(forward, getattr(edge[0], time), str(edge[0].pk)).text()
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{canonical_base_url()}{request.path}?{query}"


def page_size_of(request: Request) -> int:
    """Return how many rows a page holds.

    Raises:
        QueryError: not a number from 1 to 200; it is refused, not lowered in silence.
    """
    text = request.query_params.get("page_size", str(DEFAULT_PAGE_SIZE))
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= MAX_PAGE_SIZE):  # noqa: PLR2004
        raise QueryError(parameter="page_size", reason=f"it is a number from 1 to {MAX_PAGE_SIZE}")
    return int(text)


def cursor_of(request: Request) -> Cursor | None:
    """Return where to go on, or None for the first page.

    Raises:
        QueryError: not a cursor that a page of ours gave out.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        return _read_cursor(text[:LONGEST_CURSOR])
    except (ValueError, TypeError, binascii.Error, OverflowError) as error:
        raise QueryError(parameter="cursor", reason="it is not one that a page gave you") from error


def _read_cursor(text: str) -> Cursor:
    forward, at, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    moment = dt.datetime.fromisoformat(at)
    if not isinstance(forward, bool) or moment.tzinfo is None:
        raise ValueError("not a cursor")
    return Cursor(forward, moment, str(uuid.UUID(row_id)))
