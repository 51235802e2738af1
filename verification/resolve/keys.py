"""DID documents: of our own issuers from the tables, of did:key from the key itself, of did:web by one fetch."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from credentials.dids import PublishedKey, issuer_did_document
from credentials.errors import KeyFormatError
from credentials.multikey import decode_multikey


def own_did_document(did: str, methods: Iterable[str]) -> dict[str, Any]:
    """Return the document that lists an issuer's keys of all times, to verify by.

    Not what is published: there a compromised key is marked as revoked, and an earlier signature that our own
    record proves would fall with it. Judging a key's life is the checks' business.
    """
    return _document(did, tuple(method.partition("#")[2] for method in methods))


@lru_cache(maxsize=256)
def _document(did: str, keys: tuple[str, ...]) -> dict[str, Any]:
    return issuer_did_document(did, [PublishedKey(key, decode_multikey(key)) for key in keys if _is_key(key)])


def _is_key(text: str) -> bool:
    try:
        decode_multikey(text)
    except KeyFormatError:
        return False
    return True
