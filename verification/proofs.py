"""Signatures of one document: which keys they name, whether they hold. Pure; canonical forms are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from credentials.data_integrity import CheckedProof, check_proofs
from credentials.dids import VerificationMethod, did_of, method_in
from credentials.errors import CredentialError, DidError, KeyFormatError
from credentials.multikey import encode_multikey
from verification.checks import HeldProof, Identity, Problem, ProofReading

DidDocuments = Mapping[str, dict[str, Any]]
Canonicalise = Callable[[dict[str, Any]], str]
ASSERTION = "assertionMethod"


def issuer_of(document: dict[str, Any]) -> tuple[str, str]:
    """Return the issuer's id and name as the document claims them; empty where it has none."""
    issuer = document.get("issuer")
    if isinstance(issuer, str):
        return issuer, ""
    if not isinstance(issuer, dict):
        return "", ""
    return _text(issuer.get("id")), plain_text(issuer.get("name"))


def plain_text(value: Any) -> str:
    """Return a name or description of VCDM 2.0 §4.4 as text: a string, a language object or several of them."""
    if isinstance(value, list):
        return plain_text(value[0]) if value else ""
    return _text(value.get("@value")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def methods_named(document: dict[str, Any]) -> list[str]:
    """Return the addresses of the keys that a document's proofs name."""
    proof = document.get("proof", [])
    proofs = proof if isinstance(proof, list) else [proof]
    return [_text(entry.get("verificationMethod")) if isinstance(entry, dict) else "" for entry in proofs]


def signer_problem(issuer: str, methods: list[str]) -> tuple[Identity, str] | None:
    """Compare keys and issuer before anything is fetched: every key must be the issuer's own (trap 13).

    The issuer's id in place of a key's address stands for its only key, as a token without `kid` has it.
    """
    if not methods or not all(methods):
        return Identity.NO_METHOD, "a proof names no verification method"
    for method in methods:
        try:
            if method != issuer and did_of(method) != issuer:
                return Identity.ANOTHER_SIGNER, f"signed by {method[:200]}, issued by {issuer[:200]}"
        except DidError as error:
            return Identity.NO_METHOD, error.message
    return None


def key_problem(did_document: dict[str, Any], methods: list[str]) -> tuple[Identity, str] | None:
    """Look every named key up where the issuer publishes its keys; None when all are listed for signing."""
    for method in methods:
        try:
            method_in(did_document, method, ASSERTION)
        except (DidError, KeyFormatError) as error:
            return Identity.NOT_LISTED, error.message
    return None


def resolver(documents: DidDocuments) -> Callable[[str], VerificationMethod]:
    """Return a function that dereferences keys from documents already at hand, and fetches nothing."""

    def resolve(method_id: str) -> VerificationMethod:
        document = documents.get(method_id.partition("#")[0])
        if document is None:
            raise DidError("the key's document is not at hand")
        return method_in(document, method_id, ASSERTION)

    return resolve


def read_proofs(
    document: dict[str, Any],
    documents: DidDocuments,
    *,
    issuer: str,
    at: datetime,
    canonicalise: Canonicalise | None = None,
) -> ProofReading:
    """Check all proofs of a document by keys from `documents`. `canonicalise` may raise errors of its own."""
    try:
        held = check_proofs(
            document,
            resolve=resolver(documents),
            at=at,
            controller=issuer,
            canonicalise=canonicalise,
            may_have_ended=True,
        )
    except CredentialError as error:
        return ProofReading(problem=Problem(_code(error), error.message))
    return ProofReading(tuple(_held(proof) for proof in held))


def _code(error: CredentialError) -> str:
    return "changed" if error.code == "proof" and "does not fit the document" in error.message else error.code


def _held(proof: CheckedProof) -> HeldProof:
    key = encode_multikey(proof.method.public_key)
    return HeldProof(proof.method.id, proof.created, proof.cryptosuite, key, ends=proof.expires)
