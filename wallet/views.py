"""The holder's pages. Until there is a wallet: the claim link shows its bearer the award, to accept or to decline."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from issuing.errors import ClaimLinkOverError, NotSignedForHolderError, StateError
from issuing.models import Award
from issuing.selectors import (
    ClaimLinkState,
    bearer_of,
    claim_link,
    credential_for_claim_token,
    is_replaced,
    opened_award,
)
from issuing.services import accept_award, ask_for_claim_link, decline_award
from registry.errors import NotFoundError
from registry.language_maps import text_in
from verification.access import Access
from verification.checks import verify_credential
from verification.resolve.own import HIDDEN, Gathered, gather_own
from verification.sentences import worded
from verification.views.answers import page_of, quiet
from verification.views.credential import file_of
from wallet.offers import STANDS, consent_to, is_signed, offer_of


@require_safe
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the bearer of a claim link the award, whatever its visibility; anybody else the neutral page.

    Looking changes nothing: programs that open the links of mails accept and decline nothing.
    """
    try:
        award = opened_award(token)
    except ClaimLinkOverError:
        return _link_over(request, token)
    except NotFoundError:
        return _shown(request, Gathered(HIDDEN))
    if is_signed(award):
        return _with_form(_shown(request, gather_own(award.pk, at=timezone.now(), access=Access.BEARER), award, token))
    if not award.facts:
        return _shown(request, Gathered(HIDDEN))
    context = {"offer": offer_of(award, token), "section": ""}
    return _with_form(quiet(render(request, "wallet/offer.html", context)))


@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept the award of a claim link."""
    return _said(request, token, accept_award)


@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Decline the award of a claim link."""
    return _said(request, token, decline_award)


def _said(request: HttpRequest, token: str, act: Callable[..., None]) -> HttpResponse:
    """Do what the holder says, and show what became of it: the page says where it could not be done."""
    try:
        award = opened_award(token)
        # The page says why, and whom to ask.
        with suppress(StateError, NotSignedForHolderError):
            act(award_id=award.pk, actor=bearer_of(award))
    except ClaimLinkOverError:
        return _link_over(request, token)
    except NotFoundError:
        return _shown(request, Gathered(HIDDEN))
    return redirect("wallet:claim", token=token)


@require_safe
def claimed_form(request: HttpRequest, token: str, suffix: str) -> HttpResponse:
    """Return the bearer of a claim link the credential as a file to keep, whatever its visibility."""
    try:
        return file_of(request, _gathered(token), suffix, access=Access.BEARER)
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


def _shown(request: HttpRequest, gathered: Gathered, award: Award | None = None, token: str = "") -> HttpResponse:
    report = worded(verify_credential(gathered.materials, at=timezone.now()))
    consent = consent_to(award, token) if award is not None and report.verdict in STANDS else None
    return page_of(request, gathered, report, access=Access.BEARER, consent=consent)


def _with_form(response: HttpResponse) -> HttpResponse:
    # Under "no-referrer" browsers send forms with the origin "null", which CSRF protection refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _link_over(request: HttpRequest, token: str) -> HttpResponse:
    """Say what became of a link of ours, and how to get another."""
    link = claim_link(token, at=timezone.now())
    context = {
        "new_link": reverse("wallet:new_link", args=[token]),
        "withdrawn": link.state == ClaimLinkState.WITHDRAWN,
        "since": link.until,
        "replaced": is_replaced(link.award),
        "issuer_name": text_in(link.award.issuer_profile.name, get_language() or ""),
        "contact": link.award.issuer_profile.email,
        "sent": "sent" in request.GET,
    }
    return _with_form(quiet(render(request, "wallet/link_over.html", context, status=410)))


def _gathered(token: str) -> Gathered:
    """Gather what a claim link opens; nothing visible for a token that we did not make."""
    try:
        number = credential_for_claim_token(token).pk
    except NotFoundError:
        return Gathered(HIDDEN)
    return gather_own(number, at=timezone.now(), access=Access.BEARER)
