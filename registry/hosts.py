"""Addresses under which an installation can be reached for good. Pure: text in, address or refusal out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_noop

from registry.errors import HostRefusedError

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
LONGEST_HOST: Final = 253
_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


def base_url_from(text: str, *, https_only: bool) -> str:
    """Return `scheme://host[:port]` in its one form: small letters, no default port, no slash at the end.

    Args:
        text: what somebody typed.
        https_only: refuse plain http, under which strangers cannot resolve a did:web.

    Raises:
        HostRefusedError: not such an address, or one that a did:web cannot carry.

    Source: https://w3c-ccg.github.io/did-method-web/#method-specific-identifier (a host name, never an IP address)
    """
    parts = _parts(text.strip().lower())
    if https_only and parts.scheme != "https":
        raise HostRefusedError(code="not-https", remedy=gettext_noop("Write an https address."))
    if parts.username is not None or parts.path not in {"", "/"} or parts.query or parts.fragment or "?" in text:
        remedy = gettext_noop("Write scheme, host and port only, for example https://credentials.example.edu")
        raise HostRefusedError(code="not-a-host", remedy=remedy)
    host = _host(parts)
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _parts(text: str) -> SplitResult:
    remedy = gettext_noop("Write an address that begins with https:// and a port, if any, from 1 to 65535.")
    try:
        parts = urlsplit(text)
        known = parts.scheme in DEFAULT_PORTS and parts.port != 0
    except ValueError as error:
        raise HostRefusedError(code="not-an-address", remedy=remedy) from error
    if not known:
        raise HostRefusedError(code="not-an-address", remedy=remedy)
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    # A last label that is a number makes it an IPv4 address in any of its spellings (URL Standard, "ends in a number").
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        remedy = gettext_noop("Use a host name: did:web forbids IP addresses.")
        raise HostRefusedError(code="ip-address", remedy=remedy)
    if not _NAME.fullmatch(host) or len(host) > LONGEST_HOST:
        remedy = gettext_noop("Use a host name of letters, digits, dots and hyphens; write others as xn--….")
        raise HostRefusedError(code="not-a-host-name", remedy=remedy)
    return host
