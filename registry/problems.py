"""Refusals over HTTP, for every room: the one table from errors to status, and RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from credentials.strict_json import compact_json
from registry.errors import (
    ConflictError,
    ErasedError,
    ForbiddenError,
    LengthRequiredError,
    LimitError,
    MalformedError,
    NotAcceptableError,
    NotFoundError,
    RegistryError,
    SlowBodyError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
)

STATUS_OF: Mapping[type[RegistryError], int] = {
    MalformedError: 422,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    NotAcceptableError: 406,
    ConflictError: 409,
    ErasedError: 410,
    TooLargeError: 413,
    SlowBodyError: 408,
    LengthRequiredError: 411,
    LimitError: 429,
    UnavailableError: 503,
}
"""Each kind of refusal and its HTTP status, for pages and for machines."""
RETRY_SECONDS = 5


def status_of(error: RegistryError) -> int:
    """Return the HTTP status of a refusal; a kind that the table does not know is a plain 400."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)


def come_back(error: RegistryError, response: HttpResponse) -> HttpResponse:
    """Return a refusal's answer with the time to come back, where there is one."""
    if response.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = str(error.facts.get("retry_after", RETRY_SECONDS))
    return response


def problem(status: int, code: str, detail: str, facts: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return a problem document; `facts` are extension members and never hide a standard one."""
    body = {name: _plain(value) for name, value in (facts or {}).items()} | {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return HttpResponse(compact_json(body), status=status, content_type="application/problem+json")


def _plain(value: Any) -> Any:
    """Write a fact as JSON can hold it; ids and dates become text."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
