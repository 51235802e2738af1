"""Credentials that come as JSON Web Tokens: the key named, the signature."""

from __future__ import annotations

from datetime import datetime

from credentials.errors import (
    ClaimsDifferError,
    CredentialError,
    TokenChangedError,
    TokenKeyEndedError,
    UnsupportedTokenError,
)
from credentials.jose import Token, key_address, verify_vc_jwt
from credentials.multikey import encode_multikey
from verification.checks import HeldProof, Problem, ProofReading
from verification.checks.reasons import DEPARTS, PROOF
from verification.proofs import DidDocuments, issuer_of, resolver


def methods_of_token(token: Token) -> list[str]:
    """Return the key that the header names, the issuer's id where it names none and the only key is meant."""
    return [key_address(token.header, issuer_of(token.document)[0])]


def read_token(token: Token, documents: DidDocuments, *, at: datetime) -> ProofReading:
    """Check a token's signature by keys from `documents`; only one that does not fit is a proof that something is wrong."""
    try:
        checked = verify_vc_jwt(token.text, resolver(documents), at)
    except TokenChangedError as error:
        return ProofReading(problem=Problem("changed", error.message))
    except (UnsupportedTokenError, ClaimsDifferError) as error:
        code = PROOF if isinstance(error, UnsupportedTokenError) else error.code
        return ProofReading(unfinished=Problem(code, error.message))
    except CredentialError as error:
        code = error.code if isinstance(error, TokenKeyEndedError) else DEPARTS
        return ProofReading(unfinished=Problem(code, error.message))
    suite, key = f"JWT {token.header.get('alg')}", encode_multikey(checked.method.public_key)
    return ProofReading((HeldProof(checked.method.id, None, suite, key, checked.starts, checked.ends),))
