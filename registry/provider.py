"""Our two kinds of identity providers; allauth looks for them under this file's name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from registry.models import IdentityProvider, User
from registry.told_identities import Attributes, ToldIdentity, attributes_of_claims, identity_in

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def public_address(route: str, slug: str) -> str:
    """Return an address of ours that a provider is told: never one that a request named."""
    return f"{settings.PUBLIC_URL}{reverse(route, args=[slug])}"


def login_of(provider: Any, attributes: Attributes) -> SocialLogin:
    """Return what allauth goes on with: an identity, and nothing of what else was told is kept.

    Raises:
        NotNamedError, OutOfScopeError: the attributes name nobody whom the provider may name.
    """
    told = identity_in(provider.app.row, attributes)
    link = SocialAccount(provider=provider.sub_id, uid=told.subject, extra_data={})
    login = SocialLogin(user=User(), account=link, provider=provider)
    login.told = told
    return login


def told_in(login: SocialLogin) -> ToldIdentity:
    """Return who a login is of."""
    told: ToldIdentity = login.told
    return told


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """What an OpenID provider publishes of itself, checked."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's metadata (OpenID Connect Discovery 1.0 §4.2, §4.3).

        Raises:
            OAuth2Error: no answer, metadata of another provider, or an endpoint that is no address.
        """
        config: dict[str, Any] = super().openid_config
        row: IdentityProvider = self.get_provider().app.row
        if str(config.get("issuer", "")).rstrip("/") != row.address.rstrip("/"):
            raise OAuth2Error("metadata of another issuer")
        if any(urlsplit(str(config.get(name, ""))).scheme not in {"https", "http"} for name in ENDPOINTS):
            raise OAuth2Error("an endpoint is missing")
        return config

    def get_callback_url(self, _request: HttpRequest, _app: Any) -> str:
        """Return where the provider sends people back."""
        return public_address("provider_callback", self.provider_id)


class OpenIDProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """OpenID Connect: code flow with PKCE, the identifier and what rules ask for, nothing stored."""

    oauth2_adapter_class = OpenIDAdapter
    pkce_enabled_default = True

    def sociallogin_from_response(self, _request: HttpRequest, response: dict[str, Any]) -> SocialLogin:
        """Join what the ID token and the UserInfo endpoint say of one person.

        Raises:
            OAuth2Error: there is no ID token, or the two name different people (OpenID Connect Core 1.0 §5.3.2).
        """
        token, info = response.get("id_token") or {}, response.get("userinfo") or {}
        if not token.get("sub") or info.get("sub", token["sub"]) != token["sub"]:
            raise OAuth2Error("ID token and UserInfo do not name one person")
        return login_of(self, attributes_of_claims({**info, **token}))


class SamlProvider(SAMLProvider):  # type: ignore[misc]  # allauth ships no types
    """SAML 2.0, Web Browser SSO Profile, begun by us."""

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, **_more: object
    ) -> HttpResponseRedirect:
        """Send somebody to the provider, and remember under the request's own number what they wanted."""
        from registry.saml import saml_request

        address, number = saml_request(self.app.row)
        self.stash_redirect_state(request, process, next_url, None, state_id=number)
        return HttpResponseRedirect(address)


provider_classes = [OpenIDProvider, SamlProvider]
