"""Proof sets and chains: which proofs a document carries, and which of them another one covers."""

from credentials.errors import ProofError
from credentials.strict_json import JsonObject

MAX_PROOFS = 16


def proofs_of(document: JsonObject, *, allow_none: bool = False) -> list[JsonObject]:
    """Return the document's proofs, one or many, as a list.

    Raises:
        ProofError: none (unless allowed), not objects, too many, or two with the same id.
    """
    proof = document.get("proof", [])
    proofs = proof if isinstance(proof, list) else [proof]
    if not all(isinstance(item, dict) for item in proofs) or len(proofs) > MAX_PROOFS:
        raise ProofError(f"a proof is an object, and there are at most {MAX_PROOFS}")
    if not proofs and not allow_none:
        raise ProofError("the document has no proof")
    ids = [item["id"] for item in proofs if "id" in item]
    if any(not isinstance(name, str) for name in ids) or len(set(ids)) != len(ids):
        raise ProofError("the ids of proofs are texts and differ from each other")
    return list(proofs)


def previous_ids(proof: JsonObject) -> list[str]:
    """Return the ids a proof names as its previous proofs; raises ProofError unless texts."""
    previous = proof.get("previousProof", [])
    ids = previous if isinstance(previous, list) else [previous]
    if not all(isinstance(name, str) for name in ids):
        raise ProofError("previousProof holds ids")
    return ids


def with_previous_proofs(document: JsonObject, proof: JsonObject) -> JsonObject:
    """Return the document as `proof` covers it: with exactly the proofs it names, else with none.

    Raises:
        ProofError: it names a proof the document does not have.

    Source: https://www.w3.org/TR/vc-data-integrity/#verify-proof-sets-and-chains, steps 4.1-4.3
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    wanted = previous_ids(proof)
    if not wanted:
        return unsecured
    matching = [item for item in proofs_of(document, allow_none=True) if item.get("id") in wanted]
    _check_all_there(matching, wanted)
    return {**unsecured, "proof": matching}


def _check_all_there(matching: list[JsonObject], wanted: list[str]) -> None:
    if {item["id"] for item in matching} != set(wanted):
        raise ProofError("previousProof names a proof that is not there")


def check_acyclic(proofs: list[JsonObject]) -> None:
    """Refuse proofs that build on themselves, directly or through others; raises ProofError."""
    waiting = {item.get("id", position): previous_ids(item) for position, item in enumerate(proofs)}
    while waiting:
        ready = [name for name, needs in waiting.items() if not set(needs) & set(waiting)]
        if not ready:
            raise ProofError("a proof builds on itself")
        for name in ready:
            del waiting[name]
