"""Is it this person's? Compares what a visitor typed with the holder's identifiers in a document. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from credentials.documents import identity_hash
from verification.checks import AskedHolder

MAX_ASKED_CHARACTERS = 200


def asked_holder(document: dict[str, Any], text: str) -> AskedHolder | None:
    """Compare a name, e-mail address or number with the document's identifiers; None where nothing was asked.

    Hashed identifiers are compared as Open Badges 3.0 hashes them, names by their letters.
    """
    asked = text.strip()[:MAX_ASKED_CHARACTERS]
    if not asked:
        return None
    identifiers = list(_identifiers(document))
    if not identifiers:
        return AskedHolder(asked, None)
    return AskedHolder(asked, any(_is_same(asked, entry) for entry in identifiers))


def _identifiers(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    subject = document.get("credentialSubject")
    listed = subject.get("identifier", []) if isinstance(subject, dict) else []
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict) and isinstance(entry.get("identityHash"), str):
            yield entry


def _is_same(asked: str, entry: dict[str, Any]) -> bool:
    if entry.get("hashed") is True:
        return identity_hash(asked, str(entry.get("salt", ""))) == str(entry["identityHash"])
    return _plain(asked) == _plain(entry["identityHash"])


def _plain(name: str) -> str:
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
