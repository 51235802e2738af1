"""Public documents that strangers verify by: status lists, DID documents, signed statements."""

from __future__ import annotations

import hashlib
import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials.strict_json import JsonObject, compact_json, parse_json_object
from issuing.selectors import issuer_did_document, newest_status_list, platform_did_document
from registry.errors import NotFoundError
from registry.models import Issuer
from registry.throttle import count_visit
from verification.checks import verify_credential
from verification.negotiation import DID_TYPES, wants_json
from verification.resolve.foreign import gather_foreign
from verification.selectors import public_statement
from verification.sentences import worded
from verification.views.answers import document, page_of, refusal

KEPT_SECONDS = 60


@require_safe
def status_list(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Return the newest signed version of a status list (Bitstring Status List v1.0)."""
    newest = newest_status_list(public_id)
    if newest is None:
        return refusal(request, NotFoundError(), as_json=True)
    return document(request, newest.document, etag=newest.etag, max_age=KEPT_SECONDS)


@require_safe
def statement(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Return a signed statement where JSON is preferred, else the page that says what it states and how it was checked.

    Raises:
        LimitError: too many checks; nothing is read then.
    """
    found = public_statement(number)
    as_json = wants_json(request.headers.get("Accept", ""))
    if found is None:
        return refusal(request, NotFoundError(), as_json=as_json)
    if as_json:
        return document(request, found.document, etag=found.sha256)
    return page_of_document(request, found.document)


def page_of_document(request: HttpRequest, text: str) -> HttpResponse:
    """Return the page of a signed document of ours that is checked like anybody's, beside its JSON at one address.

    Raises:
        LimitError: too many checks; nothing is read then.
    """
    count_visit(request.META)
    now = timezone.now()
    gathered = gather_foreign(parse_json_object(text), at=now)
    response = page_of(request, gathered, worded(verify_credential(gathered.materials, at=now)))
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def issuer_did(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an issuer's DID document with the history of its keys (did:web method, read)."""
    issuer = Issuer.objects.filter(slug=slug).first()
    found = issuer_did_document(issuer) if issuer is not None else {}
    return did_answer(request, found)


@require_safe
def platform_did(request: HttpRequest) -> HttpResponse:
    """Return the DID document of this installation."""
    return did_answer(request, platform_did_document())


def did_answer(request: HttpRequest, did_document: JsonObject) -> HttpResponse:
    """Answer with a DID document; one without a key is not there yet."""
    if not did_document.get("verificationMethod"):
        return refusal(request, NotFoundError(), as_json=True)
    body = compact_json(did_document)
    etag = hashlib.sha256(body.encode()).hexdigest()
    return document(request, body, etag=etag, offered=DID_TYPES, max_age=KEPT_SECONDS)
