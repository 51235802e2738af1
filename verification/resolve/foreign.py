"""A document that somebody handed in, whoever issued it.

The plan; each step needs the one before, and nothing named in the document is fetched before step 4:

1. it is a credential by its standard (in the reading process);
2. every key it names belongs to the issuer that it names;
3. the issuer's keys: ours from the tables, did:key from itself, did:web by one fetch;
4. the signature holds, so the document's own words may be followed: status lists are looked up;
5. where the issuer is one of ours, it is compared with what we issued.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from credentials.errors import CredentialError
from credentials.jose import Token
from registry.fetch import Budget
from verification.checks import Identity, IssuerReading, Materials, Problem, ProofReading, Reading
from verification.holders import asked_holder
from verification.isolated import UnfinishedError, WorkBound, prove_document, read_document
from verification.lookalikes import lookalike_problem
from verification.proofs import issuer_of, key_problem, methods_named, signer_problem
from verification.resolve.dids import KeysUnreachableError, UnusableDidError, find_keys
from verification.resolve.issued import own_record
from verification.resolve.own import Gathered
from verification.resolve.statuses import read_lists
from verification.resolve.tokens import methods_of_token, read_token
from verification.selectors import register_names, vouchers_for


@dataclass(slots=True)
class Inspection:
    """One document on its way through the plan: what it is, and what it may still cost."""

    document: dict[str, Any]
    token: Token | None
    at: datetime
    budget: Budget
    bound: WorkBound


def gather_foreign(
    document: dict[str, Any],
    *,
    at: datetime,
    token: Token | None = None,
    budget: Budget | None = None,
    asked: str = "",
) -> Gathered:
    """Gather everything about a parsed document; `token` is the JWT that it came in, if it did."""
    inspection = Inspection(document, token, at, budget or Budget(), WorkBound())
    materials = _inspected(inspection)
    return Gathered(replace(materials, asked=asked_holder(document, asked)), document)


def _inspected(inspection: Inspection) -> Materials:
    document = inspection.document
    wrapping = "jwt" if inspection.token else "json"
    # 1
    try:
        problem = read_document(document, inspection.bound)
    except UnfinishedError as error:
        return Materials(reading=Reading(document, unfinished=error.problem))
    except CredentialError as error:
        problem = Problem(error.code, error.message)
    if problem is not None:
        return Materials(reading=Reading(document, problem=problem))
    # 2, 3
    proof, issuer, documents = _prove(inspection)
    materials = Materials(reading=Reading(document, wrapping=wrapping), proof=proof, issuer=issuer)
    if not _holds(proof):
        return materials
    # 4, 5
    own = own_record(document, issuer, by_token=inspection.token is not None)
    vouchers = vouchers_for(issuer.did, on=inspection.at.date())
    return replace(
        materials,
        own=own.record if own else None,
        lists=own.lists
        if own
        else read_lists(document, documents, inspection.at, inspection.budget, inspection.bound),
        vouchers=vouchers,
        lookalike=None if vouchers else lookalike_problem(issuer.name, register_names()),
    )


def _holds(proof: ProofReading | None) -> bool:
    return proof is not None and bool(proof.proofs)


def _prove(inspection: Inspection) -> tuple[ProofReading | None, IssuerReading, dict[str, dict[str, Any]]]:
    """Find the keys and check the signatures: steps 2 and 3."""
    did, name = issuer_of(inspection.document)
    token = inspection.token
    methods = methods_of_token(token) if token else methods_named(inspection.document)
    if wrong := signer_problem(did, methods):
        return None, IssuerReading(did, name, *wrong), {}
    try:
        keys = find_keys(did, inspection.budget)
    except KeysUnreachableError as error:
        unreachable = Problem("key-unreachable", str(error))
        return ProofReading(unfinished=unreachable), IssuerReading(did, name, Identity.UNREACHABLE, str(error)), {}
    except UnusableDidError as error:
        return None, IssuerReading(did, name, Identity.NOT_LISTED, str(error)), {}
    issuer = IssuerReading(did, name, Identity.CONFIRMED, "", keys.ours, keys.lives)
    if wrong := key_problem(keys.document, methods):
        return None, replace(issuer, identity=wrong[0], detail=wrong[1]), {}
    documents = {did: keys.document}
    return _checked(inspection, documents, did), issuer, documents


def _checked(inspection: Inspection, documents: dict[str, dict[str, Any]], did: str) -> ProofReading:
    if inspection.token is not None:
        return read_token(inspection.token, documents, at=inspection.at)
    return prove_document(inspection.document, documents, issuer=did, at=inspection.at, bound=inspection.bound)
