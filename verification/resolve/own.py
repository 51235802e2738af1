"""Our own credential by its number: from the database, without a fetch.

The stored bytes are verified anew at every view, and everything that can change is read anew: the row, the
key, the status changes, the published list, the register. What is kept between views is kept by the digest of
the very bytes it was computed from, so it cannot outlive them.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.errors import CredentialError
from credentials.strict_json import parse_json_object
from issuing.models import Credential
from verification.access import Access
from verification.checks import (
    HeldProof,
    Identity,
    IssuerReading,
    KeyLife,
    Materials,
    OwnRecord,
    Problem,
    ProofReading,
    Reading,
)
from verification.checks.reasons import DEPARTS
from verification.holders import asked_holder
from verification.isolated import UnfinishedError, WorkBound
from verification.proofs import issuer_of, key_problem, methods_named, read_proofs, signer_problem
from verification.resolve.by_digest import kept_canonicaliser, kept_reading
from verification.resolve.keys import own_did_document
from verification.resolve.names import resemblance
from verification.resolve.shapes import shape_holds
from verification.resolve.status_lists import own_lists
from verification.selectors import (
    OwnRow,
    key_life,
    key_lives,
    own_row,
    status_events,
    successor_address,
    vouchers_for,
)

HIDDEN = Materials(reading=Reading(None), visible=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was gathered about one credential: the materials, the document to show, and our row where it is ours."""

    materials: Materials
    document: dict[str, Any] | None = None
    credential: Credential | None = None


# The plan of `gather_own`. It reads and writes nothing: a view that is killed anywhere is asked for again.
#
# 1. The row, by its number. What is private looks, byte for byte, like what was never there.
# 2. What was erased: only that it was, and when. No byte of it is left to look at.
# 3. Is the stored text what was signed? By its shape where that says so: the bytes are compared with what was fixed, and the
#    signature is verified. Otherwise the long way, like anybody's document, with the issuer's keys from our tables; a
#    text with another SHA-256 was changed, whatever is left of its form.
# 4. What may have changed since it was signed, never from the document itself: who vouches for the issuer, the published
#    lists, suspensions and revocations, a successor.
def gather_own(number: uuid.UUID, *, at: datetime, access: Access = Access.STRANGER, asked: str = "") -> Gathered:
    """Gather everything about a credential of ours.

    Args:
        number: the credential's number.
        at: the moment of checking.
        access: who looks.
        asked: what the visitor typed about the holder.
    """
    row = own_row(number)  # 1
    credential = row.credential if row else None
    if row is None or credential is None or not (access.opens(credential) or credential.erased_at):
        return Gathered(HIDDEN)
    if credential.erased_at is not None or credential.document is None:  # 2
        return Gathered(Materials(reading=Reading(None), erased_at=credential.erased_at or at))
    text = credential.document
    reading, proof, issuer = _prove_by_shape(credential, text) or _read_generally(credential, text, at)  # 3
    return Gathered(_with_state(row, reading, proof, issuer, at, asked), reading.document, credential)  # 4


Proven = tuple[Reading, ProofReading | None, IssuerReading | None]


def _prove_by_shape(credential: Credential, text: str) -> Proven | None:
    """Verify stored bytes the fast way; None where that says nothing."""
    if not shape_holds(credential, text):
        return None
    document = json.loads(text)
    key = credential.key.public_multibase
    method = f"{_did_of(credential)}#{key}"
    held = HeldProof(method, credential.proof_created, "eddsa-rdfc-2022", key)
    issuer = _own_issuer(credential, document, Identity.CONFIRMED, {method: key_life(credential.key)})
    return Reading(document), ProofReading((held,)), issuer


def _did_of(credential: Credential) -> str:
    issuer = credential.key.issuer
    return issuer.did if issuer is not None else ""


def _read_generally(credential: Credential, text: str, at: datetime) -> Proven:
    """Verify stored bytes like anybody's document, by the issuer's keys in our tables."""
    if hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest() != credential.sha256:
        return _changed(credential, text)
    bound = WorkBound()
    try:
        document = parse_json_object(text)
        problem = kept_reading(text, document, bound)
    except CredentialError as error:
        return Reading(None, problem=Problem(error.code, error.message)), None, None
    except UnfinishedError as error:
        return Reading(None, unfinished=error.problem), None, None
    if problem is not None:
        return (
            Reading(document, unfinished=Problem(DEPARTS, problem.detail)),
            None,
            _own_issuer(credential, document, Identity.CONFIRMED, {}),
        )
    return Reading(document), *_prove_generally(credential, document, at, bound)


def _changed(credential: Credential, text: str) -> Proven:
    """Say of stored bytes that are not the signed ones that they were changed, whatever is left of their form."""
    changed = Problem("changed", "the stored text has another SHA-256 than the one that was signed")
    proof = ProofReading(problem=changed)
    try:
        document = parse_json_object(text)
        problem = kept_reading(text, document, WorkBound())
    except (CredentialError, UnfinishedError):
        return Reading(None, unfinished=changed), proof, None
    issuer = _own_issuer(credential, document, Identity.CONFIRMED, {})
    return Reading(document, unfinished=changed if problem else None), proof, issuer


def _prove_generally(
    credential: Credential, document: dict[str, Any], at: datetime, bound: WorkBound
) -> tuple[ProofReading | None, IssuerReading]:
    did, _name = issuer_of(document)
    lives = key_lives(did)
    keys = own_did_document(did, lives)
    methods = methods_named(document)
    wrong = signer_problem(did, methods) or key_problem(keys, methods)
    if wrong is not None:
        return None, _own_issuer(credential, document, wrong[0], lives, wrong[1])
    issuer = _own_issuer(credential, document, Identity.CONFIRMED, lives)
    try:
        canonical = kept_canonicaliser(bound)
        return read_proofs(document, {did: keys}, issuer=did, at=at, canonicalise=canonical), issuer
    except UnfinishedError as error:
        return ProofReading(unfinished=error.problem), issuer


def _own_issuer(
    credential: Credential, document: dict[str, Any], identity: Identity, lives: dict[str, KeyLife], detail: str = ""
) -> IssuerReading:
    did, name = issuer_of(document)
    if identity is Identity.CONFIRMED and did != _did_of(credential):
        identity, detail = Identity.ANOTHER_SIGNER, f"our record says {_did_of(credential)}"
    return IssuerReading(did, name, identity, detail, ours=True, keys=lives)


def _with_state(
    row: OwnRow,
    reading: Reading,
    proof: ProofReading | None,
    issuer: IssuerReading | None,
    at: datetime,
    asked: str,
) -> Materials:
    """Add what may have changed since signing; nothing of it comes from the document."""
    credential = row.credential
    superseded = credential.successor_id is not None
    vouchers = vouchers_for(issuer.did, on=at.date()) if issuer is not None else ()
    return Materials(
        reading=reading,
        proof=proof,
        issuer=issuer,
        vouchers=vouchers,
        resemblance=resemblance(issuer, vouchers) if issuer is not None else None,
        lists=own_lists(row, reading.document or {}),
        own=OwnRecord(
            same_as_issued=True,
            signed_at=credential.signed_at,
            events=status_events(credential) if row.has_events else (),
            superseded=superseded,
            successor_url=successor_address(credential) if superseded else None,
        ),
        # Whom a replaced certificate named is nobody's to find out by guessing.
        asked=None if superseded or reading.document is None else asked_holder(reading.document, asked),
    )
