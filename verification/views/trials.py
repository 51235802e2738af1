"""Trials, checked like anybody's document, and the DID documents of the keys that sign them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from issuing.models import TrialIssuer
from issuing.trials import signed_trial, trial_did_document
from registry.errors import NotFoundError
from verification.negotiation import wants_json
from verification.views.answers import document, quiet, refusal
from verification.views.documents import did_answer, page_of_document


@require_safe
def trial(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Return a trial where JSON is preferred, else the page of its checks; once removed it is like one never made.

    Raises:
        LimitError: too many checks; nothing is read then.
    """
    found = signed_trial(number)
    as_json = wants_json(request.headers.get("Accept", ""))
    if found is None:
        return refusal(request, NotFoundError(), as_json=as_json)
    if as_json:
        return quiet(document(request, found.document, etag=found.sha256))
    return page_of_document(request, found.document)


@require_safe
def trial_did(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the DID document of who signs an issuer's trials (did:web method, read); it stays when they are removed."""
    signer = TrialIssuer.objects.filter(issuer__slug=slug).first()
    return did_answer(request, (trial_did_document(signer.did) if signer else None) or {})
