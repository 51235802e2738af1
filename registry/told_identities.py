"""Who an identity provider says that somebody is, as far as it may say so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from registry.errors import ForbiddenError
from registry.models import IdentityProvider, ProviderKind
from registry.sign_in_providers import identifier_of

LONGEST_SUBJECT: Final = 191
MAIL: Final = ("urn:oid:0.9.2342.19200300.100.1.3", "mail", "email")
DISPLAY_NAME: Final = ("urn:oid:2.16.840.1.113730.3.1.241", "displayName", "name")
Attributes = Mapping[str, list[str]]


class NotNamedError(ForbiddenError):
    """The provider let somebody in and did not say who it is."""

    code = "not-named"
    message = _("“{provider}” did not tell us who you are: {attribute} is missing. Write to the people who run it.")


class OutOfScopeError(ForbiddenError):
    """The provider named somebody whom it may not name: an identifier of another institution."""

    code = "out-of-scope"
    message = _("“{provider}” may only name people of {scope}. Write to the operator of this installation.")


@dataclass(frozen=True, slots=True)
class ToldIdentity:
    """One person at one provider. `email` is empty unless the operator trusts the provider for its domain."""

    provider: IdentityProvider
    subject: str
    email: str = ""
    name: str = ""
    attributes: Attributes = field(default_factory=dict)


def identity_in(provider: IdentityProvider, attributes: Attributes) -> ToldIdentity:
    """Return who the attributes say that somebody is.

    Raises:
        NotNamedError: the identifier is missing, there are two, or it is too long.
        OutOfScopeError: it is not of the scope that the provider speaks for.
    """
    attribute = identifier_of(provider)
    values = attributes.get(attribute, [])
    if len(values) != 1 or not 0 < len(values[0]) <= LONGEST_SUBJECT:
        raise NotNamedError(provider=provider.name, attribute=attribute)
    subject = values[0]
    if provider.scope:
        # Scoped identifiers are compared without case (SAML subject-id 1.0 §3.3.2.2).
        subject = subject.lower()
        if not subject.endswith(f"@{provider.scope.lower()}"):
            raise OutOfScopeError(provider=provider.name, scope=provider.scope)
    name = _first(attributes, DISPLAY_NAME)[:200]
    return ToldIdentity(provider, subject, _trusted_address(provider, attributes), name, attributes)


def attributes_of_claims(claims: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return OIDC claims as attributes: texts and lists of texts, yes and no as `true` and `false`."""
    told: dict[str, list[str]] = {}
    for name, value in claims.items():
        values = value if isinstance(value, list) else [value]
        told[name] = [
            str(one).lower() if isinstance(one, bool) else one for one in values if isinstance(one, str | bool)
        ]
    return told


def _trusted_address(provider: IdentityProvider, attributes: Attributes) -> str:
    """Return the address that the provider may vouch for; OIDC says of each whether it was verified (Core §5.1)."""
    address = _first(attributes, MAIL).strip().lower()
    if provider.kind == ProviderKind.OIDC and attributes.get("email_verified") != ["true"]:
        return ""
    domain = address.rpartition("@")[2]
    return address if domain and domain in {one.lower() for one in provider.email_domains} else ""


def _first(attributes: Attributes, names: tuple[str, ...]) -> str:
    return next((attributes[name][0] for name in names if attributes.get(name)), "")
