"""Signing in at an institution's identity provider: there, back again, and which of them one is linked with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.sessions import LoginSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.actors import actor_for_user, user_in
from registry.errors import NotFoundError
from registry.models import IdentityProvider, ProviderKind
from registry.provider import OpenIDAdapter, login_of
from registry.saml import LONGEST_ANSWER, AnswerRefusedError, read_answer, saml_metadata
from registry.services.identities import unlink_identity
from registry.sign_in_providers import provider_with, sign_in_providers
from registry.throttle import Rate, count_request
from registry.visitors import visitor_of

RATE = Rate("sign-in-elsewhere", requests=30)
"""Per minute and network: each costs the provider and us a few requests."""
UNREADABLE = (OAuth2Error, LookupError, TypeError, ValueError, AttributeError)
"""What allauth raises over answers that are none, beside what it catches itself."""
SAML_COOKIE = "saml-answer"
ANSWER_KEPT_SECONDS = 300


def _counted(request: HttpRequest, slug: str, kind: ProviderKind | None = None) -> IdentityProvider:
    """Return the provider with a slug, one try of this network counted. Raises NotFoundError, LimitError."""
    found = provider_with(slug)
    if kind not in (None, found.kind):
        raise NotFoundError
    count_request(rate=RATE, caller=visitor_of(request.META), at=timezone.now())
    return found


def _failed(request: HttpRequest, slug: str, error: Exception) -> HttpResponse:
    provider = get_adapter().get_provider(request, provider=slug)
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response


@require_POST
def provider_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Send somebody to a provider, to sign in."""
    return _sent(request, slug, "login")


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
@require_http_methods(["GET", "HEAD", "POST"])
def provider_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send somebody who is signed in to a provider, to link it with their account: proof of both."""
    if request.method != "POST":
        return render(request, "registry/link_provider.html", {"provider": provider_with(slug)})
    return _sent(request, slug, "connect")


def _sent(request: HttpRequest, slug: str, process: str) -> HttpResponse:
    """Answer with a page that goes on to the provider.

    No redirect: our policy lets forms go to this host alone (`form-action`), and browsers hold redirects of a form to
    it as well; where a provider sends people on its own way nobody knows beforehand.
    """
    row = _counted(request, slug)
    try:
        provider = get_adapter().get_provider(request, provider=slug)
        answer = provider.redirect(request, process=process, next_url=get_next_redirect_url(request))
    except UNREADABLE as error:
        return _failed(request, slug, error)
    address = answer.headers.get("Location", "")
    if urlsplit(address).scheme not in {"https", "http"}:
        response: HttpResponse = answer
        return response
    return render(request, "registry/to_provider.html", {"provider": row, "address": address})


@require_safe
def provider_callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take somebody back from an OpenID provider (OpenID Connect Core 1.0 §3.1.2.5)."""
    _counted(request, slug, ProviderKind.OIDC)
    view: Any = OAuth2CallbackView.adapter_view(OpenIDAdapter(request, slug))
    try:
        response: HttpResponse = view(request)
    except UNREADABLE as error:
        return _failed(request, slug, error)
    return response


@csrf_exempt  # the provider's page sends it; that the request was ours is asked in the next step, with our own cookie
@require_POST
def provider_acs(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what a SAML provider has a browser send, and go on with our own cookies, which it sends to us alone."""
    _counted(request, slug, ProviderKind.SAML)
    text = request.POST.get("SAMLResponse", "")
    if not 0 < len(text) <= LONGEST_ANSWER:
        return _failed(request, slug, AnswerRefusedError())
    response = HttpResponseRedirect(reverse("provider_finish", args=[slug]))
    kept = LoginSession(request, "saml_answer", SAML_COOKIE)
    kept.store.update({"answer": text, "provider": slug})
    kept.store.set_expiry(ANSWER_KEPT_SECONDS)
    kept.save(response)
    return response


@require_safe
def provider_finish(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign somebody in by what their browser brought from a SAML provider."""
    row = _counted(request, slug, ProviderKind.SAML)
    kept = LoginSession(request, "saml_answer", SAML_COOKIE)
    text = str(kept.store.get("answer", "")) if kept.store.get("provider") == slug else ""
    kept.delete()
    provider = get_adapter().get_provider(request, provider=slug)
    try:
        answer = read_answer(row, text)
        state = provider.unstash_redirect_state(request, answer.in_response_to)
    except (AnswerRefusedError, PermissionDenied) as error:
        return _failed(request, slug, error)
    login = login_of(provider, answer.attributes)
    login.state = state
    response: HttpResponse = complete_social_login(request, login)
    return response


@require_safe
def provider_metadata(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what a SAML provider has to know of us."""
    row = _counted(request, slug, ProviderKind.SAML)
    return HttpResponse(saml_metadata(row), content_type="application/samlmetadata+xml")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: HttpRequest) -> HttpResponse:
    """Show with which providers an account is linked, and take a link away."""
    user = user_in(request)
    if request.method == "POST":
        number = request.POST.get("link", "")
        unlink_identity(
            user=user,
            link_id=int(number) if number.isdecimal() and len(number) < len(str(2**63)) else 0,
            actor=actor_for_user(user),
        )
        messages.info(request, gettext("The link is taken away."))
        return HttpResponseRedirect(reverse("account_linked"))
    providers = {one.slug: one for one in sign_in_providers()}
    links = [(one, providers.pop(one.provider, None)) for one in SocialAccount.objects.filter(user=user)]
    return render(request, "registry/linked.html", {"links": links, "others": list(providers.values())})
