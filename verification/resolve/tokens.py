"""Credentials that come as JSON Web Tokens: the credential inside, the key named, the signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.errors import CredentialError, JoseError, MalformedError
from credentials.jose import verify_vc_jwt
from credentials.multikey import decode_base64url, encode_multikey
from credentials.strict_json import parse_json_object
from verification.checks import HeldProof, Problem, ProofReading
from verification.proofs import DidDocuments, resolver

PARTS = 3
_CLAIMS = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart, nothing of it believed yet."""

    text: str
    header: dict[str, Any]
    document: dict[str, Any]


def parse_token(text: str) -> Token:
    """Take a compact JWS apart, strictly.

    Raises:
        MalformedError: not three parts of canonical base64url, or not strict JSON inside.
    """
    parts = text.split(".")
    if len(parts) != PARTS or not all(parts):
        raise MalformedError("a signed token has three parts")
    try:
        decoded = [decode_base64url(part) for part in parts]
    except ValueError as error:
        raise MalformedError(f"a part of the token is {error}") from error
    header, payload = (parse_json_object(part) for part in decoded[:2])
    inside = payload.get("vc", payload)
    if not isinstance(inside, dict):
        raise MalformedError("the claim vc holds no credential")
    return Token(text, header, {name: value for name, value in inside.items() if name not in _CLAIMS})


def methods_of_token(token: Token) -> list[str]:
    """Return the key that the header names: a key inside the token, or an address to fetch, is never used."""
    kid = token.header.get("kid")
    return [kid] if isinstance(kid, str) else []


def read_token(token: Token, documents: DidDocuments, *, at: datetime) -> ProofReading:
    """Check a token's signature by keys from `documents`."""
    resolve = resolver(documents)
    try:
        verify_vc_jwt(token.text, resolve, at)
        method = resolve(methods_of_token(token)[0])
    except JoseError as error:
        return ProofReading(
            problem=Problem("changed" if "does not fit the token" in error.message else error.code, error.message)
        )
    except CredentialError as error:
        return ProofReading(problem=Problem(error.code, error.message))
    suite = str(token.header.get("alg"))
    return ProofReading((HeldProof(method.id, None, f"JWT {suite}", encode_multikey(method.public_key)),))
