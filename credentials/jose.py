"""Credentials as JSON Web Tokens: the Open Badges profile and the VC-JOSE form.

The algorithm follows from the key, never from the header: the header may only agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from credentials.data_model import issuer_id
from credentials.dids import VerificationMethod, did_of
from credentials.errors import (
    DataModelError,
    DidError,
    JoseError,
    KeyFormatError,
    MalformedError,
)
from credentials.multikey import PublicKey, decode_base64url, encode_base64url
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from credentials.timestamps import parse_timestamp

Profile = Literal["open-badges", "vc-jose"]

MAX_TOKEN_CHARACTERS = 1_048_576
_TYPES: MappingProxyType[Profile, str] = MappingProxyType({"open-badges": "JWT", "vc-jose": "vc+jwt"})
_PARTS = 3
_HEADER_MEMBERS = frozenset({"alg", "typ", "kid", "cty", "iss"})
_CURVES: dict[str, tuple[str, int, HashAlgorithm]] = {
    "secp256r1": ("ES256", 32, SHA256()),
    "secp384r1": ("ES384", 48, SHA384()),
}


def sign_vc_jwt(
    document: JsonObject,
    private_key: Ed25519PrivateKey,
    kid: str,
    profile: Profile = "open-badges",
) -> str:
    """Write a credential as a compact JWS.

    Args:
        document: the credential; a `proof` in it is left out.
        private_key: the issuer's Ed25519 key.
        kid: the key's absolute address, as the issuer's DID document lists it.
        profile: `open-badges` (typ JWT; iss, sub, jti, nbf, exp beside the credential's members) or
            `vc-jose` (typ vc+jwt; the credential alone).

    Raises:
        DataModelError: no issuer, or a time that is not one.
        MalformedError: not writable as JSON.

    Source: https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof and
    https://www.w3.org/TR/vc-jose-cose/#securing-with-jose
    """
    payload = {name: value for name, value in document.items() if name != "proof"}
    if profile == "open-badges":
        payload |= _registered_claims(document)
    header = {"alg": "EdDSA", "typ": _TYPES[profile], "kid": kid}
    parts = [encode_base64url(compact_json(part).encode("utf-8")) for part in (header, payload)]
    signing_input = ".".join(parts)
    signature = private_key.sign(signing_input.encode("ascii"))
    return f"{signing_input}.{encode_base64url(signature)}"


def _registered_claims(document: JsonObject) -> JsonObject:
    """Return what the Open Badges profile repeats as JWT claims (OB 3.0, 8.2.4.1)."""
    claims = {
        "iss": issuer_id(document),
        "sub": _subject_id(document),
        "jti": document.get("id"),
        "nbf": _seconds(document, "validFrom", "issuanceDate"),
        "exp": _seconds(document, "validUntil", "expirationDate"),
    }
    return {name: value for name, value in claims.items() if value is not None}


def _subject_id(document: JsonObject) -> str | None:
    subject = document.get("credentialSubject")
    return subject.get("id") if isinstance(subject, dict) else None


def _seconds(document: JsonObject, *members: str) -> int | None:
    """Return the first of `members` that is there as a NumericDate, whole seconds."""
    for member in members:
        if member in document:
            try:
                return int(parse_timestamp(document[member]).timestamp())
            except ValueError as error:
                raise DataModelError(f"/{member}: {error}") from error
    return None


@dataclass(frozen=True, slots=True)
class _Token:
    header: JsonObject
    payload: JsonObject
    signing_input: bytes
    signature: bytes


def verify_vc_jwt(token: str, resolve: Callable[[str], VerificationMethod], at: datetime) -> JsonObject:
    """Verify a credential in the form of a JWT, of either profile.

    The plan: 1. three canonical base64url parts of strict JSON, within limits; 2. a header that
    asks for nothing to be fetched or understood; 3. a key of the issuer, dereferenced and listed
    for assertions; 4. the signature, by the key's own algorithm; 5. claims equal to the
    credential's. So nbf and exp are the credential's validity, which is checked with it.

    Args:
        token: compact JWS.
        resolve: dereferences a verification method (see `dids.verification_method`).
        at: the moment of checking, at which the key must be good.

    Returns:
        The credential, without the registered claims.

    Raises:
        MalformedError: not a compact JWS of strict JSON.
        JoseError: a header, key, signature, or claim that is not acceptable.
        DataModelError: no issuer, or a time that is not one.

    Source: RFC 7515, RFC 8725; https://www.w3.org/TR/vc-jose-cose/
    """
    # 1, 2 form and header
    parsed = _parsed(token)
    document = _credential_of(parsed)
    issuer = issuer_id(document)
    _check_header(parsed.header, issuer)
    # 3, 4 key and signature
    method = _key_of_issuer(parsed.header["kid"], issuer, resolve, at)
    _check_signature(parsed, method.public_key)
    # 5 claims
    _check_claims(parsed, document)
    return document


def _parsed(token: str) -> _Token:
    if not isinstance(token, str) or len(token) > MAX_TOKEN_CHARACTERS:
        raise MalformedError("not a token, or too long for one")
    parts = token.split(".")
    if len(parts) != _PARTS or not all(parts):
        raise MalformedError("a signed token has three parts")
    try:
        header, payload, signature = (decode_base64url(part) for part in parts)
    except ValueError as error:
        raise MalformedError(f"a part of the token is {error}") from error
    return _Token(
        parse_json_object(header),
        parse_json_object(payload),
        f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature,
    )


def _check_header(header: JsonObject, issuer: str) -> None:
    """Refuse whatever would have a key fetched, embedded or chosen, or an extension understood."""
    if unknown := set(header) - _HEADER_MEMBERS:
        raise JoseError(f"the header names {sorted(unknown)[0][:40]!r}")
    if header.get("typ", "JWT") not in _ACCEPTED_TYPES:
        raise JoseError(f"the type {str(header.get('typ'))[:40]!r} is not a credential's")
    if header.get("iss", issuer) != issuer:
        raise JoseError("the header names another issuer")
    if not is_absolute_iri(header.get("kid")):
        raise JoseError("kid is not the absolute address of a key")


_ACCEPTED_TYPES = ("JWT", "vc+jwt", "vc-ld+jwt")


def _key_of_issuer(
    kid: str, issuer: str, resolve: Callable[[str], VerificationMethod], at: datetime
) -> VerificationMethod:
    try:
        _check_owner(kid, issuer)
        method = resolve(kid)
    except (DidError, KeyFormatError) as error:
        raise JoseError(f"the key is not usable: {error.message}") from error
    _check_controller(method, kid, issuer)
    if "assertionMethod" not in method.relationships:
        raise JoseError("the key is not listed for assertions")
    if any(end is not None and end <= at for end in (method.expires, method.revoked)):
        raise JoseError("the key has expired or is revoked")
    return method


def _check_owner(kid: str, issuer: str) -> None:
    if did_of(kid) != issuer:
        raise JoseError("the key belongs to somebody else than the issuer")


def _check_controller(method: VerificationMethod, kid: str, issuer: str) -> None:
    if method.id != kid or method.controller != issuer:
        raise JoseError("the key is controlled by somebody else than the issuer")


def _check_signature(token: _Token, public_key: PublicKey) -> None:
    try:
        if isinstance(public_key, Ed25519PublicKey):
            _check_algorithm(token.header, "EdDSA", "Ed25519")
            public_key.verify(token.signature, token.signing_input)
        else:
            _verify_ecdsa(token, public_key)
    except InvalidSignature as error:
        raise JoseError("the signature does not fit the token and the key") from error


def _check_algorithm(header: JsonObject, *expected: str) -> None:
    if header.get("alg") not in expected:
        raise JoseError(f"the key is used with {expected[0]}, the header says something else")


def _verify_ecdsa(token: _Token, public_key: EllipticCurvePublicKey) -> None:
    if public_key.curve.name not in _CURVES:
        raise JoseError(f"the curve {public_key.curve.name} is not supported")
    name, half, digest = _CURVES[public_key.curve.name]
    _check_algorithm(token.header, name)
    if len(token.signature) != 2 * half:
        raise JoseError("an ECDSA signature is r and s, each as long as the curve's order")
    r, s = int.from_bytes(token.signature[:half]), int.from_bytes(token.signature[half:])
    public_key.verify(encode_dss_signature(r, s), token.signing_input, ECDSA(digest))


_CLAIMS = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})


def _credential_of(token: _Token) -> JsonObject:
    """Return the credential: the payload's own members, or those of `vc` (data model 1.1)."""
    inside: Any = token.payload.get("vc", token.payload)
    if not isinstance(inside, dict):
        raise JoseError("the claim vc holds no credential")
    return {name: value for name, value in inside.items() if name not in _CLAIMS}


def _check_claims(token: _Token, document: JsonObject) -> None:
    """Demand that each registered claim says what the credential says.

    The Open Badges profile demands all of them, the VC-JOSE form none.
    """
    expected = _registered_claims(document)
    needed = token.header.get("typ") == "JWT" and "vc" not in token.payload
    for claim in _MIRRORED:
        if claim in token.payload:
            if not _same(token.payload[claim], expected.get(claim)):
                raise JoseError(f"the claim {claim} differs from the credential")
        elif needed and claim in expected:
            raise JoseError(f"the claim {claim} is missing")


_MIRRORED = ("iss", "sub", "jti", "nbf", "exp")


def _same(claim: object, member: object) -> bool:
    """Compare; NumericDate may hold a fraction of a second, which the credential's seconds drop."""
    if isinstance(claim, float) and isinstance(member, int):
        return int(claim) == member
    return claim == member and type(claim) is type(member)
