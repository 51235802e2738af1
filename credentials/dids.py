"""Decentralised identifiers: did:web and did:key, DID documents, and the methods they list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from credentials.contexts import DID_V1, MULTIKEY_V1
from credentials.errors import DeactivatedError, DidError, KeyFormatError
from credentials.multikey import PublicKey, decode_multikey, encode_multikey, key_from_jwk
from credentials.strict_json import JsonObject
from credentials.timestamps import format_timestamp, parse_timestamp

MAX_DID_CHARACTERS = 1000
_DID = re.compile(r"did:[a-z0-9]+:(?:[A-Za-z0-9._:\-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._~\-]+", re.ASCII)
_RELATIONSHIPS = (
    "assertionMethod",
    "authentication",
    "capabilityInvocation",
    "capabilityDelegation",
    "keyAgreement",
)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key as a DID document lists it.

    `fragment` is its name behind `#`; `relationships` what it may be used for; `revoked` the moment
    from which its signatures no longer count.
    """

    fragment: str
    public_key: PublicKey
    relationships: tuple[str, ...] = ("assertionMethod",)
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A dereferenced public key: its address, who controls it, and what it may be used for."""

    id: str
    controller: str
    public_key: PublicKey
    relationships: frozenset[str] = frozenset({"assertionMethod"})
    expires: datetime | None = None
    revoked: datetime | None = None


def is_did(text: object) -> bool:
    """Tell whether `text` is a DID, without path, query or fragment."""
    return isinstance(text, str) and len(text) <= MAX_DID_CHARACTERS and bool(_DID.fullmatch(text))


def did_of(method_id: str) -> str:
    """Return the part of a verification method's address before `#`: the document to fetch.

    Raises:
        DidError: no fragment, or nothing before it.
    """
    document_id, separator, fragment = method_id.partition("#")
    if not separator or not fragment or not document_id:
        raise DidError("a verification method is an address with a fragment")
    return document_id


def did_web(host: str, *path: str) -> str:
    """Return the did:web of a host and a path on it: `did_web("h", "issuers", "x")`.

    Raises:
        DidError: not a host name (a port is allowed), or a segment that is not plain.

    Source: https://w3c-ccg.github.io/did-method-web/
    """
    if not _HOST.fullmatch(host):
        raise DidError(f"not a host name: {host[:100]!r}")
    return ":".join(["did:web", quote(host, safe=""), *(_plain_segment(part) for part in path)])


def did_web_url(did: str) -> str:
    """Return the https address of a did:web's document.

    Raises:
        DidError: not a did:web, or one whose host or path is not plain (no traversal, no userinfo).

    Source: https://w3c-ccg.github.io/did-method-web/#read-resolve
    """
    if not is_did(did) or not did.startswith("did:web:"):
        raise DidError("not a did:web")
    host, *path = did.removeprefix("did:web:").split(":")
    address = unquote(host).lower()
    if not _HOST.fullmatch(address):
        raise DidError("the did:web names no host")
    segments = [_plain_segment(unquote(part)) for part in path] or [".well-known"]
    return "/".join(["https:/", address, *segments, "did.json"])


def _plain_segment(segment: str) -> str:
    if not _SEGMENT.fullmatch(segment) or set(segment) == {"."} or ".." in segment:
        raise DidError(f"not a plain path segment: {segment[:100]!r}")
    return segment


def did_key(public_key: PublicKey) -> str:
    """Return the did:key of a public key."""
    return "did:key:" + encode_multikey(public_key)


def did_key_document(did: str) -> JsonObject:
    """Build the DID document that a did:key stands for.

    Raises:
        DidError: not a did:key of an Ed25519, P-256 or P-384 key.

    Source: https://w3c-ccg.github.io/did-key-spec/#document-creation-algorithm
    """
    if not isinstance(did, str) or not did.startswith("did:key:z"):
        raise DidError("not a did:key")
    multikey = did.removeprefix("did:key:")
    try:
        public_key = decode_multikey(multikey)
    except KeyFormatError as error:
        raise DidError(f"not a did:key: {error.message}") from error
    if encode_multikey(public_key) != multikey:
        raise DidError("not the one spelling of this did:key")
    return issuer_did_document(did, [PublishedKey(multikey, public_key, _RELATIONSHIPS[:4])])


def issuer_did_document(did: str, methods: Sequence[PublishedKey]) -> JsonObject:
    """Build the DID document that lists `methods`, newest first as given.

    Source: https://www.w3.org/TR/did-1.0/#did-documents
    """
    document: JsonObject = {
        "@context": [DID_V1, MULTIKEY_V1],
        "id": did,
        "verificationMethod": [_published(did, method) for method in methods],
    }
    for relationship in _RELATIONSHIPS:
        if listed := [f"{did}#{m.fragment}" for m in methods if relationship in m.relationships]:
            document[relationship] = listed
    return document


def _published(did: str, key: PublishedKey) -> JsonObject:
    method: JsonObject = {
        "id": f"{did}#{key.fragment}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": encode_multikey(key.public_key),
    }
    if key.revoked is not None:
        method["revoked"] = format_timestamp(key.revoked)
    return method


def verification_method(did_document: JsonObject, method_id: str, relationship: str) -> VerificationMethod:
    """Look a verification method up in the document its address points to.

    The key comes from the document's listing, never from the address itself.

    Args:
        did_document: the DID document (or controlled identifier document), parsed.
        method_id: absolute address of the method, `document#fragment`.
        relationship: what the key is used for, such as `assertionMethod`.

    Raises:
        DidError: another document, not listed or listed twice, not listed under `relationship`,
            or controlled by somebody else.
        KeyFormatError: the key is of an unknown form.

    Source: https://www.w3.org/TR/cid-1.0/#retrieve-verification-method
    """
    controller = did_of(method_id)
    _check_own_document(did_document, controller)
    listed = frozenset(r for r in _RELATIONSHIPS if _lists(did_document, r, method_id))
    _check_listing(relationship, listed)
    method = _described(did_document, method_id)
    _check_controller(method, controller)
    return VerificationMethod(
        id=method_id,
        controller=controller,
        public_key=_public_key(method),
        relationships=listed,
        expires=_moment(method, "expires"),
        revoked=_moment(method, "revoked"),
    )


def method_in(did_document: JsonObject, address: str, relationship: str) -> VerificationMethod:
    """Look up the method at `address`; where that is the document's own id, the only one that it lists.

    Raises:
        DidError, KeyFormatError: as `verification_method`; or no key is named and there are several.
    """
    if address == did_document.get("id"):
        named = {_names(entry, did_document) for entry in _entries(did_document, relationship)}
        address = next(iter(named)) or "" if len(named) == 1 else ""
        if not address:
            raise DidError("no key is named, and the issuer has not exactly one")
    return verification_method(did_document, address, relationship)


def _check_own_document(did_document: JsonObject, did: str) -> None:
    if did_document.get("id") != did:
        raise DidError("the document is not the one the verification method belongs to")
    check_active(did_document)


def check_active(did_document: JsonObject) -> None:
    """Refuse a document that says it was given up; raises DeactivatedError.

    Where a method has no resolver of its own, as did:web, the document itself is where its owner can say so.

    Source: https://www.w3.org/TR/did-1.0/#did-document-metadata (deactivated)
    """
    if did_document.get("deactivated", False) is not False:
        raise DeactivatedError("the DID was given up by its owner: its document says deactivated")


def _check_listing(relationship: str, listed: frozenset[str]) -> None:
    if relationship not in listed:
        raise DidError(f"the method is not listed under {relationship}")


def _check_controller(method: JsonObject, controller: str) -> None:
    if method.get("controller") != controller:
        raise DidError("the method is controlled by somebody else")


def _entries(document: JsonObject, member: str) -> list[Any]:
    entries = document.get(member, [])
    return entries if isinstance(entries, list) else [entries]


def _names(entry: Any, document: JsonObject) -> str | None:
    """Return the absolute address of an entry, which may be relative to its document."""
    address = entry.get("id") if isinstance(entry, dict) else entry
    if isinstance(address, str) and address.startswith("#"):
        return f"{document.get('id')}{address}"
    return address if isinstance(address, str) else None


def _lists(document: JsonObject, relationship: str, method_id: str) -> bool:
    return any(_names(e, document) == method_id for e in _entries(document, relationship))


def _described(document: JsonObject, method_id: str) -> JsonObject:
    found = [
        entry
        for member in ("verificationMethod", *_RELATIONSHIPS)
        for entry in _entries(document, member)
        if isinstance(entry, dict) and _names(entry, document) == method_id
    ]
    if not found or any(entry != found[0] for entry in found):
        raise DidError("the document does not describe the method exactly once")
    return dict(found[0])


def _public_key(method: JsonObject) -> PublicKey:
    kind = method.get("type")
    if kind in ("Multikey", "Ed25519VerificationKey2020"):
        return decode_multikey(method.get("publicKeyMultibase", ""))
    if kind in ("JsonWebKey", "JsonWebKey2020"):
        return key_from_jwk(method.get("publicKeyJwk"))
    raise KeyFormatError(f"the verification method type {str(kind)[:50]!r} is not understood")


def _moment(method: JsonObject, member: str) -> datetime | None:
    if member not in method:
        return None
    try:
        return parse_timestamp(method[member])
    except ValueError as error:
        raise DidError(f"the method's {member} is {error}") from error
