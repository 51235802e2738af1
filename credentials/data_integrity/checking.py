"""Checking proofs.

The plan, for each proof of a document:


1. the members are of the right form, the suite is known, the purpose is the expected one;
2. it has not expired, and domain and challenge are the expected ones;
3. the JSON suites: the proof's context is how the document's begins;
4. the key is dereferenced by `resolve`, belongs to the expected controller, is listed for the
   purpose and is still good;
5. the signature holds over configuration and document, with exactly the proofs it builds on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.contexts import STANDARD, FrozenContexts
from credentials.data_integrity.chains import check_acyclic, proofs_of, with_previous_proofs
from credentials.data_integrity.suites import (
    Canonicalise,
    Suite,
    canonicaliser,
    check_key_fits,
    check_signature,
    signing_input,
    suite_named,
)
from credentials.dids import VerificationMethod, did_of
from credentials.errors import DidError, KeyFormatError, ProofError, ProofKeyEndedError, UnsupportedProofError
from credentials.multikey import decode_base58
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """A proof that holds: by which key, for what, made when, and until when it counts."""

    method: VerificationMethod
    cryptosuite: str
    purpose: str
    created: datetime | None
    id: str | None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the verifier expects of every proof, and how it reads documents and keys."""

    resolve: Callable[[str], VerificationMethod]
    at: datetime
    purpose: str
    controller: str | None
    domain: str | None
    challenge: str | None
    contexts: FrozenContexts
    canonicalise: Canonicalise | None
    may_have_ended: bool


def check_proofs(
    document: JsonObject,
    *,
    resolve: Callable[[str], VerificationMethod],
    at: datetime,
    purpose: str = "assertionMethod",
    controller: str | None = None,
    domain: str | None = None,
    challenge: str | None = None,
    contexts: FrozenContexts = STANDARD,
    canonicalise: Canonicalise | None = None,
    may_have_ended: bool = False,
    only: int | None = None,
) -> list[CheckedProof]:
    """Check every proof of a document: all must hold.

    Args:
        document: the parsed document with its `proof`, one or an array.
        resolve: dereferences a verification method (`dids.verification_method`); its own errors pass through.
        at: the moment of checking.
        purpose: the relationship every proof must claim and its key be listed under.
        controller: the issuer's or holder's id; a method outside it is refused before `resolve`.
        domain: what the verifier asked a holder to sign for; None where nothing was asked.
        challenge: likewise, the text it asked the holder to sign.
        contexts: the contexts the document may name.
        canonicalise: makes canonical n-quads by SHA-256; it must refuse what `canonical_nquads` refuses.
        may_have_ended: an `expires` that lies in the past is the caller's to judge, not a proof that does not hold.
        only: the place of the one proof to check, None for all.

    Raises:
        ProofError: no proof, or one that does not hold.
        UnsupportedProofError: a proof type or suite that is not implemented.
        TermError, UnknownContextError, MalformedError: the document cannot be canonicalised.

    Source: https://www.w3.org/TR/vc-data-integrity/#verify-proof-sets-and-chains
    """
    expected = Expectation(resolve, at, purpose, controller, domain, challenge, contexts, canonicalise, may_have_ended)
    proofs = proofs_of(document)
    check_acyclic(proofs)
    return [_check_proof(document, proof, expected) for proof in (proofs if only is None else [proofs[only]])]


def _check_proof(document: JsonObject, proof: JsonObject, expected: Expectation) -> CheckedProof:
    # 1 form, suite, purpose
    suite = _checked_form(proof, expected.purpose)
    # 2 times, domain, challenge
    created, expires = _checked_times(proof, expected)
    _check_audience(proof, expected)
    # 3 context
    context = _covered_context(document, proof, suite)
    # 4 key
    method = _dereferenced(proof["verificationMethod"], expected)
    # 5 signature
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    unsecured = with_previous_proofs(document, proof)
    if context is not None:
        configuration["@context"] = unsecured["@context"] = context
    _check_value(suite, method, proof["proofValue"], (configuration, unsecured), expected)
    return CheckedProof(method, suite.name, expected.purpose, created, proof.get("id"), expires)


def _checked_form(proof: JsonObject, purpose: str) -> Suite:
    if proof.get("type") != "DataIntegrityProof":
        raise UnsupportedProofError(f"the proof type {str(proof.get('type'))[:60]!r} is not supported")
    suite = suite_named(proof.get("cryptosuite"))
    _check_purpose(proof, purpose)
    if not is_absolute_iri(proof.get("verificationMethod")):
        raise ProofError("verificationMethod is not an absolute address")
    if "id" in proof and not is_absolute_iri(proof["id"]):
        raise ProofError("the proof's id is not an absolute address")
    _check_value_form(proof.get("proofValue"))
    return suite


def _check_purpose(proof: JsonObject, purpose: str) -> None:
    if proof.get("proofPurpose") != purpose:
        raise ProofError(f"the proof is not made for {purpose}")


def _check_value_form(value: object) -> None:
    if not isinstance(value, str) or not value.startswith("z"):
        raise ProofError("proofValue is not base58btc multibase")


def _checked_times(proof: JsonObject, expected: Expectation) -> tuple[datetime | None, datetime | None]:
    """Return `created` and `expires`; refuse bad times, and a proof that expired or expires before it began."""
    times: dict[str, datetime] = {}
    for member in ("created", "expires"):
        if member in proof:
            try:
                times[member] = parse_timestamp(proof[member])
            except ValueError as error:
                raise ProofError(f"the proof's {member} is {error}") from error
    created, expires = times.get("created"), times.get("expires")
    if expires is not None and expires <= expected.at and not expected.may_have_ended:
        raise ProofError("the proof has expired")
    if created is not None and expires is not None and expires < created:
        raise ProofError("the proof expires before it was created")
    return created, expires


def _check_audience(proof: JsonObject, expected: Expectation) -> None:
    domain = proof.get("domain", [])
    domains = domain if isinstance(domain, list) else [domain]
    if not all(isinstance(name, str) for name in domains):
        raise ProofError("domain is a text or several")
    if expected.domain is not None and expected.domain not in domains:
        raise ProofError("the proof is made for another domain", code="proof-domain")
    if not isinstance(proof.get("challenge", ""), str):
        raise ProofError("challenge is a text")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise ProofError("the proof answers another challenge", code="proof-challenge")


def _covered_context(document: JsonObject, proof: JsonObject, suite: Suite) -> Any:
    """Return the context both hashes are made with.

    The document's, or what of it a JSON proof covers (vc-di-eddsa 3.3.2, step 4).
    """
    context = document.get("@context")
    if suite.signs_rdf:
        _check_no_other_context(proof, context)
        return context
    _check_beginning(context, proof.get("@context"))
    return proof.get("@context")


def _check_no_other_context(proof: JsonObject, context: Any) -> None:
    if "@context" in proof and proof["@context"] != context:
        raise ProofError("the proof brings a context of its own")


def _check_beginning(context: Any, covered: Any) -> None:
    whole, start = _listed(context), _listed(covered)
    if covered != context and (not start or whole[: len(start)] != start):
        raise ProofError("the document's context does not begin with the proof's")


def _listed(context: Any) -> list[Any]:
    if context is None:
        return []
    return context if isinstance(context, list) else [context]


def _dereferenced(method_id: str, expected: Expectation) -> VerificationMethod:
    try:
        _check_owner(did_of(method_id), expected.controller)
        method = expected.resolve(method_id)
    except (DidError, KeyFormatError) as error:
        raise ProofError(f"the key is not usable: {error.message}", code="proof-key") from error
    _check_listing(method, method_id, expected.purpose)
    _check_controller(method.controller, expected.controller)
    _check_not_ended(method, expected.at)
    return method


def _check_owner(document_id: str, controller: str | None) -> None:
    if controller is not None and document_id != controller:
        raise ProofError("the key belongs to somebody else than the issuer or holder")


def _check_listing(method: VerificationMethod, method_id: str, purpose: str) -> None:
    if method.id != method_id or purpose not in method.relationships:
        raise ProofError(f"the key is not listed for {purpose}", code="proof-relationship")


def _check_controller(named: str, expected: str | None) -> None:
    if expected is not None and named != expected:
        raise ProofError("the key is controlled by somebody else than the issuer or holder")


def _check_not_ended(method: VerificationMethod, at: datetime) -> None:
    if any(end is not None and end <= at for end in (method.expires, method.revoked)):
        raise ProofKeyEndedError("the key has expired or is revoked")


def _check_value(
    suite: Suite,
    method: VerificationMethod,
    value: str,
    covered: tuple[JsonObject, JsonObject],
    expected: Expectation,
) -> None:
    check_key_fits(suite, method.public_key)
    try:
        signature = decode_base58(value[1:])
    except KeyFormatError as error:
        raise ProofError(f"proofValue: {error.message}") from error
    canonical = canonicaliser(suite, method.public_key, expected.contexts, expected.canonicalise)
    configuration, document = (canonical(part) for part in covered)
    data = signing_input(configuration, document, method.public_key)
    check_signature(method.public_key, signature, data)
