"""How often one caller may ask, told in `RateLimit-*` headers."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from integrations.api.authentication import actor_of
from integrations.services import Allowance, Rate, count_request

MACHINE_RATE = Rate("api-machine", requests=6_000)
VISITOR_RATE = Rate("api-visitor", requests=60)
"""Per minute. Visitors are counted in production only: tests and trials come from one address."""


def allowance_of(request: Request) -> Allowance | None:
    """Count this request of a machine, or of a visitor in production; raises LimitError when there were too many."""
    actor = actor_of(request)
    if actor.kind != "anonymous":
        return count_request(rate=MACHINE_RATE, caller=f"{actor.kind}:{actor.id}", at=timezone.now())
    if settings.TESTAMUR_MODE != "production":
        return None
    return count_request(rate=VISITOR_RATE, caller=visitor_of(request), at=timezone.now())


def visitor_of(request: Request) -> str:
    """Return a keyed hash of the visitor's network: one IPv4 address, or one IPv6 /64."""
    address = request.META.get("REMOTE_ADDR", "")
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        # Behind our own proxy only the last entry is its word; those before it are the visitor's.
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    return salted_hmac("api-visitor", network_of(address), algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """Return the network that one visitor has for itself; unreadable addresses share one place."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    prefix = 64 if parsed.version == 6 else 32  # noqa: PLR2004 - IP version 6
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def tell_allowance(response: HttpResponseBase, allowance: Allowance | None) -> None:
    """Write the `RateLimit-*` headers (IETF draft-ietf-httpapi-ratelimit-headers)."""
    if allowance is not None:
        response["RateLimit-Limit"] = str(allowance.limit)
        response["RateLimit-Remaining"] = str(allowance.remaining)
        response["RateLimit-Reset"] = str(allowance.reset_seconds)
