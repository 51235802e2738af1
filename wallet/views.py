"""The holder's pages. Until there is a wallet: the claim link shows its bearer the credential."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from issuing.selectors import credential_for_claim_token
from registry.errors import NotFoundError
from verification.checks import verify_credential
from verification.resolve.own import HIDDEN, Gathered, gather_own
from verification.telling import told
from verification.views.answers import page_of


@require_safe
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the bearer of a claim link the credential, whatever its visibility; anybody else the neutral page."""
    at = timezone.now()
    try:
        gathered = gather_own(credential_for_claim_token(token).pk, at=at, by_bearer=True)
    except NotFoundError:
        gathered = Gathered(HIDDEN)
    return page_of(request, gathered, told(verify_credential(gathered.materials, at=at)), by_claim=True)
