"""Lists that no page shows whole: the rest is reached by pages or by typing, and the page says that there is a rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from registry.errors import NotFoundError
from registry.keyset import KeysetPage, Sorting, keyset_page, read_cursor

LONGEST_TYPED = 100
LONGEST_NUMBER = 9
ISSUER_SAYS = ("slug", "node__name")
"""Fields of an issuer by which it is found in a choice."""
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sought(Generic[M]):
    """What a choice offers: the first rows, of those in which what was typed stands. `more`: there are further ones."""

    rows: list[M]
    typed: str
    more: bool


def row_after(request: HttpRequest, name: str = "after") -> int:
    """Return behind which row of a list the next ones are asked for, as the address says; 0 where it says none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def sought(request: HttpRequest, rows: QuerySet[M], fields: Sequence[str], *, most: int) -> Sought[M]:
    """Return the first rows that hold what the address's `seek` says in one of these fields, at most so many."""
    typed = request.GET.get("seek", "").strip()[:LONGEST_TYPED]
    if typed:
        holds = Q()
        for field in fields:
            holds |= Q(**{f"{field}__icontains": typed})
        rows = rows.filter(holds)
    found = list(rows[: most + 1])
    return Sought(found[:most], typed, len(found) > most)


def keyset_asked(request: HttpRequest, rows: QuerySet[M], order: Sorting, *, size: int) -> KeysetPage[M]:
    """Return the page of a list that the address's `cursor` names; `console/_keyset.html` leads to the others.

    Raises:
        NotFoundError: not a cursor of ours.
    """
    text = request.GET.get("cursor", "")
    try:
        cursor = read_cursor(text, order) if text else None
    except ValueError as error:
        raise NotFoundError from error
    return keyset_page(rows, order, size=size, cursor=cursor)


class OneAfterAnother(Sequence[Any]):
    """The rows of several queries as one list; a page of it reads no more of them than it shows."""

    def __init__(self, *parts: QuerySet[Any]) -> None:
        self._parts = parts
        self._sizes = [part.count() for part in parts]

    def __len__(self) -> int:
        return sum(self._sizes)

    @overload
    def __getitem__(self, asked: int) -> Any: ...
    @overload
    def __getitem__(self, asked: slice) -> list[Any]: ...
    def __getitem__(self, asked: int | slice) -> Any:
        if isinstance(asked, int):
            return self[asked : asked + 1][0]
        start, stop, _step = asked.indices(len(self))
        return list(self._between(start, stop))

    def _between(self, start: int, stop: int) -> Iterator[Any]:
        for part, size in zip(self._parts, self._sizes, strict=True):
            if start < size and stop > 0:
                yield from part[max(start, 0) : min(stop, size)]
            start, stop = start - size, stop - size
