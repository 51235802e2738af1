"""Reading documents, lists and signatures a second way: shares no line with `credentials`.

RDF comes from pyoxigraph, the signature check from `cryptography`, the rest stands here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any

import pyoxigraph
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PREFIX = b"\xed\x01"
MAX_LIST_BYTES = 2 * 1024 * 1024


def bytes_of_base58(text: str) -> bytes:
    """Decode `z` + base58btc (multibase)."""
    if not text.startswith("z"):
        raise ValueError("not base58btc multibase")
    number = 0
    for letter in text[1:]:
        number = number * 58 + BASE58.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def set_places(encoded_list: str) -> set[int]:
    """Return the numbers of the set bits of an `encodedList`, the left-most bit being 0."""
    packed = _bytes_of_base64url(encoded_list[1:])
    stream = zlib.decompressobj(wbits=31)
    raw = stream.decompress(packed, MAX_LIST_BYTES)
    if not stream.eof:
        raise ValueError("the list is cut short or too long")
    places: set[int] = set()
    for offset in [i for i, byte in enumerate(raw) if byte]:
        bits = format(raw[offset], "08b")
        places.update(offset * 8 + i for i, bit in enumerate(bits) if bit == "1")
    return places


def signature_holds(text: str, public_multibase: str, contexts: dict[str, str]) -> bool:
    """Return whether an eddsa-rdfc-2022 document was signed by this key, by the long way.

    `contexts` maps addresses to JSON texts; an address that is not among them makes the check fail.
    Source: https://www.w3.org/TR/vc-di-eddsa/#verify-proof-eddsa-rdfc-2022
    """
    document = json.loads(text)
    proof = document.pop("proof")
    proof = proof[0] if isinstance(proof, list) else proof
    signature = bytes_of_base58(proof.pop("proofValue"))
    configuration = {**proof, "@context": document["@context"]}
    hashed = b"".join(
        hashlib.sha256(_canonical(part, contexts).encode()).digest() for part in (configuration, document)
    )
    key = bytes_of_base58(public_multibase)
    try:
        Ed25519PublicKey.from_public_bytes(key.removeprefix(ED25519_PREFIX)).verify(signature, hashed)
    except InvalidSignature:
        return False
    return True


def signed_claims(token: str, public_keys: list[str]) -> dict[str, Any]:
    """Return what a compact JWS (EdDSA) says, nothing where none of these keys (multibase) signed it. Source: RFC 7515."""
    try:
        signing_input, _, signature = token.rpartition(".")
        claims = json.loads(_bytes_of_base64url(signing_input.partition(".")[2]))
        signed = _bytes_of_base64url(signature)
    except ValueError:
        return {}
    for public_multibase in public_keys:
        key = bytes_of_base58(public_multibase).removeprefix(ED25519_PREFIX)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signed, signing_input.encode())
        except InvalidSignature:
            continue
        return dict(claims)
    return {}


def _bytes_of_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _canonical(document: dict[str, Any], contexts: dict[str, str]) -> str:
    """Return the RDFC-1.0 form by pyoxigraph; contexts are inlined so that nothing is looked up."""
    text = json.dumps(_inlined(document, contexts))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    return "".join(lines)


def _inlined(value: Any, contexts: dict[str, str]) -> Any:
    """Put contexts in the place of their addresses, also in the credentials that a presentation holds."""
    if isinstance(value, list):
        return [_inlined(part, contexts) for part in value]
    if not isinstance(value, dict):
        return value
    members = {name: _inlined(part, contexts) for name, part in value.items() if name != "@context"}
    if "@context" in value:
        members["@context"] = [json.loads(contexts[url])["@context"] for url in value["@context"]]
    return members
