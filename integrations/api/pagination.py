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

from django.db import connection
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp
from integrations.errors import QueryError
from registry.selectors import link_base_url

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
LONGEST_CURSOR = 300
MOST_ROWS = 10_000_000
MOST_APART = 200
PAGING = ("page_size", "cursor")

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sorting:
    """What a list is ordered by; the id breaks ties. `read` takes a value back from a cursor's text."""

    field: str
    newest_first: bool = True
    read: Callable[[str], Any] = dt.datetime.fromisoformat


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the row before it, and which way to read."""

    forward: bool
    value: Any
    id: str

    def text(self) -> str:
        """Return the cursor for an address."""
        value = self.value.isoformat() if isinstance(self.value, dt.datetime) else str(self.value)
        content = json.dumps([self.forward, value, self.id]).encode()
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def refuse_other_parameters(request: Request, known: Sequence[str]) -> None:
    """Refuse parameters that this address does not have: a filter misspelt would answer too much.

    Raises:
        QueryError: unknown or repeated; all of them are told.
    """
    refused = [
        QueryError(parameter=name[:80], reason="it is not known here" if name not in known else "it is given twice")
        for name, values in request.query_params.lists()
        if name not in known or len(values) > 1
    ]
    if refused:
        refused[0].refusals = tuple(one for error in refused for one in error.refusals)
        raise refused[0]


@dataclass(frozen=True, slots=True)
class Apart:
    """What rows are told apart by before they are ordered: a column that leads an index with the order, and its values."""

    field: str
    values: Sequence[Any]


def page_of(
    request: Request,
    rows: QuerySet[M],
    order: Sorting,
    write: Callable[[M], JsonObject],
    *,
    apart: Apart | None = None,
) -> JsonObject:
    """Return one page: `{"results", "next", "previous"}` with absolute addresses.

    Args:
        request: names `page_size` and `cursor`.
        rows: the caller's own rows, filtered; the order is set here.
        order: what they are ordered by.
        write: makes a row's JSON; must not query.
        apart: the rows are those with one of these values; each value's page is read by its index, and they are merged,
            so that a page costs the same however many rows there are.

    Raises:
        QueryError: `page_size` is not 1 to 200, or `cursor` is not one of ours.
    """
    size, cursor = page_size_of(request), cursor_of(request, order)
    forward = cursor is None or cursor.forward
    found = _rows_behind(rows, cursor, order, apart, size + 1)
    more, found = len(found) > size, found[:size]
    shown = found if forward else found[::-1]
    return {
        "results": [write(row) for row in shown],
        "next": _address(request, shown[-1:], order, forward=True) if more or not forward else None,
        "previous": _address(request, shown[:1], order, forward=False) if cursor and (more or forward) else None,
    }


def _rows_behind(rows: QuerySet[M], cursor: Cursor | None, order: Sorting, apart: Apart | None, most: int) -> list[M]:
    """Return the first rows behind a cursor, at most so many."""
    if apart is None:
        return list(_from(rows, cursor, order)[:most])
    among = rows.filter(**{f"{apart.field}__in": list(apart.values)})
    # SQLite orders no part of a union; and a union of very many parts costs more to plan than it saves.
    if not connection.features.supports_slicing_ordering_in_compound or not 0 < len(apart.values) <= MOST_APART:
        return list(_from(among, cursor, order)[:most])
    plain = rows.select_related(None).values_list("pk", order.field)
    parts = [_from(plain.filter(**{apart.field: value}), cursor, order)[:most] for value in apart.values]
    merged = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    ids = [row[0] for row in merged]
    return list(_from(rows.filter(pk__in=ids), cursor, order)[:most])


def _from(rows: QuerySet[M], cursor: Cursor | None, order: Sorting) -> QuerySet[M]:
    falling = order.newest_first == (cursor is None or cursor.forward)
    ordered = rows.order_by(f"-{order.field}", "-pk") if falling else rows.order_by(order.field, "pk")
    if cursor is None:
        return ordered
    side = "lt" if falling else "gt"
    # "at or beyond" beside the exact condition lets the index start at the right place
    near = Q(**{f"{order.field}__{side}e": cursor.value})
    tie = Q(**{order.field: cursor.value, f"pk__{side}": cursor.id})
    return ordered.filter(near, Q(**{f"{order.field}__{side}": cursor.value}) | tie)


def _address(request: Request, edge: Sequence[Any], order: Sorting, *, forward: bool) -> str | None:
    if not edge:
        return None
    cursor = Cursor(forward, getattr(edge[0], order.field), str(edge[0].pk)).text()
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{link_base_url()}{request.path}?{query}"


def page_size_of(request: Request) -> int:
    """Return how many rows a page holds.

    Raises:
        QueryError: not a number from 1 to 200; it is refused, not lowered in silence.
    """
    text = request.query_params.get("page_size", str(DEFAULT_PAGE_SIZE))
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= MAX_PAGE_SIZE):  # noqa: PLR2004
        raise QueryError(parameter="page_size", reason=f"it is a number from 1 to {MAX_PAGE_SIZE}")
    return int(text)


def cursor_of(request: Request, order: Sorting) -> Cursor | None:
    """Return where to go on, or None for the first page.

    Raises:
        QueryError: not a cursor that a page of ours gave out.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        return _read_cursor(text[:LONGEST_CURSOR], order)
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError) as error:
        raise QueryError(parameter="cursor", reason="it is not one that a page gave you") from error


def _read_cursor(text: str, order: Sorting) -> Cursor:
    forward, value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    read = order.read(value)
    if not isinstance(forward, bool) or (isinstance(read, dt.datetime) and read.tzinfo is None):
        raise ValueError("not a cursor")
    if isinstance(read, int) and not 0 <= read < MOST_ROWS:
        raise ValueError("not a row")
    # A moment that UTC's calendar lacks has no place in the database either: it is refused here.
    place = read.astimezone(dt.UTC) if isinstance(read, dt.datetime) else read
    return Cursor(forward, place, str(uuid.UUID(row_id)))


def choice_of(request: Request, parameter: str, choices: Sequence[str]) -> str | None:
    """Return a parameter that is one of `choices`, None when it is not given; raises QueryError."""
    value = request.query_params.get(parameter)
    if value is not None and value not in choices:
        raise QueryError(parameter=parameter, reason=f"it is one of {', '.join(choices)}")
    return value


def moment_of(request: Request, parameter: str) -> dt.datetime | None:
    """Return a parameter that is a time with a zone, None when it is not given; raises QueryError."""
    value = request.query_params.get(parameter)
    if value is None:
        return None
    try:
        # a + in an address is read as a blank
        return parse_timestamp(value.replace(" ", "+")).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise QueryError(parameter=parameter, reason="it is a time such as 2026-01-31T00:00:00Z") from error
