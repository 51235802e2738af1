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
from verification.views.credential import form_of


@require_safe
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the bearer of a claim link the credential, whatever its visibility; anybody else the neutral page."""
    gathered = _gathered(token)
    report = told(verify_credential(gathered.materials, at=timezone.now()))
    return page_of(request, gathered, report, by_claim=True)


@require_safe
def claimed_form(request: HttpRequest, token: str, suffix: str) -> HttpResponse:
    """Return the bearer of a claim link the credential as a file to keep, whatever its visibility."""
    return form_of(request, _gathered(token), suffix, by_claim=True)


def _gathered(token: str) -> Gathered:
    """Gather what a claim link opens; nothing visible for a token that we did not make."""
    try:
        number = credential_for_claim_token(token).pk
    except NotFoundError:
        return Gathered(HIDDEN)
    return gather_own(number, at=timezone.now(), by_bearer=True)
