"""Signatures of one document: which keys they name, whether they hold. Pure; canonical forms are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from credentials.data_integrity import CheckedProof, check_proofs
from credentials.data_integrity.suites import SUITES
from credentials.dids import VerificationMethod, did_of, method_in
from credentials.errors import (
    CredentialError,
    DeactivatedError,
    DidError,
    KeyFormatError,
    ProofChangedError,
    ProofKeyEndedError,
    UnsupportedProofError,
)
from credentials.multikey import encode_multikey
from verification.checks import HeldProof, Identity, Problem, ProofReading
from verification.checks.reasons import DEPARTS, PROOF

DidDocuments = Mapping[str, dict[str, Any]]
Canonicalise = Callable[[dict[str, Any]], str]
ASSERTION = "assertionMethod"
FOLLOWED = ("did:key:", "did:web:")
"""The kinds of issuers whose keys we find."""


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


def proofs_in(document: dict[str, Any]) -> list[Any]:
    """Return what a document carries as proofs, one or many, as a list."""
    proof = document.get("proof", [])
    return proof if isinstance(proof, list) else [proof]


def has_known_proof(document: dict[str, Any]) -> bool:
    """Tell whether one of a document's proofs is of a kind that is checked here."""
    return any(_is_known(entry) for entry in proofs_in(document))


def _is_known(proof: Any) -> bool:
    return (
        isinstance(proof, dict)
        and proof.get("type") == "DataIntegrityProof"
        and _text(proof.get("cryptosuite")) in SUITES
    )


def methods_named(document: dict[str, Any]) -> list[str]:
    """Return the addresses of the keys that a document's proofs name; proofs of an unknown kind have no say."""
    return [_text(entry.get("verificationMethod")) for entry in proofs_in(document) if _is_known(entry)]


def signer_problem(issuer: str, methods: list[str]) -> tuple[Identity, str] | None:
    """Compare keys and issuer before anything is fetched: a key must be the issuer's own (trap 13 of tests/traps.toml).

    An issuer that is no DID of a kind that we follow says nothing about whose key it is. A second signature by
    somebody else, beside one of the issuer's own, is none of the issuer's business.
    """
    if not issuer.startswith(FOLLOWED):
        return Identity.UNSUPPORTED, f"the issuer's address is of a kind that is not followed: {issuer[:200]}"
    named = [owner for method in methods if (owner := _owner_of(method, issuer))]
    if issuer in named:
        return None
    if any(_bare_did(owner) == _bare_did(issuer) for owner in named):
        return (
            Identity.UNSUPPORTED,
            f"the issuer's address is not the DID of its key as it stands there: {issuer[:200]}",
        )
    if named:
        return Identity.ANOTHER_SIGNER, f"signed by {methods[0][:200]}, issued by {issuer[:200]}"
    return Identity.NO_METHOD, "/proof/verificationMethod: not the address of a key"


def _bare_did(text: str) -> str:
    """Return the DID that an address begins with, in one spelling: two that differ in more are two issuers for certain."""
    bare = _BEHIND_A_DID.split(text, maxsplit=1)[0]
    return unquote(bare).lower() if bare.startswith("did:web:") else bare


_BEHIND_A_DID = re.compile(r"[#?/;\s]")


def _owner_of(method: str, issuer: str) -> str:
    """Return whose key an address is; the issuer's id in its place stands for its only key, as a token without `kid` has it."""
    if method == issuer:
        return issuer
    try:
        return did_of(method)
    except DidError:
        return ""


def key_problem(did_document: dict[str, Any], methods: list[str]) -> tuple[Identity, str] | None:
    """Look the issuer's keys up where it publishes them; None when one of those named is listed for signing."""
    issuer = str(did_document.get("id"))
    own = [method for method in methods if _owner_of(method, issuer) == issuer]
    problems = [_unlisted(did_document, method) for method in own or methods]
    return None if None in problems else next(iter(problems), None)


def _unlisted(did_document: dict[str, Any], method: str) -> tuple[Identity, str] | None:
    try:
        method_in(did_document, method, ASSERTION)
    except KeyFormatError as error:
        return Identity.UNSUPPORTED, error.message
    except DeactivatedError as error:
        return Identity.WITHDRAWN, error.message
    except DidError as error:
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
    """Check the proofs of a document by keys from `documents`. `canonicalise` may raise errors of its own.

    One that does not fit is enough to say so. Beside one that holds, those of a kind that we do not know, by somebody
    else or written in no standard way change nothing, unless one builds on another. `expires` is left to the checks.
    """
    held: list[HeldProof] = []
    open_: list[Problem] = []
    proofs = proofs_in(document)
    for place in range(len(proofs)):
        try:
            (found,) = check_proofs(
                document,
                resolve=resolver(documents),
                at=at,
                controller=issuer,
                canonicalise=canonicalise,
                may_have_ended=True,
                only=place,
            )
        except ProofChangedError as error:
            return ProofReading(problem=Problem("changed", error.message))
        except CredentialError as error:
            open_.append(_open_problem(error))
        else:
            held.append(_held(found))
    builds = any(isinstance(entry, dict) and "previousProof" in entry for entry in proofs)
    if held and not (open_ and builds):
        return ProofReading(tuple(held))
    return ProofReading(unfinished=min(open_, key=lambda why: why.code == PROOF, default=None))


def _open_problem(error: CredentialError) -> Problem:
    """Say why a proof could not be checked: nothing was computed over the statements, so nothing is proven."""
    if isinstance(error, UnsupportedProofError):
        return Problem(PROOF, error.message)
    if isinstance(error, ProofKeyEndedError):
        return Problem(error.code, error.message)
    return Problem(DEPARTS, f"/proof: {error.message}")


def _held(proof: CheckedProof) -> HeldProof:
    key = encode_multikey(proof.method.public_key)
    return HeldProof(proof.method.id, proof.created, proof.cryptosuite, key, ends=proof.expires)
