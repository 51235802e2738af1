"""Who a visitor is: one network, by a request's WSGI environment."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings

IP_VERSION_6 = 6


def address_in(environ: Mapping[str, Any]) -> str:
    """Return the address that a request came from, by its WSGI environment (PEP 3333, RFC 3875 §4.1.8).

    With BEHIND_PROXY our own proxy names it, which overwrites `X-Forwarded-For`: only the last entry is its word.
    Elsewhere anyone could write that header and escape the limits.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY and (named := str(environ.get("HTTP_X_FORWARDED_FOR", ""))):
        return named.rpartition(",")[2].strip()
    return address


def visitor_of(environ: Mapping[str, Any]) -> str:
    """Return who a visitor is, everywhere: the network that one has for itself, by a request's WSGI environment."""
    return network_of(address_in(environ))


def network_of(address: str) -> str:
    """Return one IPv4 address, or one IPv6 /64; unreadable addresses share one place."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        # The same visitor by IPv4, on a socket that listens for both.
        parsed = parsed.ipv4_mapped or parsed
    prefix = 64 if parsed.version == IP_VERSION_6 else 32
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
