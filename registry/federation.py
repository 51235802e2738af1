"""What allauth leaves to us of signing in elsewhere: which providers there are, how they are asked, whom they let in."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from registry.actors import actor_for_user
from registry.models import IdentityProvider, ProviderKind, User
from registry.provider import told_in
from registry.provider_session import ProviderSession
from registry.services.identities import account_by_address, link_identity, propose_roles
from registry.sign_in_providers import secret_of, sign_in_providers
from registry.told_identities import ToldIdentity

log = logging.getLogger(__name__)


class FederationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Providers of the settings and of the operator's pages, asked over the one guarded way out."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers as allauth wants them; none of them is a row of its own table."""
        del request
        apps = [app_of(row) for row in sign_in_providers()]
        apps = [one for one in apps if provider in (None, one.provider, one.provider_id)]
        return [one for one in apps if client_id in (None, one.client_id)]

    def get_requests_session(self) -> ProviderSession:
        """Return how providers are asked."""
        return ProviderSession()

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Leave addresses to `account_by_address`, which knows for which of them the operator trusts whom."""
        del sociallogin

    def on_authentication_error(self, request: HttpRequest, provider: Any, **found: Any) -> None:
        """Note that a sign-in failed; what was said of whom stands in no log."""
        del request
        kind = type(found.get("exception")).__name__ if found.get("exception") else str(found.get("error", ""))
        log.info("sign-in elsewhere failed: %s, %s", provider.sub_id, kind)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the identity with who is signed in, find its account, or say that there is none yet."""
        identity = told_in(sociallogin)
        if (sociallogin.state or {}).get("process") == "connect":
            raise ImmediateHttpResponse(_linked(request, identity))
        user = sociallogin.user if sociallogin.is_existing else account_by_address(identity)
        if user is None:
            raise ImmediateHttpResponse(_not_linked(request, identity))
        sociallogin.user = user
        propose_roles(user=user, provider=identity.provider, attributes=identity.attributes)


def app_of(row: IdentityProvider) -> SocialApp:
    """Return a provider as allauth wants it, with the row that it is made of."""
    settings = {"server_url": row.address, "scope": ["openid", "profile", "email"]}
    client_id, secret = (row.client_id, secret_of(row)) if row.kind == ProviderKind.OIDC else (row.slug, "")
    app = SocialApp(
        provider=row.kind,
        provider_id=row.slug,
        name=row.name[:40],
        client_id=client_id,
        secret=secret,
        settings=settings,
    )
    app.row = row
    return app


def _linked(request: HttpRequest, identity: ToldIdentity) -> HttpResponse:
    user = request.user
    if isinstance(user, User):
        link_identity(user=user, identity=identity, actor=actor_for_user(user))
        propose_roles(user=user, provider=identity.provider, attributes=identity.attributes)
    return HttpResponseRedirect(reverse("account_linked"))


def _not_linked(request: HttpRequest, identity: ToldIdentity) -> HttpResponse:
    return render(request, "registry/not_linked.html", {"provider": identity.provider}, status=403)
