"""Whatever an address of the API raises, as a problem document."""

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
from integrations.errors import FieldsError
from registry.errors import ForbiddenError, NotFoundError, RegistryError, UnavailableError, UnstorableError
from registry.problems import come_back, problem, status_of

CODES_OF_FRAMEWORK = {400: "bad-request", 405: "method-not-allowed", 406: "not-acceptable", 415: "unsupported-type"}


def refusal(error: RegistryError) -> HttpResponse:
    """Return the problem document of an expected refusal."""
    status = status_of(error)
    response = problem(status, error.code, error.sentence(), error.facts | _every_fault(error))
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = f'Bearer realm="api", error="{error.code}"'
    return come_back(error, response)


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
