"""Is it this person's? Compares what a visitor typed with the holder's identifiers in a document. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any

from credentials.documents import identity_hash
from verification.checks import AskedHolder

MAX_ASKED_CHARACTERS = 200
MAX_COMPARED_CHARACTERS = 1_000
KNOWN_HASH = "sha256"


def asked_holder(document: dict[str, Any], text: str) -> AskedHolder | None:
    """Compare a name, e-mail address or number with the document's identifiers; None where nothing was asked.

    Hashed identifiers are compared as Open Badges 3.0 hashes them, names by their letters. "No" is said only where
    the document carries something of the kind that was typed, in a form that we can compare: an address says nothing
    against a bare name, and a hash of an unknown kind says nothing at all.
    """
    asked = text.strip()[:MAX_ASKED_CHARACTERS]
    if not asked:
        return None
    entries = [entry for entry in _identifiers(document) if _is_of_kind(entry, asked)]
    readable = [entry for entry in entries if _is_readable(entry)]
    if any(_is_same(asked, entry) for entry in readable):
        return AskedHolder(asked, matches=True)
    if len(readable) < len(entries):
        return AskedHolder(asked, None, "hash-not-known")
    return AskedHolder(asked, matches=False) if entries else AskedHolder(asked, None)


def _identifiers(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    subject = document.get("credentialSubject")
    listed = subject.get("identifier", []) if isinstance(subject, dict) else []
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict) and isinstance(entry.get("identityHash"), str):
            yield entry


def _is_of_kind(entry: dict[str, Any], asked: str) -> bool:
    """Tell whether an identifier may be what was typed: an address is no name, and a name no address."""
    kind = entry.get("identityType")
    return kind != "name" if "@" in asked else kind != "emailAddress"


def _is_readable(entry: dict[str, Any]) -> bool:
    return entry.get("hashed") is not True or _algorithm(entry) == KNOWN_HASH


def _algorithm(entry: dict[str, Any]) -> str:
    return str(entry["identityHash"]).partition("$")[0].lower()


def _is_same(asked: str, entry: dict[str, Any]) -> bool:
    if entry.get("hashed") is not True:
        return _plain(asked) == _plain(entry["identityHash"])
    salt, stated = str(entry.get("salt", "")), str(entry["identityHash"]).lower()
    return stated in (identity_hash(asked, salt), _hash_as_given(asked, salt))


def _hash_as_given(asked: str, salt: str) -> str:
    """Hash without folding: other issuers hash an address as their records spell it (Open Badges 3.0, IdentityHash)."""
    return f"{KNOWN_HASH}$" + hashlib.sha256((asked + salt).encode()).hexdigest()


def _plain(name: str) -> str:
    """Fold a name; one that is longer than any stays as it is, since composing heaps of marks takes quadratic time."""
    if len(name) > MAX_COMPARED_CHARACTERS:
        return name
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def holder_name(document: dict[str, Any]) -> str:
    """Return the holder's name as the document states it, or the empty string."""
    named = (
        entry
        for entry in _identifiers(document)
        if entry.get("identityType") == "name" and entry.get("hashed") is not True
    )
    found = next(named, None)
    return str(found["identityHash"]) if found else ""
