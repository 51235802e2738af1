"""Lists by keyset: bounded pages, stable while rows are added, and the same cost on every page."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery

LONGEST_CURSOR = 300
MOST_ROWS = 10_000_000
MOST_APART = 200

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


@dataclass(frozen=True, slots=True)
class Apart:
    """What rows are told apart by before they are ordered: a column that leads an index with the order, and whose it is."""

    field: str
    among: QuerySet[Any]


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[M]):
    """Rows in the list's order, and the cursors of the pages before and behind; empty where there is none."""

    rows: Sequence[M]
    next: str
    previous: str


def keyset_page(
    rows: QuerySet[M], order: Sorting, *, size: int, cursor: Cursor | None = None, apart: Apart | None = None
) -> KeysetPage[M]:
    """Return one page.

    Args:
        rows: filtered; the order is set here.
        order: what they are ordered by.
        size: rows of a page.
        cursor: where to go on; None for the first page.
        apart: the rows are those of these; the page of each is read by its index, and they are merged, so that a page
            costs the same however many rows there are.
    """
    forward = cursor is None or cursor.forward
    found = _rows_behind(rows, cursor, order, apart, size + 1)
    more, found = len(found) > size, found[:size]
    shown = found if forward else found[::-1]
    behind = _cursor_at(shown[-1:], order, forward=True) if more or not forward else ""
    before = _cursor_at(shown[:1], order, forward=False) if cursor and (more or forward) else ""
    return KeysetPage(shown, behind, before)


def _rows_behind(rows: QuerySet[M], cursor: Cursor | None, order: Sorting, apart: Apart | None, most: int) -> list[M]:
    """Return the first rows behind a cursor, at most so many."""
    if apart is None:
        return list(_from(rows, cursor, order)[:most])
    # SQLite orders no part of a union.
    if not connection.features.supports_slicing_ordering_in_compound:
        return list(_from(rows.filter(**{f"{apart.field}__in": apart.among}), cursor, order)[:most])
    ids = _merged(rows.select_related(None), cursor, order, apart, most)
    return list(_from(rows.filter(pk__in=ids), cursor, order)[:most])


def _merged(rows: QuerySet[M], cursor: Cursor | None, order: Sorting, apart: Apart, most: int) -> list[Any]:
    """Return the ids of the first rows: of each value its own first ones, merged.

    A union of very many values costs more to plan than it saves, so only those take part whose first rows come first; the
    first row of the next one ends what they tell of, and where that is too little it is gone on from there.
    """
    found: list[Any] = []
    while len(found) < most:
        leading = _leading(rows, cursor, order, apart)
        if not leading:
            break
        plain = rows.values_list("pk", order.field)
        parts = [_from(plain.filter(**{apart.field: value}), cursor, order)[:most] for value, *_place in leading]
        merged = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        told = list(_ordered(merged, order, falling=_falls(order, cursor))[:most] if len(parts) > 1 else merged)
        if len(leading) > MOST_APART:
            end = (leading[-1][1], leading[-1][2])
            told = told[: next((at for at, (pk, value) in enumerate(told) if (value, pk) == end), len(told))]
        found += told
        if len(leading) <= MOST_APART:
            break
        cursor = Cursor(cursor is None or cursor.forward, told[-1][1], str(told[-1][0]))
    return [pk for pk, _value in found[:most]]


def _leading(rows: QuerySet[M], cursor: Cursor | None, order: Sorting, apart: Apart) -> list[tuple[Any, Any, Any]]:
    """Return the values whose first rows behind a cursor come first, each with that row's place; one more than merged."""
    own = _from(rows.filter(**{apart.field: OuterRef("pk")}), cursor, order)
    first = {"first_place": Subquery(own.values(order.field)[:1]), "first_row": Subquery(own.values("pk")[:1])}
    sides = [F(name).desc if _falls(order, cursor) else F(name).asc for name in first]
    listed = (
        apart.among.annotate(**first).order_by(*(side(nulls_last=True) for side in sides)).values_list("pk", *first)
    )
    return [one for one in listed[: MOST_APART + 1] if one[2] is not None]


def _falls(order: Sorting, cursor: Cursor | None) -> bool:
    """Return whether what is read behind a cursor comes with the largest first."""
    return order.newest_first == (cursor is None or cursor.forward)


def _ordered(rows: QuerySet[Any], order: Sorting, *, falling: bool) -> QuerySet[Any]:
    return rows.order_by(f"-{order.field}", "-pk") if falling else rows.order_by(order.field, "pk")


def _from(rows: QuerySet[M], cursor: Cursor | None, order: Sorting) -> QuerySet[M]:
    falling = _falls(order, cursor)
    ordered = _ordered(rows, order, falling=falling)
    if cursor is None:
        return ordered
    side = "lt" if falling else "gt"
    # "at or beyond" beside the exact condition lets the index start at the right place
    near = Q(**{f"{order.field}__{side}e": cursor.value})
    tie = Q(**{order.field: cursor.value, f"pk__{side}": cursor.id})
    return ordered.filter(near, Q(**{f"{order.field}__{side}": cursor.value}) | tie)


def _cursor_at(edge: Sequence[Any], order: Sorting, *, forward: bool) -> str:
    return Cursor(forward, getattr(edge[0], order.field), str(edge[0].pk)).text() if edge else ""


def read_cursor(text: str, order: Sorting) -> Cursor:
    """Return the cursor that `Cursor.text` wrote.

    Raises:
        ValueError: not one of ours.
    """
    try:
        return _cursor_in(text[:LONGEST_CURSOR], order)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("not a cursor") from error


def _cursor_in(text: str, order: Sorting) -> Cursor:
    forward, value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    read = order.read(value)
    if not isinstance(forward, bool) or (isinstance(read, dt.datetime) and read.tzinfo is None):
        raise ValueError("not a cursor")
    if isinstance(read, int) and not 0 <= read < MOST_ROWS:
        raise ValueError("not a row")
    # A moment that UTC's calendar lacks has no place in the database either: it is refused here.
    place = read.astimezone(dt.UTC) if isinstance(read, dt.datetime) else read
    return Cursor(forward, place, str(uuid.UUID(row_id)))
