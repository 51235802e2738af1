"""The holder's pages. Until there is a wallet: the claim link shows its bearer the credential."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from issuing.errors import ClaimLinkOverError
from issuing.selectors import ClaimLinkState, claim_link, credential_for_claim_token
from issuing.services import ask_for_claim_link
from registry.errors import NotFoundError
from registry.language_maps import text_in
from verification.checks import verify_credential
from verification.resolve.own import HIDDEN, Gathered, gather_own
from verification.telling import told
from verification.views.answers import page_of, quiet
from verification.views.credential import form_of


@require_safe
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the bearer of a claim link the credential, whatever its visibility; anybody else the neutral page."""
    try:
        return _shown(request, _gathered(token))
    except ClaimLinkOverError:
        return _link_over(request, token)


@require_safe
def claimed_form(request: HttpRequest, token: str, suffix: str) -> HttpResponse:
    """Return the bearer of a claim link the credential as a file to keep, whatever its visibility."""
    try:
        return form_of(request, _gathered(token), suffix, by_claim=True)
    except ClaimLinkOverError:
        return _link_over(request, token)


@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link to the award's own address, in place of one that has ended; the answer tells nothing more."""
    try:
        ask_for_claim_link(token=token)
    except NotFoundError:
        return _shown(request, Gathered(HIDDEN))
    except ClaimLinkOverError:
        return _link_over(request, token)
    return redirect(f"{reverse('wallet:claim', args=[token])}?sent")


def _shown(request: HttpRequest, gathered: Gathered) -> HttpResponse:
    report = told(verify_credential(gathered.materials, at=timezone.now()))
    return page_of(request, gathered, report, by_claim=True)


def _link_over(request: HttpRequest, token: str) -> HttpResponse:
    """Say what became of a link of ours, and how to get another."""
    link = claim_link(token, at=timezone.now())
    context = {
        "new_link": reverse("wallet:new_link", args=[token]),
        "withdrawn": link.state == ClaimLinkState.WITHDRAWN,
        "since": link.until,
        "issuer_name": text_in(link.award.issuer_profile.name, get_language() or ""),
        "contact": link.award.issuer_profile.email,
        "sent": "sent" in request.GET,
    }
    answer = quiet(render(request, "wallet/link_over.html", context, status=410))
    # Under "no-referrer" browsers send forms with the origin "null", which CSRF protection refuses.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _gathered(token: str) -> Gathered:
    """Gather what a claim link opens; nothing visible for a token that we did not make."""
    try:
        number = credential_for_claim_token(token).pk
    except NotFoundError:
        return Gathered(HIDDEN)
    return gather_own(number, at=timezone.now(), by_bearer=True)
