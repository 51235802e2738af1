"""The identity providers with which people sign in here: those of the settings, and those of the operator's pages."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any, Final

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registry.errors import NotFoundError
from registry.models import IdentityProvider, ProviderKind, User
from registry.sealing import seal, unseal

SAML_IS_INSTALLED: Final = importlib.util.find_spec("onelogin") is not None
"""Whether `requirements/saml.txt` is installed; the rest runs without it."""
FROM_A_FILE: Final = frozenset(
    {"slug", "kind", "name", "address", "client_id", "secret", "entity_id", "certificate", "identifier", "scope"}
    | {"email_domains", "is_only_way", "role_rules"}
)
DEFAULT_IDENTIFIER: Final[Mapping[str, str]] = {
    ProviderKind.OIDC: "sub",
    ProviderKind.SAML: "urn:oasis:names:tc:SAML:attribute:subject-id",
}


def sign_in_providers() -> list[IdentityProvider]:
    """Return every provider that people can use now, by name; one of the settings hides a row with its slug."""
    found = {one.slug: one for one in IdentityProvider.objects.filter(is_active=True)}
    found |= {one.slug: one for one in map(_of_settings, settings.SIGN_IN_PROVIDERS)}
    usable = [one for one in found.values() if SAML_IS_INSTALLED or one.kind != ProviderKind.SAML]
    return sorted(usable, key=lambda one: one.name.casefold())


def provider_with(slug: str) -> IdentityProvider:
    """Return the provider with a slug. Raises NotFoundError: there is none that people can use."""
    for one in sign_in_providers():
        if one.slug == slug:
            return one
    raise NotFoundError


def identifier_of(provider: IdentityProvider) -> str:
    """Return the attribute by which a provider tells people apart."""
    return provider.identifier or DEFAULT_IDENTIFIER[provider.kind]


def secret_of(provider: IdentityProvider) -> str:
    """Return the secret with which we show a provider who we are. Raises SealBrokenError."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return unseal(provider.secret_sealed, secret_keys=keys) if provider.secret_sealed else ""


def only_ways_of(user: User) -> list[IdentityProvider]:
    """Return the providers at which an account must sign in: it is linked with them, and they are the only way."""
    linked = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return [one for one in sign_in_providers() if one.slug in linked and one.is_only_way] if linked else []


def _of_settings(entry: Mapping[str, Any]) -> IdentityProvider:
    unknown = sorted(set(entry) - FROM_A_FILE)
    missing = sorted({"slug", "kind", "name", "address"} - set(entry))
    if unknown or missing or entry["kind"] not in ProviderKind.values:
        wrong = _named("unknown", unknown) + _named("missing", missing) or f"kind is none of {ProviderKind.values}"
        raise ImproperlyConfigured(f"SIGN_IN_PROVIDERS_FILE, {entry.get('slug', '?')}: {wrong}")
    fields = {name: value for name, value in entry.items() if name != "secret"}
    secret = str(entry.get("secret", ""))
    return IdentityProvider(**fields, secret_sealed=seal(secret, secret_key=settings.SECRET_KEY) if secret else "")


def _named(what: str, names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f"{what}: {told}. " if told else ""
