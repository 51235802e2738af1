"""Refusals as RFC 9457 problem documents: the one table from errors to HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.log import log_response
from rest_framework.exceptions import APIException
from rest_framework.views import set_rollback

from catalogue.errors import ContentRefusedError
from credentials.strict_json import compact_json
from integrations.errors import FieldsError, UnauthenticatedError, UnstorableError
from registry.errors import (
    ConflictError,
    ErasedError,
    ForbiddenError,
    LengthRequiredError,
    LimitError,
    MalformedError,
    NotFoundError,
    RegistryError,
    SlowBodyError,
    TooLargeError,
    UnavailableError,
)
from verification.errors import FormatLaterError, NoPictureError, SupersededError

STATUS_OF: Mapping[type[RegistryError], int] = {
    MalformedError: 422,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    ErasedError: 410,
    TooLargeError: 413,
    SlowBodyError: 408,
    LengthRequiredError: 411,
    LimitError: 429,
    UnavailableError: 503,
    FormatLaterError: 406,
    NoPictureError: 406,
    SupersededError: 410,
}
"""Each kind of refusal and its HTTP status, for the API and for pages."""

CODES_OF_FRAMEWORK = {400: "bad-request", 405: "method-not-allowed", 406: "not-acceptable", 415: "unsupported-type"}
RETRY_SECONDS = 5


def status_of(error: RegistryError) -> int:
    """Return the HTTP status of a refusal; a kind that the table does not know is a plain 400."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)


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


def refusal(error: RegistryError) -> HttpResponse:
    """Return the problem document of an expected refusal."""
    status = status_of(error)
    response = problem(status, error.code, error.sentence(), error.facts | _every_fault(error))
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = f'Bearer realm="api", error="{error.code}"'
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = str(error.facts.get("retry_after", RETRY_SECONDS))
    return response


def _every_fault(error: RegistryError) -> dict[str, Any]:
    """Return everything that is wrong: as `problems` everywhere, for entries and fields as `errors` too."""
    if not error.refusals:
        return {}
    problems = {"problems": [refusal.as_json() for refusal in error.refusals]}
    if not isinstance(error, ContentRefusedError | FieldsError):
        return problems
    return problems | {"errors": [{"field": r.place, "code": r.code, "message": r.sentence()} for r in error.refusals]}


def answer_to(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the problem document of whatever an API view raised (DRF's exception handler).

    An unexpected error is logged with its trace and answered without detail.
    """
    set_rollback()
    if isinstance(error, RegistryError):
        return refusal(error)
    if isinstance(error, Http404):
        return refusal(NotFoundError())
    if isinstance(error, PermissionDenied):
        return refusal(ForbiddenError())
    if isinstance(error, OperationalError | InterfaceError):
        return refusal(UnavailableError())
    if isinstance(error, DataError):
        return refusal(UnstorableError())
    return _framework_problem(error) or _broken(error, context)


def _framework_problem(error: Exception) -> HttpResponse | None:
    if not isinstance(error, APIException | SuspiciousOperation | UnreadablePostError):
        return None
    status = getattr(error, "status_code", HTTPStatus.BAD_REQUEST)
    return problem(status, CODES_OF_FRAMEWORK.get(status, "refused"), HTTPStatus(status).description)


def _broken(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    request = context["request"]._request
    reference = uuid.uuid4().hex[:12]
    response = problem(500, "internal", "Something went wrong here.", {"reference": reference})
    got_request_exception.send(sender=None, request=request)
    log_response("Internal error %s", reference, response=response, request=request, exception=error)
    return response
