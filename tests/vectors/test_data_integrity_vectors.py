"""W3C vectors of the EdDSA and ECDSA cryptosuites: verified, and signed again byte for byte."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.canonical import canonical_nquads
from credentials.data_integrity import ProofOptions, add_proof, check_proofs
from credentials.errors import ProofError
from credentials.multikey import decode_base58, decode_multikey, encode_base58
from credentials.timestamps import parse_timestamp
from tests.credentials.builders import NOW, resolve_did_key
from tests.vectors.vectors import ECDSA, EDDSA, EXAMPLES, Missing, read_vector

SINGLE = [
    EDDSA / "eddsa-rdfc-2022" / "signedDataInt.json",
    EDDSA / "eddsa-jcs-2022" / "signedJCS.json",
    EDDSA / "proof-set-chain" / "signedProofSet1.json",
    EDDSA / "proof-set-chain" / "signedProofSet2.json",
    EDDSA / "proof-set-chain" / "signedProofChain1.json",
    EDDSA / "proof-set-chain" / "signedProofChain2.json",
    ECDSA / "ecdsa-rdfc-2019-p256" / "signedECDSAP256.json",
    ECDSA / "ecdsa-rdfc-2019-p384" / "signedECDSAP384.json",
    ECDSA / "ecdsa-jcs-2019-p256" / "signedJCSECDSAP256.json",
    ECDSA / "ecdsa-jcs-2019-p384" / "signedJCSECDSAP384.json",
]
# The citizenship context is in no package: the suite's own canonical files stand for its expansion.
EMPLOY = [
    (EDDSA / "eddsa-rdfc-2022" / "employ", "signedDataInt.json", "canonDocDataInt.txt", "proofCanonDataInt.txt"),
    (
        ECDSA / "ecdsa-rdfc-2019-p256" / "employ",
        "signedECDSAP256.json",
        "canonDocECDSAP256.txt",
        "proofCanonECDSAP256.txt",
    ),
]
CANONICAL = [
    (EDDSA / "unsigned.json", EDDSA / "eddsa-rdfc-2022" / "canonDocDataInt.txt", False),
    (
        EDDSA / "eddsa-rdfc-2022" / "proofConfigDataInt.json",
        EDDSA / "eddsa-rdfc-2022" / "proofCanonDataInt.txt",
        False,
    ),
    (ECDSA / "unsigned.json", ECDSA / "ecdsa-rdfc-2019-p384" / "canonDocECDSAP384.txt", True),
    (
        ECDSA / "ecdsa-rdfc-2019-p384" / "proofConfigECDSAP384.json",
        ECDSA / "ecdsa-rdfc-2019-p384" / "proofCanonECDSAP384.txt",
        True,
    ),
]


def private_keys(missing: Missing) -> dict[str, Ed25519PrivateKey]:
    """Return the suite's keys by the verification method that names them."""
    pairs = [read_vector(EDDSA / "keyPair.json", missing)]
    pairs += read_vector(EDDSA / "proof-set-chain" / "multiKeyPairs.json", missing).values()
    keys = {}
    for pair in pairs:
        # 8026: the prefix of an Ed25519 private key
        raw = decode_base58(pair["privateKeyMultibase"][1:]).removeprefix(bytes.fromhex("8026"))
        public = pair["publicKeyMultibase"]
        keys[f"did:key:{public}#{public}"] = Ed25519PrivateKey.from_private_bytes(raw)
    return keys


def options_of(proof: dict[str, Any]) -> ProofOptions:
    previous = proof.get("previousProof")
    return ProofOptions(
        verification_method=proof["verificationMethod"],
        created=parse_timestamp(proof["created"]),
        cryptosuite=proof["cryptosuite"],
        purpose=proof["proofPurpose"],
        previous_proof=tuple(previous) if isinstance(previous, list) else previous,
        id=proof.get("id"),
    )


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.stem)
def test_signed_vector_verifies_and_a_changed_one_does_not(path: Path, missing: Missing) -> None:
    document = read_vector(path, missing)
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]

    assert len(check_proofs(document, resolve=resolve_did_key, at=NOW, contexts=EXAMPLES)) == len(proofs)
    with pytest.raises(ProofError):
        check_proofs({**document, "name": "changed"}, resolve=resolve_did_key, at=NOW, contexts=EXAMPLES)


@pytest.mark.parametrize("path", [path for path in SINGLE if "eddsa" in str(path)], ids=lambda path: path.stem)
def test_signing_again_gives_the_same_proofs(path: Path, missing: Missing) -> None:
    document = read_vector(path, missing)
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    keys = private_keys(missing)

    again = {name: value for name, value in document.items() if name != "proof"}
    for proof in proofs:
        # a proof in a file may build on proofs before it only
        again = add_proof(again, keys[proof["verificationMethod"]], options_of(proof), EXAMPLES)

    assert again["proof"] == proofs


@pytest.mark.parametrize(("folder", "signed", "document_file", "proof_file"), EMPLOY, ids=["eddsa", "ecdsa-p256"])
def test_vector_with_an_unknown_context_verifies_from_its_canonical_files(
    folder: Path, signed: str, document_file: str, proof_file: str, missing: Missing
) -> None:
    document = read_vector(folder / signed, missing)
    texts = {True: read_vector(folder / proof_file, missing), False: read_vector(folder / document_file, missing)}

    def canonicalise(part: dict[str, Any]) -> str:
        return texts[part["type"] == "DataIntegrityProof"]

    assert check_proofs(document, resolve=resolve_did_key, at=NOW, canonicalise=canonicalise)
    texts[False] = texts[False].replace("JOHN", "JACK")
    with pytest.raises(ProofError):
        check_proofs(document, resolve=resolve_did_key, at=NOW, canonicalise=canonicalise)


def test_employ_vector_signed_again_gives_the_same_value(missing: Missing) -> None:
    folder = EDDSA / "eddsa-rdfc-2022" / "employ"
    proof = read_vector(folder / "signedDataInt.json", missing)["proof"]
    parts = [read_vector(folder / name, missing) for name in ("proofCanonDataInt.txt", "canonDocDataInt.txt")]
    data = b"".join(hashlib.sha256(part.encode()).digest() for part in parts)

    assert "z" + encode_base58(private_keys(missing)[proof["verificationMethod"]].sign(data)) == proof["proofValue"]


@pytest.mark.parametrize(
    ("source", "expected", "sha384"), CANONICAL, ids=["eddsa document", "eddsa proof", "p384 document", "p384 proof"]
)
def test_canonical_form_is_the_suite_s(source: Path, expected: Path, missing: Missing, *, sha384: bool) -> None:
    document, lines = read_vector(source, missing), read_vector(expected, missing)

    assert canonical_nquads(document, contexts=EXAMPLES, sha384=sha384) == lines
    assert canonical_nquads(document, contexts=EXAMPLES, engine="pyld") == lines


def test_public_keys_of_the_vectors_are_read(missing: Missing) -> None:
    for name in ("p256KeyPair.json", "p384KeyPair.json"):
        assert decode_multikey(read_vector(ECDSA / name, missing)["publicKeyMultibase"])
