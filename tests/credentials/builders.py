"""Documents and keys for the tests of the trust core."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.contexts import CREDENTIALS_V2, EXAMPLES_V2, EXAMPLES_V2_DOCUMENT, STANDARD
from credentials.data_integrity import ProofOptions
from credentials.dids import VerificationMethod, did_key, did_key_document, method_in

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EXAMPLES = STANDARD.with_extra({EXAMPLES_V2: EXAMPLES_V2_DOCUMENT})


def signing_key(name: str = "issuer") -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def did_of_key(name: str = "issuer") -> str:
    return did_key(signing_key(name).public_key())


def method_of_key(name: str = "issuer") -> str:
    did = did_of_key(name)
    return f"{did}#{did.removeprefix('did:key:')}"


def resolve_did_key(method_id: str, relationship: str = "assertionMethod") -> VerificationMethod:
    return method_in(did_key_document(method_id.partition("#")[0]), method_id, relationship)


def credential(**members: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "id": "https://issuer.example/c/1",
        "type": ["VerifiableCredential"],
        "issuer": did_of_key(),
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1"},
    }
    return {name: value for name, value in {**document, **members}.items() if value is not None}


def proof_options(name: str = "issuer", **members: Any) -> ProofOptions:
    return ProofOptions(**{"verification_method": method_of_key(name), "created": NOW, **members})
