"""Every place of a document, changed in every way: an endless supply of forgeries of one good credential."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from credentials.data_integrity import ProofOptions, add_proof
from tests.attacks.documents import DID, KEY, METHOD

Path = tuple[str | int, ...]
Mutation = tuple[str, Any]
NOW = datetime.now(UTC).replace(microsecond=0)
OTHER_TYPE = "https://attacker.example/Type"


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of a document with its path, the document itself first."""
    yield path, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from places(member, (*path, name))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def changed(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return a copy with another value at `path`."""
    made = copy.deepcopy(document)
    at(made, path[:-1])[path[-1]] = value
    return made


def without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a copy without what stands at `path`."""
    made = copy.deepcopy(document)
    del at(made, path[:-1])[path[-1]]
    return made


def with_member(document: dict[str, Any], path: Path, name: str, value: Any) -> dict[str, Any]:
    """Return a copy whose object at `path` has one more member, or another value of it."""
    made = copy.deepcopy(document)
    at(made, path)[name] = value
    return made


def mutations_of(document: dict[str, Any]) -> Iterator[Mutation]:
    """Yield (what was done, forged document) for every place and every trick."""
    for path, value in places(document):
        where = "/".join(map(str, path))
        if isinstance(value, dict):
            yield from _of_node(document, path, where, value)
        if path and not isinstance(value, dict | list):
            yield from _of_leaf(document, path, where, value)
        if path:
            yield f"{where} deleted", without(document, path)
            yield f"{where} null", changed(document, path, None)
    yield from context_tricks(document)
    yield from proof_tricks(document)


def _of_leaf(document: dict[str, Any], path: Path, where: str, value: Any) -> Iterator[Mutation]:
    yield f"{where} changed", changed(document, path, _other(value))
    yield f"{where} retyped", changed(document, path, {"value": value} if isinstance(value, str) else str(value))


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    text = str(value)
    middle = len(text) // 2
    return text[:middle] + ("x" if text[middle : middle + 1] != "x" else "y") + text[middle + 1 :]


def _of_node(document: dict[str, Any], path: Path, where: str, node: dict[str, Any]) -> Iterator[Mutation]:
    yield f"{where} unknown term", with_member(document, path, "undefinedTerm", "x")
    yield f"{where} absolute term", with_member(document, path, "https://attacker.example/term", "x")
    yield f"{where} keyword", with_member(document, path, "@type", OTHER_TYPE)
    types = node.get("type", [])
    listed = types if isinstance(types, list) else [types]
    yield f"{where} foreign type", with_member(document, path, "type", [*listed, OTHER_TYPE])
    yield f"{where} empty array", with_member(document, path, "evidence", [])
    yield f"{where} context of its own", with_member(document, path, "@context", {"x": "https://attacker.example/x"})


def context_tricks(document: dict[str, Any]) -> Iterator[Mutation]:
    """Yield documents whose words mean something else."""
    contexts = document["@context"]
    inline = {
        "vocab": {"@vocab": "https://attacker.example/"},
        "base": {"@base": "https://attacker.example/"},
        "redefinition": {"validUntil": "https://attacker.example/x"},
        "nulled": {"credentialStatus": None},
        "alias": {"hidden": "https://www.w3.org/2018/credentials#validUntil"},
        "nest": {"hidden": {"@id": "https://attacker.example/x", "@container": "@graph"}},
        "import": {"@import": "https://attacker.example/c"},
        "propagate": {"@propagate": False},
        "harmless term": {"harmless": "https://attacker.example/x"},
    }
    for name, context in inline.items():
        yield f"context {name}", document | {"@context": [*contexts, context]}
        yield f"context {name} first", document | {"@context": [context, *contexts]}
    yield "context unknown", document | {"@context": [*contexts, "https://attacker.example/context"]}
    yield "context one", document | {"@context": contexts[0]}
    yield "context reversed", document | {"@context": contexts[::-1]}
    yield "context doubled", document | {"@context": [*contexts, contexts[-1]]}
    yield "context old", document | {"@context": ["https://www.w3.org/2018/credentials/v1", *contexts[1:]]}
    yield "context file", document | {"@context": [*contexts, "file:///etc/passwd"]}


def proof_tricks(document: dict[str, Any]) -> Iterator[Mutation]:
    """Yield documents whose proofs are taken off, swapped, added to or lied about."""
    proof = document["proof"][0]
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    mine = add_proof(unsigned, KEY, ProofOptions(METHOD, NOW))
    yield "proof by attacker", mine
    yield "proof and one by attacker", document | {"proof": [proof, *mine["proof"]]}
    yield "issuer and proof by attacker", _reissued(unsigned)
    yield "proof empty", document | {"proof": []}
    yield "proof text", document | {"proof": "z3"}
    yield "proof twice, one broken", document | {"proof": [proof, proof | {"proofValue": "z" + "2" * 88}]}
    yield "proofs many", document | {"proof": [proof] * 40}
    for name, value in _LIES.items():
        yield f"proof {name}", document | {"proof": [proof | value]}
    yield "proof value respelled", document | {"proof": [proof | {"proofValue": "z1" + proof["proofValue"][1:]}]}
    yield (
        "proof key in fragment",
        document | {"proof": [mine["proof"][0] | {"verificationMethod": _own_fragment(document)}]},
    )


_LIES: dict[str, dict[str, Any]] = {
    "purpose": {"proofPurpose": "authentication"},
    "suite jcs": {"cryptosuite": "eddsa-jcs-2022"},
    "suite unknown": {"cryptosuite": "none"},
    "type": {"type": "Ed25519Signature2020"},
    "created": {"created": "2020-01-01T00:00:00Z"},
    "created without zone": {"created": "2026-01-01T00:00:00"},
    "expired": {"expires": "2020-01-01T00:00:00Z"},
    "expires later": {"expires": "2099-01-01T00:00:00Z"},
    "previous unknown": {"previousProof": "urn:uuid:5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1"},
    "domain": {"domain": "attacker.example"},
    "challenge": {"challenge": "x"},
    "nonce": {"nonce": "x"},
    "method attacker": {"verificationMethod": METHOD},
    "method address": {"verificationMethod": "https://attacker.example/key"},
    "method none": {"verificationMethod": ""},
    "method object": {"verificationMethod": {"id": METHOD}},
    "value": {"proofValue": "z" + "2" * 88},
    "value u": {"proofValue": "uAAAA"},
    "value empty": {"proofValue": ""},
    "value long": {"proofValue": "z" + "2" * 10_000},
    "context": {"@context": "https://attacker.example/c"},
}


def _own_fragment(document: dict[str, Any]) -> str:
    """Return the issuer's DID with the attacker's key as fragment."""
    return f"{document['issuer']['id']}#{DID.removeprefix('did:key:')}"


def _reissued(unsigned: dict[str, Any]) -> dict[str, Any]:
    document = copy.deepcopy(unsigned)
    document["issuer"]["id"] = DID
    return add_proof(document, KEY, ProofOptions(METHOD, NOW))


def reordered(value: Any) -> Any:
    """Return the same document with its members in another order."""
    if isinstance(value, dict):
        return {name: reordered(member) for name, member in sorted(value.items(), reverse=True)}
    return [reordered(member) for member in value] if isinstance(value, list) else value


def says_the_same(forged: Any, document: dict[str, Any]) -> bool:
    """Tell whether a mutation changed nothing at all."""
    return json.dumps(forged, sort_keys=True) == json.dumps(document, sort_keys=True)
