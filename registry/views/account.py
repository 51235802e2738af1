"""Signing in by a one-time link, and the page where one lands."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import EmailView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from registry.actors import actor_for_user, user_in
from registry.adapters import VOUCHED
from registry.errors import NotFoundError
from registry.models import Role, User
from registry.permissions import memberships_of
from registry.selectors import invitations_to, memberships_shown_to
from registry.services import redeem_sign_in_token, user_of_sign_in_token


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link: looking at it changes nothing, its button uses it up.

    Programs look at links in mails and chats before people do, and a picture on any site can make a browser ask for
    one. A second step, where somebody has one, is asked for as after any other first step.
    """
    user = user_of_sign_in_token(token)
    if user is None:
        return _link_used(request)
    if request.method != "POST":
        return render(request, "registry/sign_in_link.html", {"email": user.email})
    try:
        user = redeem_sign_in_token(token)
    except NotFoundError:
        return _link_used(request)
    return _signed_in(request, user)


def _signed_in(request: HttpRequest, user: User) -> HttpResponse:
    """Go on to the second step, or to the account; the operator has vouched for the address with the link."""
    vouched = {VOUCHED: True}
    login = Login(
        user=user, email_verification="none", redirect_url=reverse("registry:account"), signal_kwargs=vouched
    )
    response: HttpResponse = perform_login(request, login)
    return response


def _link_used(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/sign_in_link_used.html", status=410)


@login_required
@require_safe
def account_home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, which roles they hold where, and what each can do today."""
    user = user_in(request)
    actor = actor_for_user(user)
    may = {role.value: memberships_of(actor, role).exists() for role in (Role.ADMIN, Role.EDITOR, Role.AWARDER)}
    words = {"memberships": memberships_shown_to(user.pk), "may": may, "invitations": invitations_to(user)}
    return render(request, "registry/account.html", words)


class EmailAddresses(EmailView):  # type: ignore[misc]  # allauth ships no types
    """The addresses of an account; to look at them writes no row, as allauth's own page would."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let allauth note the account's own address with the first change, not with the first look."""
        if request.method in {"GET", "HEAD"}:
            self._did_send_verification_email = False
            answer: HttpResponseBase = super(EmailView, self).dispatch(request, *args, **kwargs)
        else:
            answer = super().dispatch(request, *args, **kwargs)
        return answer


email_addresses = login_required(EmailAddresses.as_view())


class _ProvenByIt:
    """A new factor was used a moment ago: who added it is not asked at once to use it again, to see recovery codes."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Note that the person has just proven who they are."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # of the view beside it
        record_authentication(self.request, self.request.user, method="mfa", reauthenticated=True)
        return response


class _ActivateApp(_ProvenByIt, ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    pass


class _AddSecurityKey(_ProvenByIt, AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    pass


activate_app = _ActivateApp.as_view()
add_security_key = _AddSecurityKey.as_view()
