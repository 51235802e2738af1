"""Cryptosuites: how a document and a proof configuration become the bytes that are signed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from credentials.canonical import canonical_nquads
from credentials.contexts import FrozenContexts
from credentials.errors import MalformedError, ProofChangedError, ProofError, UnsupportedProofError
from credentials.multikey import PublicKey
from credentials.strict_json import JsonObject

Canonicalise = Callable[[JsonObject], str]
"""Document → canonical n-quads; callers pass one that runs in a bounded subprocess."""

_HALF_BYTES = {SECP256R1.name: 32, SECP384R1.name: 48}


@dataclass(frozen=True, slots=True)
class Suite:
    """A cryptosuite: its name, the key family it takes, and whether it signs RDF or JSON."""

    name: str
    key_type: type[Ed25519PublicKey] | type[EllipticCurvePublicKey]
    signs_rdf: bool


SUITES = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            Suite("eddsa-rdfc-2022", Ed25519PublicKey, signs_rdf=True),
            Suite("eddsa-jcs-2022", Ed25519PublicKey, signs_rdf=False),
            Suite("ecdsa-rdfc-2019", EllipticCurvePublicKey, signs_rdf=True),
            Suite("ecdsa-jcs-2019", EllipticCurvePublicKey, signs_rdf=False),
        )
    }
)


def suite_named(name: object) -> Suite:
    """Return the suite; raises UnsupportedProofError when it is not one of ours."""
    if not isinstance(name, str) or name not in SUITES:
        raise UnsupportedProofError(f"the cryptosuite {str(name)[:60]!r} is not supported")
    return SUITES[name]


def uses_sha384(public_key: PublicKey) -> bool:
    """Tell whether proofs by this key hash with SHA-384: keys on P-384 do (vc-di-ecdsa 3.2)."""
    return isinstance(public_key, EllipticCurvePublicKey) and public_key.curve.name == SECP384R1.name


def canonicaliser(
    suite: Suite, public_key: PublicKey, contexts: FrozenContexts, override: Canonicalise | None
) -> Callable[[JsonObject], bytes]:
    """Return the function that makes canonical bytes for `suite` and the kind of `public_key`.

    Raises:
        UnsupportedProofError: RDF under SHA-384 with an `override`, which canonicalises by SHA-256.
    """
    if not suite.signs_rdf:
        return canonical_json
    sha384 = uses_sha384(public_key)
    if override is not None:
        if sha384:
            raise UnsupportedProofError(f"{suite.name} with P-384 is not supported here")
        return lambda document: override(document).encode("utf-8")
    return lambda document: canonical_nquads(document, contexts=contexts, sha384=sha384).encode()


def canonical_json(value: JsonObject) -> bytes:
    """Write JSON in its canonical form.

    Raises:
        MalformedError: a number or text that canonical JSON cannot hold.

    Source: RFC 8785
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise MalformedError(f"no canonical JSON form: {error}") from error


def signing_input(configuration: bytes, document: bytes, public_key: PublicKey) -> bytes:
    """Hash the canonical proof configuration and the canonical document, in this order.

    Source: https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-rdfc-2022
    """
    digest = hashlib.sha384 if uses_sha384(public_key) else hashlib.sha256
    return digest(configuration).digest() + digest(document).digest()


def check_key_fits(suite: Suite, public_key: PublicKey) -> None:
    """Demand a key of the suite's family: the key fixes the algorithm, the suite may only agree.

    Raises:
        ProofError: a key of another family.
    """
    if not isinstance(public_key, suite.key_type):
        raise ProofError(f"the key does not fit the cryptosuite {suite.name}")


def check_signature(public_key: PublicKey, signature: bytes, data: bytes) -> None:
    """Verify by the key's own algorithm.

    Raises:
        ProofChangedError: one that fails.
        ProofError: a signature of the wrong length.
    """
    try:
        if isinstance(public_key, Ed25519PublicKey):
            public_key.verify(signature, data)
        else:
            _verify_ecdsa(public_key, signature, data)
    except InvalidSignature as error:
        raise ProofChangedError("the signature does not fit the document and the key") from error


def _check_length(signature: bytes, half: int) -> None:
    if not half or len(signature) != 2 * half:
        raise ProofError("an ECDSA signature is r and s, each as long as the curve's order")


def _verify_ecdsa(public_key: EllipticCurvePublicKey, signature: bytes, data: bytes) -> None:
    half = _HALF_BYTES.get(public_key.curve.name, 0)
    _check_length(signature, half)
    r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    algorithm = ECDSA(SHA384() if uses_sha384(public_key) else SHA256())
    public_key.verify(encode_dss_signature(r, s), data, algorithm)
