"""Reading the registry."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet

from registry.actors import Actor
from registry.models import ApiKey, HostAlias, Issuer, IssuerProfile, TrustedIssuer
from registry.permissions import nodes_of


def canonical_base_url() -> str:
    """Return the address that links, codes and mails use: the registered one, else PUBLIC_URL."""
    host = (
        HostAlias.objects.filter(canonical=True)
        .values_list("base_url", flat=True)
        .first()
    )
    return host or settings.PUBLIC_URL


def own_base_urls() -> list[str]:
    """Return every address under which this installation's ids may stand."""
    return list(
        {settings.PUBLIC_URL, *HostAlias.objects.values_list("base_url", flat=True)}
    )


def issuers_for(actor: Actor) -> QuerySet[Issuer]:
    """Return the issuers that `actor` may see from inside."""
    return Issuer.objects.filter(node__in=nodes_of(actor)).select_related(
        "organisation", "node"
    )


def latest_profile(issuer: Issuer) -> IssuerProfile:
    """Return the profile that new credentials carry."""
    return IssuerProfile.objects.filter(issuer=issuer).latest("version")


def trust_in(did: str, *, on: dt.date) -> QuerySet[TrustedIssuer]:
    """Return who vouched for an issuer on a day, the longest-standing first."""
    return TrustedIssuer.objects.filter(
        Q(until=None) | Q(until__gte=on), did=did, since__lte=on
    ).order_by("since")


def live_api_key(secret_sha256: str) -> ApiKey | None:
    """Return the key with this hash unless it was revoked."""
    return (
        ApiKey.objects.filter(hash=secret_sha256, revoked_at=None)
        .select_related("node", "organisation")
        .first()
    )
