"""Proofs whose signature holds, by a signer who means to lie or knows no better: the other guards alone stop them."""

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from credentials.canonical import canonical_nquads
from credentials.contexts import CREDENTIALS_V2
from credentials.data_integrity import add_proof, check_proofs, proof_configuration
from credentials.data_integrity.suites import canonical_json
from credentials.data_model import check_data_model
from credentials.dids import did_key
from credentials.errors import ProofError, TermError, UnknownContextError
from credentials.multikey import encode_base58
from tests.credentials.builders import NOW, credential, proof_options, resolve_did_key, signing_key

REDEFINING = {"@context": [CREDENTIALS_V2, {"name": "https://mallory.example/name"}], "name": "x"}


def configured(**members: Any) -> dict[str, Any]:
    options = proof_options(cryptosuite=members.pop("cryptosuite", "eddsa-jcs-2022"))
    return {**proof_configuration(options, [CREDENTIALS_V2]), **members}


def forged(covered: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """Sign a document with any members whatever in its proof; `covered` is what the signature covers instead."""
    configuration = configured(**members)
    parts = [hashlib.sha256(canonical_json(part)).digest() for part in (configuration, covered or credential())]
    signature = signing_key().sign(b"".join(parts))
    return credential(proof=[{**configuration, "proofValue": "z" + encode_base58(signature)}])


def check(document: dict[str, Any]) -> Any:
    return check_proofs(document, resolve=resolve_did_key, at=NOW)


def test_forger_signs_what_holds() -> None:
    assert check(forged(nonce="any"))


@pytest.mark.parametrize(
    "change",
    [
        {"created": "yesterday"},
        {"created": "2026-11-21T12:00:00"},
        {"created": 5},
        {"expires": "2026-13-01T00:00:00Z"},
        {"expires": "2026-11-21T12:00:00Z"},
    ],
)
def test_bad_time_is_refused_even_when_signed(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        check(forged(**change))


def test_proof_value_with_another_first_letter_is_refused() -> None:
    document = forged()
    proof = document["proof"][0]

    for letter in ("u", "Z", ""):
        with pytest.raises(ProofError, match="multibase"):
            check({**document, "proof": {**proof, "proofValue": letter + proof["proofValue"][1:]}})


def test_proof_that_builds_on_a_missing_one_is_refused_even_when_signed() -> None:
    with pytest.raises(ProofError, match="not there"):
        check(forged({**credential(), "proof": []}, previousProof="urn:uuid:none"))


def test_p384_hashes_with_sha384() -> None:
    key = ec.derive_private_key(7, ec.SECP384R1())
    did = did_key(key.public_key())
    configuration = configured(cryptosuite="ecdsa-jcs-2019", verificationMethod=f"{did}#{did[8:]}")
    parts = [hashlib.sha384(canonical_json(part)).digest() for part in (configuration, credential())]
    r, s = decode_dss_signature(key.sign(b"".join(parts), ec.ECDSA(SHA384())))

    value = "z" + encode_base58(r.to_bytes(48) + s.to_bytes(48))

    assert check(credential(proof={**configuration, "proofValue": value}))


def test_document_that_redefines_a_protected_term_cannot_be_signed() -> None:
    with pytest.raises(TermError, match="protected"):
        add_proof(credential(**REDEFINING), signing_key(), proof_options())


def test_document_that_redefines_a_protected_term_is_no_credential() -> None:
    with pytest.raises(TermError, match="protected"):
        check_data_model(credential(**REDEFINING))


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ({"nickname": "x"}, TermError),
        ({"@context": [CREDENTIALS_V2, "https://unknown.example/"]}, UnknownContextError),
    ],
)
def test_document_with_an_undefined_term_or_context_cannot_be_signed(
    members: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_proof(credential(**members), signing_key(), proof_options())


def test_given_canonicaliser_is_the_one_that_is_used() -> None:
    seen: list[dict[str, Any]] = []

    def canonicalise(document: dict[str, Any]) -> str:
        seen.append(document)
        return canonical_nquads(document)

    signed = add_proof(credential(), signing_key(), proof_options())
    assert check_proofs(signed, resolve=resolve_did_key, at=NOW, canonicalise=canonicalise)
    assert [part.get("type") for part in seen] == ["DataIntegrityProof", ["VerifiableCredential"]]
