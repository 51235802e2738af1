"""A document that somebody handed in, whoever issued it.

The plan; each step needs the one before, and nothing named in the document is fetched before step 4:

0. it is of a kind that we read, and carries a signature where its kind does;
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

from credentials.errors import CredentialError, MalformedError, UnknownContextError
from credentials.jose import Token
from registry.fetch import Budget
from verification.checks import (
    DocumentKind,
    Identity,
    IssuerReading,
    Materials,
    Problem,
    ProofReading,
    Reading,
)
from verification.checks.reasons import DEPARTS, KIND, PROOF
from verification.holders import asked_holder
from verification.isolated import UnfinishedError, WorkBound, prove_document, read_document
from verification.kinds import READ, is_unsigned, kind_of, standard_of
from verification.proofs import has_known_proof, issuer_of, key_problem, methods_named, signer_problem
from verification.quoting import plain
from verification.resolve.dids import KeysUnreachableError, NoSuchIssuerError, UnusableDidError, find_keys
from verification.resolve.issued import own_record
from verification.resolve.names import resemblance
from verification.resolve.own import Gathered
from verification.resolve.statuses import passed_over, read_lists
from verification.resolve.tokens import methods_of_token, read_token
from verification.selectors import is_own_issuer, vouchers_for

LONGEST_NAME = 200


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
    # 0
    reading = _told_apart(inspection)
    if reading.unfinished is not None or not reading.signed:
        return Materials(reading=reading)
    # 1
    reading = _read(inspection, reading)
    if reading.problem is not None or reading.unfinished is not None:
        return _departing(reading, inspection.document)
    # 2, 3
    proof, issuer, documents = _prove(inspection)
    materials = Materials(reading=reading, proof=proof, issuer=issuer)
    return _followed(inspection, materials, issuer, documents) if _holds(proof) else materials


def _followed(
    inspection: Inspection, materials: Materials, issuer: IssuerReading, documents: dict[str, dict[str, Any]]
) -> Materials:
    """Look up what a proven document names: steps 4 and 5."""
    document = inspection.document
    own = own_record(document, issuer, at=inspection.at, by_token=inspection.token is not None)
    if own is not None and own.erased_at is not None:
        return replace(materials, erased_at=own.erased_at)
    vouchers = vouchers_for(issuer.did, on=inspection.at.date())
    return replace(
        materials,
        own=own.record if own else None,
        lists=own.lists
        if own and own.lists is not None
        else read_lists(document, documents, inspection.at, inspection.budget, inspection.bound),
        passed_over=passed_over(document),
        vouchers=vouchers,
        resemblance=resemblance(issuer, vouchers),
    )


def _told_apart(inspection: Inspection) -> Reading:
    """Say what the document is; of a kind that we do not read nothing more is known, but whether it is signed at all."""
    document = inspection.document
    kind = kind_of(document)
    token = inspection.token
    wrapping = "jwt" if token else "json"
    signed = bool(token.signature) if token else not is_unsigned(document, kind)
    reading = Reading(document, wrapping=wrapping, kind=kind, standard=standard_of(document), signed=signed)
    return (
        reading if kind in READ else replace(reading, unfinished=Problem(KIND, f"the kind of the document is {kind}"))
    )


def _read(inspection: Inspection, reading: Reading) -> Reading:
    """Judge a document by its standard, in the reading process."""
    try:
        problem = read_document(inspection.document, inspection.bound, of_token=inspection.token is not None)
    except UnfinishedError as error:
        return replace(reading, unfinished=error.problem)
    except CredentialError as error:
        problem = Problem(error.code, error.message)
    if problem is None:
        return reading
    if problem.code == MalformedError.code:
        return replace(reading, problem=problem)
    if problem.code == UnknownContextError.code:
        return replace(reading, kind=DocumentKind.VOCABULARY, unfinished=problem)
    return replace(reading, unfinished=Problem(DEPARTS, problem.detail))


def _departing(reading: Reading, document: dict[str, Any]) -> Materials:
    """What departs from its standard is unknown, unless it names an issuer of ours: none of ours issues such a thing."""
    did, name = issuer_of(document)
    issuer = IssuerReading(did, plain(name, LONGEST_NAME), Identity.UNTRIED)
    departs = reading.unfinished is not None and reading.unfinished.code in (DEPARTS, UnknownContextError.code)
    if departs and is_own_issuer(did):
        return Materials(reading=reading, proof=ProofReading(problem=Problem("not-as-issued")), issuer=issuer)
    return Materials(reading=reading, issuer=issuer)


def _holds(proof: ProofReading | None) -> bool:
    return proof is not None and bool(proof.proofs)


def _prove(inspection: Inspection) -> tuple[ProofReading | None, IssuerReading, dict[str, dict[str, Any]]]:
    """Find the keys and check the signatures: steps 2 and 3."""
    did, name = issuer_of(inspection.document)
    untried = IssuerReading(did, plain(name, LONGEST_NAME), Identity.UNTRIED)
    token = inspection.token
    if token is None and not has_known_proof(inspection.document):
        return ProofReading(unfinished=Problem(PROOF, "no proof of a kind that is checked here")), untried, {}
    methods = methods_of_token(token) if token else methods_named(inspection.document)
    if wrong := signer_problem(did, methods):
        return None, replace(untried, identity=wrong[0], detail=wrong[1]), {}
    try:
        keys = find_keys(did, inspection.budget)
    except KeysUnreachableError as error:
        unreachable = Problem("key-unreachable", str(error))
        issuer = replace(untried, identity=Identity.UNREACHABLE, detail=str(error))
        return ProofReading(unfinished=unreachable), issuer, {}
    except (UnusableDidError, NoSuchIssuerError) as error:
        none_here = isinstance(error, NoSuchIssuerError)
        identity = Identity.NOT_LISTED if none_here else Identity.UNSUPPORTED
        return None, replace(untried, identity=identity, detail=str(error), ours=none_here), {}
    issuer = replace(untried, identity=Identity.CONFIRMED, ours=keys.ours, platform=keys.platform, keys=keys.lives)
    documents = {did: keys.document}
    wrong = key_problem(keys.document, methods)
    if wrong is None:
        return _checked(inspection, documents, did), issuer, documents
    if token and wrong[0] is Identity.NOT_LISTED and not keys.ours:
        proof = _checked(inspection, documents, did)
        if _is_settled(proof, did):
            return proof, issuer, documents
    return None, replace(issuer, identity=wrong[0], detail=wrong[1]), {}


def _is_settled(proof: ProofReading, did: str) -> bool:
    """Tell whether an issuer's only key, tried in place of an unlisted one, says anything: that it holds does.

    That it does not fit says so of a did:key alone, which has no other; an address may have had one before.
    """
    return _holds(proof) or (proof.problem is not None and did.startswith("did:key:"))


def _checked(inspection: Inspection, documents: dict[str, dict[str, Any]], did: str) -> ProofReading:
    if inspection.token is not None:
        return read_token(inspection.token, documents, at=inspection.at)
    return prove_document(inspection.document, documents, issuer=did, at=inspection.at, bound=inspection.bound)
