"""Signing in by a one-time link, and the page where one lands."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.errors import NotFoundError
from registry.selectors import memberships_shown_to
from registry.services import redeem_sign_in_token


@never_cache
@require_safe
def sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link; a used or old one leads to the ordinary sign-in with a word about it."""
    try:
        user = redeem_sign_in_token(token)
    except NotFoundError:
        return render(request, "registry/sign_in_link_used.html", status=410)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponseRedirect(reverse("registry:account"))


@never_cache
@login_required
@require_safe
def account_home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in and which roles they hold where."""
    memberships = memberships_shown_to(request.user.pk)
    return render(request, "registry/account.html", {"memberships": memberships})
