"""E-mail addresses: which are taken, and the one form in which they are kept, compared and written to.

Pure. What is taken can be sent to: the mail library and servers get `sendable_address`, plain ASCII (RFC 5321 §4.1.2
with the local part a dot-string, RFC 5890 A-labels for the domain). What they would leave out or write otherwise is
refused, so that one mailbox has one spelling here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST: Final = 254
"""RFC 5321 §4.5.3.1.3: a path of 256 octets with its angle brackets."""
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SENDABLE: Final = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?![0-9]){_LABEL}")
_ENCODED: Final = "xn--"


def normal_address(text: str) -> str:
    """Return the form in which an address is kept and compared: lower case, its domain as people read it.

    Raises:
        ValueError: no mail can be sent to it, or it holds what mail servers would leave out or write otherwise:
            invisible characters, full-width letters, letters beyond ASCII before the @.
    """
    address = text.strip().lower()
    if address.isascii() and _ENCODED not in address:
        if len(address) > LONGEST or _SENDABLE.fullmatch(address) is None:
            raise ValueError("not an address")
        return address
    # Composing takes quadratic time on heaps of marks; no address is that long, composed or not.
    if len(address) > 4 * LONGEST:
        raise ValueError("too long")
    local, _at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    readable, encoded = _domain(domain)
    if len(local) + 1 + len(encoded) > LONGEST or _SENDABLE.fullmatch(f"{local}@{encoded}") is None:
        raise ValueError("not an address")
    return f"{local}@{readable}"


def sendable_address(address: str) -> str:
    """Return a normal address as mail servers are told it, in ASCII.

    Raises:
        ValueError: see `normal_address`.
    """
    normal = normal_address(address)
    if normal.isascii():
        return normal
    local, _at, domain = normal.rpartition("@")
    return f"{local}@{_domain(domain)[1]}"


def mailbox_of(address: str) -> str:
    """Return what all tagged addresses of one mailbox have in common (RFC 5233 §1: `ada+work@…`); for counting alone."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


# A file names few domains; most are plain ASCII and do not come here.
@lru_cache(maxsize=1_024)
def _domain(domain: str) -> tuple[str, str]:
    """Return a domain as people read it and as servers do; refuse one that is neither, label by label."""
    if len(domain) > LONGEST:
        raise ValueError("too long")
    # IDNA 2003, as Django's mail and the standard library have it: what it maps to something else is refused.
    encoded = domain.encode("idna").decode("ascii")
    readable = encoded.encode("ascii").decode("idna")
    written = domain.split("."), readable.split("."), encoded.split(".")
    if len({len(labels) for labels in written}) > 1:
        raise ValueError("a label is hidden")
    if any(label not in forms for label, *forms in zip(*written, strict=True)):
        raise ValueError("servers would read another domain")
    return readable, encoded
