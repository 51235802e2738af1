"""Credentials as JSON Web Tokens: the Open Badges profile and the VC-JOSE form.

The algorithm follows from the key, never from the header: the header may only agree.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from credentials.data_model import issuer_id
from credentials.dids import VerificationMethod, did_of
from credentials.errors import (
    ClaimsDifferError,
    DataModelError,
    DidError,
    JoseError,
    KeyFormatError,
    MalformedError,
    OversizeError,
    TokenChangedError,
    TokenKeyEndedError,
    UnsupportedTokenError,
)
from credentials.multikey import PublicKey, decode_base64url, encode_base64url
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from credentials.timestamps import format_timestamp, parse_timestamp

Profile = Literal["open-badges", "vc-jose"]

MAX_TOKEN_CHARACTERS = 1_048_576
_TYPES: MappingProxyType[Profile, str] = MappingProxyType({"open-badges": "JWT", "vc-jose": "vc+jwt"})
_PARTS = 3
TOLERANCE_SECONDS = 300
"""How far a claim may lie from the member it repeats: issuers round, and their clocks differ."""
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
class Token:
    """A token taken apart, nothing of it believed yet.

    `document` is the credential in it; what only the registered claims say is entered there. `signature` is empty
    where nobody signed it (RFC 7519, 6.1).
    """

    text: str
    header: JsonObject
    payload: JsonObject
    document: JsonObject
    signature: bytes

    @property
    def signing_input(self) -> bytes:
        """The bytes that are signed (RFC 7515, 5.1)."""
        return self.text.rpartition(".")[0].encode("ascii")

    @property
    def is_vc_jose(self) -> bool:
        """Tell whether the payload is the credential itself: there `nbf` and `exp` are the signature's alone."""
        return _type_of(self.header) in _VC_JOSE_TYPES


@dataclass(frozen=True, slots=True)
class CheckedToken:
    """A token that holds: the credential, the key, and from when to when the signature counts."""

    document: JsonObject
    method: VerificationMethod
    starts: datetime | None
    ends: datetime | None


def verify_vc_jwt(token: str, resolve: Callable[[str], VerificationMethod], at: datetime) -> CheckedToken:
    """Verify a credential in the form of a JWT, of either profile.

    The plan: 1. three canonical base64url parts of strict JSON, one credential, within limits; 2. a
    header that asks for nothing to be understood beyond what is; 3. a key of the issuer, dereferenced
    and listed for assertions; 4. the signature, by the key's own algorithm; 5. claims that do not
    contradict the credential. When signature and credential begin and end is the caller's to judge.

    Args:
        token: compact JWS.
        resolve: dereferences a verification method (see `dids.method_in`); asked with the issuer's
            id alone where the header names no key, or one that is not listed.
        at: the moment of checking, at which the key must be good.

    Raises:
        MalformedError: not a compact JWS of strict JSON, or two credentials in one.
        JoseError: a header, key or signature that is not acceptable.
        ClaimsDifferError: the signature holds over claims that contradict each other.
        DataModelError: no issuer, or a time that is not one.

    Source: RFC 7515, RFC 8725; https://www.w3.org/TR/vc-jose-cose/
    """
    # 1, 2 form and header
    parsed = parse_token(token)
    if not parsed.signature:
        raise MalformedError("a signed token has three parts, the last of which is not empty")
    issuer = issuer_id(parsed.document)
    _check_header(parsed.header, issuer)
    # 3, 4 key and signature
    method = _key_of_issuer(key_address(parsed.header, issuer), issuer, resolve, at)
    _check_signature(parsed, method.public_key)
    # 5 claims
    _check_claims(parsed)
    return CheckedToken(parsed.document, method, _moment(parsed, "nbf"), _moment(parsed, "exp"))


def parse_token(text: str) -> Token:
    """Take a compact JWS apart, strictly, and find the one credential in it.

    Raises:
        MalformedError: not three parts of canonical base64url, not strict JSON inside, no credential or two.
        OversizeError: too long.
    """
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise OversizeError(f"larger than {MAX_TOKEN_CHARACTERS:,} characters")
    parts = text.split(".")
    if len(parts) != _PARTS or not all(parts[:-1]):
        raise MalformedError("a token has three parts")
    try:
        header, payload, signature = (decode_base64url(part) for part in parts)
    except ValueError as error:
        raise MalformedError(f"a part of the token is {error}") from error
    members, claims = parse_json_object(header), parse_json_object(payload)
    return Token(text, members, claims, _credential_in(members, claims), signature)


def _credential_in(header: JsonObject, claims: JsonObject) -> JsonObject:
    """Return the credential: the payload's own members, or those of `vc` (data model 1.1)."""
    inside: Any = claims.get("vc", claims)
    if not isinstance(inside, dict):
        raise MalformedError("the claim vc holds no credential")
    _check_only_one(header, claims)
    document = {name: value for name, value in inside.items() if name not in _CLAIMS}
    return _with_claims(document, claims, vc_jose=_type_of(header) in _VC_JOSE_TYPES)


def _check_only_one(header: JsonObject, claims: JsonObject) -> None:
    """Refuse a claim `vc` or `vp` beside a credential: readers would differ in which of the two they show.

    Source: https://www.w3.org/TR/vc-jose-cose/#securing-vcs-with-jose (neither stands in a vc+jwt)
    """
    whole = _type_of(header) in _VC_JOSE_TYPES or bool({"@context", "credentialSubject"} & set(claims))
    if whole and {"vc", "vp"} & set(claims):
        raise MalformedError("the token holds a credential and a claim vc or vp beside it: two in one")


_CLAIMS = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})


def _with_claims(document: JsonObject, claims: JsonObject, *, vc_jose: bool) -> JsonObject:
    """Enter what the token says in its claims alone (VCDM 1.1, 6.3.1: a verifier puts them back).

    `exp` is not entered: where no validUntil stands it ends the signature, not the credential.
    """
    missing = {name: claims[claim] for claim, name in (("iss", "issuer"), ("jti", "id")) if claim in claims}
    document = {name: value for name, value in missing.items() if is_absolute_iri(value)} | document
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    if isinstance(issuer, dict) and is_absolute_iri(claims.get("iss")):
        document["issuer"] = {"id": claims["iss"]} | issuer
    if isinstance(subject, dict) and is_absolute_iri(claims.get("sub")):
        document["credentialSubject"] = {"id": claims["sub"]} | subject
    begins = _number_as_time(claims.get("nbf"))
    if not vc_jose and begins is not None and not {*_MIRRORED_TIMES["nbf"]} & set(document):
        document[_MIRRORED_TIMES["nbf"]["vc" in claims]] = format_timestamp(begins)
    return document


def _type_of(header: JsonObject) -> str:
    """Return the declared type as RFC 7515 4.1.9 compares it: without case and without `application/`."""
    return str(header.get("typ", "JWT")).lower().removeprefix("application/")


def key_address(header: JsonObject, issuer: str) -> str:
    """Return the address of the key that a header names; the issuer's id where it names none.

    A key or an address to fetch inside the header (`jwk`, `jku`, `x5c`, `x5u`) is never looked at:
    the key is the issuer's own (RFC 8725, 3.10).
    """
    kid = header.get("kid", issuer)
    if isinstance(kid, str) and _FRAGMENT.fullmatch(kid):
        return f"{issuer}#{kid.removeprefix('#')}"
    return str(kid)


_FRAGMENT: Final = re.compile(r"#?[A-Za-z0-9_\-]+", re.ASCII)


def _check_header(header: JsonObject, issuer: str) -> None:
    """Refuse another kind of token, and whatever must be understood to read this one; the rest is ignored.

    Source: RFC 7515, 4: members that are not understood are ignored, unless `crit` names them.
    """
    if "crit" in header:
        raise UnsupportedTokenError(f"the header wants {str(header['crit'])[:60]} understood, which is not")
    if _type_of(header) not in _ACCEPTED_TYPES:
        raise UnsupportedTokenError(f"the type {str(header.get('typ'))[:40]!r} is not a credential's")
    if header.get("iss", issuer) != issuer:
        raise JoseError("the header names another issuer")
    if not is_absolute_iri(key_address(header, issuer)):
        raise JoseError("kid is not the address of a key")


_VC_JOSE_TYPES = ("vc+jwt", "vc-ld+jwt", "vc+ld+json+jwt")
_ACCEPTED_TYPES = ("jwt", *_VC_JOSE_TYPES)


def _key_of_issuer(
    address: str, issuer: str, resolve: Callable[[str], VerificationMethod], at: datetime
) -> VerificationMethod:
    try:
        _check_owner(address, issuer)
        address, method = _named_or_only(address, issuer, resolve)
    except (DidError, KeyFormatError) as error:
        raise JoseError(f"the key is not usable: {error.message}") from error
    _check_controller(method, address, issuer)
    if "assertionMethod" not in method.relationships:
        raise JoseError("the key is not listed for assertions")
    if any(end is not None and end <= at for end in (method.expires, method.revoked)):
        raise TokenKeyEndedError("the key has expired or is revoked")
    return method


def _named_or_only(
    address: str, issuer: str, resolve: Callable[[str], VerificationMethod]
) -> tuple[str, VerificationMethod]:
    """Return the key that is named, else the only one that the issuer has: a `kid` is a hint (RFC 7515, 4.1.4)."""
    try:
        return address, resolve(address)
    except DidError as error:
        try:
            return issuer, resolve(issuer)
        except DidError:
            raise error from None


def _check_owner(address: str, issuer: str) -> None:
    if address != issuer and did_of(address) != issuer:
        raise JoseError("the key belongs to somebody else than the issuer")


def _check_controller(method: VerificationMethod, address: str, issuer: str) -> None:
    if address not in (method.id, issuer) or method.controller != issuer:
        raise JoseError("the key is controlled by somebody else than the issuer")


def _check_signature(token: Token, public_key: PublicKey) -> None:
    """Verify by the key's own algorithm, then demand that the header says the same one.

    In this order a token that nobody signed is found changed, whatever algorithm it claims.
    """
    try:
        if isinstance(public_key, Ed25519PublicKey):
            public_key.verify(token.signature, token.signing_input)
            _check_algorithm(token.header, "EdDSA", "Ed25519")
        else:
            _verify_ecdsa(token, public_key)
    except InvalidSignature as error:
        raise TokenChangedError("the signature does not fit the token and the key") from error


def _check_algorithm(header: JsonObject, *expected: str) -> None:
    if header.get("alg") not in expected:
        raise UnsupportedTokenError(f"the key is used with {expected[0]}, the header says something else")


def _verify_ecdsa(token: Token, public_key: EllipticCurvePublicKey) -> None:
    if public_key.curve.name not in _CURVES:
        raise UnsupportedTokenError(f"the curve {public_key.curve.name} is not supported")
    name, half, digest = _CURVES[public_key.curve.name]
    if len(token.signature) != 2 * half:
        raise TokenChangedError("an ECDSA signature is r and s, each as long as the curve's order")
    r, s = int.from_bytes(token.signature[:half]), int.from_bytes(token.signature[half:])
    public_key.verify(encode_dss_signature(r, s), token.signing_input, ECDSA(digest))
    _check_algorithm(token.header, name)


def _check_claims(token: Token) -> None:
    """Demand that no registered claim contradicts the member it repeats; claims that are not understood are ignored.

    In a vc+jwt `nbf` and `exp` are the signature's own times and repeat nothing.
    """
    for claim, member in (("iss", issuer_id(token.document)), ("jti", token.document.get("id"))):
        _check_same(token, claim, member)
    _check_same(token, "sub", _subject_id(token.document))
    for claim, members in _MIRRORED_TIMES.items():
        told = _moment(token, claim)
        seconds = None if token.is_vc_jose else _seconds(token.document, *members)
        if told is not None and seconds is not None and abs(told.timestamp() - seconds) > TOLERANCE_SECONDS:
            raise ClaimsDifferError(f"the claim {claim} differs from the credential's {members[0]}")


_MIRRORED_TIMES = {"nbf": ("validFrom", "issuanceDate"), "exp": ("validUntil", "expirationDate")}


def _check_same(token: Token, claim: str, member: object) -> None:
    if claim in token.payload and member is not None and token.payload[claim] != member:
        raise ClaimsDifferError(f"the claim {claim} differs from the credential")


def _moment(token: Token, claim: str) -> datetime | None:
    """Return a NumericDate claim as a time; raises ClaimsDifferError where it is there and none."""
    if claim not in token.payload:
        return None
    moment = _number_as_time(token.payload[claim])
    if moment is None:
        raise ClaimsDifferError(f"the claim {claim} is no time")
    return moment


def _number_as_time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
