"""The addresses of the VC-API. They exist with `VC_API=on` outside production, and are not there otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from credentials.errors import CredentialError, MalformedError
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from integrations.api.parsing import MAX_BODY_BYTES
from integrations.vc_api.issuing import CRYPTOSUITES, issued
from integrations.vc_api.key import issuer_did, key_address
from integrations.vc_api.known import STATUS_PURPOSES, status_list
from integrations.vc_api.problems import refused
from integrations.vc_api.verifying import JudgedAs, problem_of, wanted_by
from registry.problems import problem as plain_problem
from verification.checks import Problem
from verification.isolated import UnfinishedError
from verification.negotiation import VC_TYPES, content_type

RETRY_SECONDS = 1
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def conformance(*methods: str) -> Callable[[View[P]], View[P]]:
    """Serve a view in the conformance mode only; anything that a document breaks is a 400."""

    def decorate(view: View[P]) -> View[P]:
        @csrf_exempt
        @wraps(view)
        def served(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not settings.VC_API or settings.TESTAMUR_MODE == "production":
                return plain_problem(404, "not-found", "There is nothing here.")
            if request.method not in methods:
                return plain_problem(405, "method-not-allowed", f"Use {' or '.join(methods)}.")
            try:
                return view(request, *args, **kwargs)
            except CredentialError as error:
                return refused(Problem(error.code, error.message), ())
            except UnfinishedError as error:
                return unfinished(error.problem)

        return cast(View[P], served)

    return decorate


def answer(body: JsonObject, status: int = 200) -> HttpResponse:
    """Return JSON as it is: no escaping, members in their order."""
    return HttpResponse(compact_json(body), status=status, content_type="application/json")


def unfinished(problem: Problem) -> HttpResponse:
    """Answer what could not be done within its limits: too large, too costly, or too much else to do."""
    status = {"too-large": 413, "busy": 503}.get(problem.code, 400)
    response = refused(problem, (), status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _body(request: HttpRequest, *members: str) -> list[JsonObject]:
    """Return the named members of the body, each an object; `options` may be absent.

    Raises:
        UnfinishedError: larger than 1 MB.
        MalformedError: not strict JSON, or not these members.
    """
    if len(data := request.read(MAX_BODY_BYTES + 1)) > MAX_BODY_BYTES:
        raise UnfinishedError(Problem("too-large", f"The body may have at most {MAX_BODY_BYTES:,} bytes."))
    body: dict[str, Any] = {"options": {}} | parse_json_object(data)
    if unknown := sorted(set(body) - set(members)):
        raise MalformedError(f"the member {unknown[0][:60]!r} is not known")
    for name in members:
        if not isinstance(body.get(name), dict):
            raise MalformedError(f"{name} is not an object")
    return [body[name] for name in members]


@conformance("GET")
def about(request: HttpRequest) -> HttpResponse:
    """Tell who signs here: what a suite's settings need."""
    return answer({"issuer": issuer_did(), "verificationMethod": key_address(), "cryptosuites": list(CRYPTOSUITES)})


@conformance("POST")
def issue(request: HttpRequest, cryptosuite: str | None = None) -> HttpResponse:
    """`{credential, options}` → 201 `{verifiableCredential}`; 404 for a cryptosuite that has no address."""
    if cryptosuite not in (None, *CRYPTOSUITES):
        return plain_problem(404, "not-found", "There is nothing here.")
    credential, options = _body(request, "credential", "options")
    document = issued(credential, options, cryptosuite=cryptosuite, at=timezone.now())
    return answer({"verifiableCredential": document}, 201)


@conformance("POST")
def verify_credential(request: HttpRequest) -> HttpResponse:
    """`{verifiableCredential, options}` → 200 with empty `errors`, or 400."""
    return _verified(request, "verifiableCredential", "credential")


@conformance("POST")
def verify_presentation(request: HttpRequest) -> HttpResponse:
    """`{verifiablePresentation, options}` → 200 with empty `errors`, or 400."""
    return _verified(request, "verifiablePresentation", "presentation")


def _verified(request: HttpRequest, member: str, kind: JudgedAs) -> HttpResponse:
    document, options = _body(request, member, "options")
    wanted = wanted_by(options, at=timezone.now())
    problem = problem_of(document, kind, wanted)
    if problem is not None:
        return refused(problem, wanted.checks)
    return answer({"verified": True, "checks": list(wanted.checks), "errors": [], "warnings": []})


@conformance("GET")
def status(request: HttpRequest, purpose: str) -> HttpResponse:
    """Serve the conformance status list of a purpose."""
    if purpose not in STATUS_PURPOSES:
        return plain_problem(404, "not-found", "There is nothing here.")
    response = answer(status_list(purpose, at=timezone.now()))
    response["Content-Type"] = content_type(request.headers.get("Accept", ""), VC_TYPES)
    patch_vary_headers(response, ["Accept"])
    return response
