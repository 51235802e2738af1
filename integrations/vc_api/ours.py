"""What a document to be judged names of this installation: DIDs and status lists of ours, read from the tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from credentials.strict_json import JsonObject, parse_json_object
from issuing.selectors import issuer_did_document, newest_status_list, platform_did, platform_did_document
from registry.models import Issuer
from verification.resolve.dids import is_on_our_host

MOST_LOOKED_UP = 50
"""A stranger's document names as many as it likes; ours name a few."""


def own_dids_in(document: JsonObject) -> dict[str, JsonObject]:
    """Return {DID: its published document} of the issuers of ours, and of this installation, whose proofs it carries."""
    named = {str(proof.get("verificationMethod", "")).partition("#")[0] for proof in _proofs(document)}
    issuers = Issuer.objects.filter(did__in=sorted(named)[:MOST_LOOKED_UP])
    found = {issuer.did: issuer_did_document(issuer) for issuer in issuers}
    if (platform := platform_did()) in named:
        found[platform] = platform_did_document()
    return found


def own_lists_in(document: JsonObject) -> dict[str, JsonObject]:
    """Return {address: list} of the published lists of ours that its status entries name."""
    addresses = {str(entry.get("statusListCredential", "")) for entry in _entries(document)}
    found: dict[str, JsonObject] = {}
    for address in sorted(addresses)[:MOST_LOOKED_UP]:
        newest = newest_status_list(number) if (number := _number_of(address)) else None
        if newest is not None:
            found[address] = parse_json_object(newest.document)
    return found


def _number_of(address: str) -> uuid.UUID | None:
    try:
        path = urlsplit(address).path
        return uuid.UUID(path.removeprefix("/status/")) if is_on_our_host(address) else None
    except ValueError:
        return None


def _proofs(document: JsonObject) -> Iterator[dict[str, Any]]:
    for part in _parts(document):
        yield from _objects(part.get("proof"))


def _entries(document: JsonObject) -> Iterator[dict[str, Any]]:
    for part in _parts(document):
        yield from _objects(part.get("credentialStatus"))


def _parts(document: JsonObject) -> Iterator[dict[str, Any]]:
    """Yield the document, and the credentials in it where it is a presentation."""
    yield document
    yield from _objects(document.get("verifiableCredential"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict))
