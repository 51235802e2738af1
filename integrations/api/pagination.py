"""Pages of the API: which part of a list a request asks for, and the addresses of the next ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp
from integrations.errors import QueryError
from registry.keyset import Apart, Cursor, Sorting, keyset_page, read_cursor
from registry.selectors import link_base_url

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
PAGING = ("page_size", "cursor")

M = TypeVar("M", bound=Model)


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
    page = keyset_page(rows, order, size=page_size_of(request), cursor=cursor_of(request, order), apart=apart)
    return {
        "results": [write(row) for row in page.rows],
        "next": _address(request, page.next),
        "previous": _address(request, page.previous),
    }


def _address(request: Request, cursor: str) -> str | None:
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{link_base_url()}{request.path}?{query}" if cursor else None


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
        return read_cursor(text, order)
    except ValueError as error:
        raise QueryError(parameter="cursor", reason="it is not one that a page gave you") from error


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
