"""Hostile documents: each one line of an attack."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.dids import did_key

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"attacker").digest())
DID = did_key(KEY.public_key())
METHOD = f"{DID}#{DID.removeprefix('did:key:')}"
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-01-01T00:00:00Z",
    "verificationMethod": METHOD,
    "proofPurpose": "assertionMethod",
    "proofValue": "z" + "3" * 87,
}


def credential(**changes: Any) -> dict[str, Any]:
    """Return an unsigned credential with a proof that looks right."""
    document = {
        "@context": [*CONTEXTS],
        "id": "https://attacker.example/c/1",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1",
            "type": ["AchievementSubject"],
            "achievement": {"id": "https://attacker.example/a/1", "type": ["Achievement"], "name": "Basket weaving"},
        },
        "proof": [PROOF],
    }
    return copy.deepcopy(document) | changes


def poison(width: int, depth: int) -> dict[str, Any]:
    """Return a small document whose blank nodes all look alike: a canonicaliser tries their permutations."""
    node: dict[str, Any] = {"branchOf": "https://attacker.example/leaf"}
    for _ in range(depth):
        node = {"branchOf": [node] * width}
    terms = {"branchOf": {"@id": "https://attacker.example/kid", "@type": "@id"}}
    return credential(**{"@context": [*CONTEXTS, terms], "credentialSubject": node})


def ring(size: int) -> dict[str, Any]:
    """Return a document whose blank nodes form a complete graph by their own names."""
    nodes = [{"id": f"_:b{n}", "branchOf": [f"_:b{m}" for m in range(size) if m != n]} for n in range(size)]
    terms = {"branchOf": {"@id": "https://attacker.example/kid", "@type": "@id"}}
    return credential(**{"@context": [*CONTEXTS, terms], "credentialSubject": nodes})
