"""Proofs: made and checked, and each way a proof can lie."""

import copy
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from credentials.canonical import canonical_nquads
from credentials.contexts import CREDENTIALS_V2, DATA_INTEGRITY_V2, MULTIKEY_V1
from credentials.data_integrity import CheckedProof, add_proof, check_proofs, proof_configuration
from credentials.dids import VerificationMethod, did_key
from credentials.errors import DidError, ProofError, TermError, UnsupportedProofError
from credentials.multikey import decode_base58, encode_base58
from tests.credentials.builders import (
    NOW,
    credential,
    did_of_key,
    method_of_key,
    proof_options,
    resolve_did_key,
    signing_key,
)

SUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022"]


def signed(document: dict[str, Any] | None = None, name: str = "issuer", **options: Any) -> dict[str, Any]:
    return add_proof(document or credential(), signing_key(name), proof_options(name, **options))


def check(document: dict[str, Any], **members: Any) -> list[CheckedProof]:
    return check_proofs(document, **{"resolve": resolve_did_key, "at": NOW, **members})


def with_proof(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["proof"][-1].update(members)
    return changed


def presentation(**options: Any) -> dict[str, Any]:
    holding = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "holder": did_of_key()}
    return signed(holding, purpose="authentication", **options)


def check_presentation_proof(document: dict[str, Any], **members: Any) -> list[CheckedProof]:
    return check(
        document,
        purpose="authentication",
        resolve=lambda method_id: resolve_did_key(method_id, "authentication"),
        **members,
    )


@pytest.mark.parametrize("suite", SUITES)
def test_signed_credential_holds(suite: str) -> None:
    document = signed(cryptosuite=suite)

    (proof,) = check(document, controller=did_of_key())

    assert isinstance(document["proof"], list)
    assert (proof.cryptosuite, proof.purpose, proof.created) == (suite, "assertionMethod", NOW)
    assert proof.method.id == method_of_key()


@pytest.mark.parametrize("suite", SUITES)
def test_proof_as_an_object_holds_as_well(suite: str) -> None:
    document = signed(cryptosuite=suite)

    assert check({**document, "proof": document["proof"][0]})


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    "change",
    [
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"credentialSubject": {"id": "urn:uuid:other"}},
        {"issuer": "did:web:mallory.example"},
        {"name": "added"},
        {"id": None},
        {"validFrom": None},
    ],
)
def test_changed_document_is_refused(suite: str, change: dict[str, Any]) -> None:
    document = {name: v for name, v in {**signed(cryptosuite=suite), **change}.items() if v is not None}

    with pytest.raises(ProofError, match="signature"):
        check(document)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-11-21T12:00:01Z"},
        {"nonce": "added"},
        {"domain": "added.example"},
        {"id": "urn:uuid:added"},
        {"expires": "2099-01-01T00:00:00Z"},
    ],
)
def test_changed_proof_configuration_is_refused(suite: str, change: dict[str, Any]) -> None:
    with pytest.raises(ProofError, match="signature"):
        check(with_proof(signed(cryptosuite=suite), **change))


def test_undefined_member_of_a_proof_is_refused() -> None:
    with pytest.raises(TermError):
        check(with_proof(signed(), remark="x"))


def test_configuration_is_hashed_before_the_document_and_with_its_context() -> None:
    document = credential()
    proof = signed()["proof"][0]
    configuration = {**{n: v for n, v in proof.items() if n != "proofValue"}, "@context": document["@context"]}
    parts = [hashlib.sha256(canonical_nquads(part).encode()).digest() for part in (configuration, document)]

    signature = decode_base58(proof["proofValue"][1:])

    assert proof_configuration(proof_options(), document["@context"]) == configuration
    signing_key().public_key().verify(signature, b"".join(parts))


def test_json_proof_carries_the_context_and_the_document_starts_with_it() -> None:
    document = signed(cryptosuite="eddsa-jcs-2022")
    longer = {**document, "@context": [CREDENTIALS_V2, MULTIKEY_V1]}
    shorter = signed(credential(**{"@context": [CREDENTIALS_V2, MULTIKEY_V1]}), cryptosuite="eddsa-jcs-2022")

    assert document["proof"][0]["@context"] == [CREDENTIALS_V2]
    assert check(longer)
    for context in ([MULTIKEY_V1, CREDENTIALS_V2], [CREDENTIALS_V2], [CREDENTIALS_V2, DATA_INTEGRITY_V2]):
        with pytest.raises(ProofError, match="context"):
            check({**shorter, "@context": context})
    without = copy.deepcopy(document)
    del without["proof"][0]["@context"]
    with pytest.raises(ProofError, match="context"):
        check(without)


def test_rdf_proof_may_not_bring_a_context_of_its_own() -> None:
    document = signed()

    assert check(with_proof(document, **{"@context": [CREDENTIALS_V2]}))
    with pytest.raises(ProofError, match="context"):
        check(with_proof(document, **{"@context": [MULTIKEY_V1]}))


def test_purpose_must_be_the_expected_one_and_the_key_listed_for_it() -> None:
    with pytest.raises(ProofError, match="made for assertionMethod"):
        check(signed(purpose="authentication"))
    with pytest.raises(ProofError, match="made for authentication"):
        check_presentation_proof(signed())

    def listed_elsewhere(method_id: str) -> VerificationMethod:
        return replace(resolve_did_key(method_id), relationships=frozenset({"authentication"}))

    with pytest.raises(ProofError, match="not listed"):
        check(signed(), resolve=listed_elsewhere)


def test_key_of_somebody_else_is_refused_before_anything_is_resolved() -> None:
    asked: list[str] = []

    def resolve(method_id: str) -> VerificationMethod:
        asked.append(method_id)
        return resolve_did_key(method_id)

    with pytest.raises(ProofError, match="somebody else"):
        check(signed(name="mallory"), resolve=resolve, controller=did_of_key())
    assert asked == []


def test_method_controlled_by_somebody_else_is_refused() -> None:
    def resolve(method_id: str) -> VerificationMethod:
        return replace(resolve_did_key(method_id), controller="did:web:mallory.example")

    with pytest.raises(ProofError, match="controlled"):
        check(signed(), resolve=resolve, controller=did_of_key())


def test_key_is_the_resolved_one_and_never_the_one_in_the_fragment() -> None:
    # the fragment spells the key that signed; the document lists another one under that name
    def resolve(method_id: str) -> VerificationMethod:
        return replace(resolve_did_key(method_id), public_key=signing_key("other").public_key())

    with pytest.raises(ProofError, match="signature"):
        check(signed(), resolve=resolve)


def test_other_method_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(ProofError):
        check(signed(), resolve=lambda method_id: resolve_did_key(method_of_key("mallory")))


def test_unusable_key_is_a_refused_proof_and_an_unreachable_one_stays_what_it_is() -> None:
    def unusable(method_id: str) -> VerificationMethod:
        raise DidError("not listed")

    def unreachable(method_id: str) -> VerificationMethod:
        raise TimeoutError

    with pytest.raises(ProofError, match="not usable"):
        check(signed(), resolve=unusable)
    with pytest.raises(TimeoutError):
        check(signed(), resolve=unreachable)


@pytest.mark.parametrize("end", ["revoked", "expires"])
def test_key_that_ended_is_refused_and_one_that_will_end_is_not(end: str) -> None:
    def resolve_ending(moment: Any) -> Any:
        return lambda method_id: replace(resolve_did_key(method_id), **{end: moment})

    assert check(signed(), resolve=resolve_ending(NOW + timedelta(seconds=1)))
    with pytest.raises(ProofError, match="expired or is revoked"):
        check(signed(), resolve=resolve_ending(NOW))


@pytest.mark.parametrize(
    "change",
    [
        {"created": "yesterday"},
        {"created": "2026-11-21T12:00:00"},
        {"created": 5},
        {"expires": "2026-13-01T00:00:00Z"},
        {"expires": None},
        {"proofValue": "u" + "A" * 86},
        {"proofValue": ""},
        {"proofValue": 5},
        {"proofValue": "z0"},
        {"proofValue": "z" + "1" * 100_000},
        {"domain": 5},
        {"domain": ["a", 5]},
        {"challenge": 5},
        {"verificationMethod": "key-1"},
        {"verificationMethod": ["did:key:x#y"]},
        {"verificationMethod": "did:key:z6Mk"},
        {"id": "not an address"},
        {"id": 5},
        {"previousProof": 5},
        {"previousProof": [5]},
        {"proofPurpose": None},
        {"cryptosuite": ["eddsa-rdfc-2022"]},
        {"type": ["DataIntegrityProof"]},
    ],
)
def test_malformed_proof_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        check(with_proof(signed(), **change))


@pytest.mark.parametrize("change", [{"domain": 5}, {"domain": ("a.example", 5)}, {"challenge": 5}])
def test_audience_that_is_no_text_is_refused_even_when_signed(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError, match="text"):
        check(signed(**change))


def test_expired_proof_is_refused_from_its_moment_on() -> None:
    document = signed(expires=NOW + timedelta(hours=1))

    assert check(document)
    with pytest.raises(ProofError, match="expired"):
        check(document, at=NOW + timedelta(hours=1))
    with pytest.raises(ProofError, match="before it was created"):
        check(signed(expires=NOW - timedelta(hours=1)), at=NOW - timedelta(hours=2))


def test_presentation_answers_the_domain_and_challenge_that_were_asked() -> None:
    document = presentation(domain=("a.example", "b.example"), challenge="c1")

    assert check_presentation_proof(document, domain="b.example", challenge="c1")
    assert check_presentation_proof(document)
    with pytest.raises(ProofError, match="domain"):
        check_presentation_proof(document, domain="c.example", challenge="c1")
    with pytest.raises(ProofError, match="challenge"):
        check_presentation_proof(document, domain="a.example", challenge="c2")
    with pytest.raises(ProofError, match="domain"):
        check_presentation_proof(presentation(), domain="a.example")
    with pytest.raises(ProofError, match="challenge"):
        check_presentation_proof(presentation(), challenge="c1")


@pytest.mark.parametrize("proof", [None, [], "x", ["x"], [{}], {}, [[{}]]])
def test_document_without_a_proper_proof_is_refused(proof: Any) -> None:
    with pytest.raises(ProofError):
        check(credential(proof=proof))


def test_proofs_beyond_the_limit_are_refused() -> None:
    document = signed()

    with pytest.raises(ProofError, match="at most"):
        check({**document, "proof": document["proof"] * 17})


@pytest.mark.parametrize(
    "change", [{"type": "Ed25519Signature2020"}, {"cryptosuite": "bbs-2023"}, {"cryptosuite": None}]
)
def test_suite_that_is_not_implemented_is_told_apart_from_a_broken_proof(change: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedProofError):
        check(with_proof(signed(), **change))


def test_every_proof_of_a_set_must_hold_and_covers_the_document_alone() -> None:
    both = signed(signed(), name="second")

    assert [proof.method.id for proof in check(both)] == [method_of_key(), method_of_key("second")]
    assert check({**both, "proof": both["proof"][1]})
    with pytest.raises(ProofError, match="signature"):
        check(with_proof(both, proofValue=both["proof"][0]["proofValue"]))


@pytest.mark.parametrize("suite", SUITES)
def test_proof_of_a_chain_covers_the_proofs_it_names(suite: str) -> None:
    first = signed(id="urn:uuid:1", cryptosuite=suite)
    both = signed(first, name="second", previous_proof="urn:uuid:1", cryptosuite=suite)
    three = signed(both, name="third", previous_proof=("urn:uuid:1",), cryptosuite=suite)
    changed = copy.deepcopy(both)
    other = signed(id="urn:uuid:1", created=NOW - timedelta(1), cryptosuite=suite)
    changed["proof"][0] = other["proof"][0]

    assert len(check(both)) == 2
    assert len(check(three)) == 3
    with pytest.raises(ProofError, match="signature"):
        check(changed)
    with pytest.raises(ProofError, match="not there"):
        check({**both, "proof": [both["proof"][1]]})
    with pytest.raises(ProofError, match="not there"):
        signed(first, name="second", previous_proof="urn:uuid:2")


def test_proofs_that_build_on_themselves_are_refused() -> None:
    document = signed(id="urn:uuid:1")

    with pytest.raises(ProofError, match="itself"):
        check(with_proof(document, previousProof="urn:uuid:1"))
    with pytest.raises(ProofError, match="differ"):
        check({**document, "proof": document["proof"] * 2})


def test_key_of_another_family_is_refused_whatever_the_suite_says() -> None:
    curve_key = ec.derive_private_key(7, ec.SECP256R1()).public_key()

    def resolve(method_id: str) -> VerificationMethod:
        return replace(resolve_did_key(method_id), public_key=curve_key)

    for suite in SUITES:
        with pytest.raises(ProofError, match="does not fit the cryptosuite"):
            check(signed(cryptosuite=suite), resolve=resolve)
    with pytest.raises(ProofError, match="does not fit the cryptosuite"):
        check(with_proof(signed(), cryptosuite="ecdsa-rdfc-2019"))
    with pytest.raises(ProofError, match="does not fit the cryptosuite"):
        signed(cryptosuite="ecdsa-rdfc-2019")


def test_ecdsa_signature_is_r_and_s_and_not_der() -> None:
    key = ec.derive_private_key(7, ec.SECP256R1())
    did = did_key(key.public_key())
    options = proof_options(cryptosuite="ecdsa-rdfc-2019", verification_method=f"{did}#{did[8:]}")
    configuration = proof_configuration(options, [CREDENTIALS_V2])
    parts = [hashlib.sha256(canonical_nquads(part).encode()).digest() for part in (configuration, credential())]
    der = key.sign(b"".join(parts), ec.ECDSA(SHA256()))
    r, s = decode_dss_signature(der)

    def proven(value: bytes) -> dict[str, Any]:
        members = {name: v for name, v in configuration.items() if name != "@context"}
        return credential(proof={**members, "proofValue": "z" + encode_base58(value)})

    assert check(proven(r.to_bytes(32) + s.to_bytes(32)))
    for wrong in (r.to_bytes(32) + s.to_bytes(33), der, r.to_bytes(33) + s.to_bytes(33), b"", bytes(64)):
        with pytest.raises(ProofError):
            check(proven(wrong))


def test_p384_is_unsupported_where_canonicalising_is_someone_elses() -> None:
    key = ec.derive_private_key(7, ec.SECP384R1()).public_key()
    document = with_proof(signed(), cryptosuite="ecdsa-rdfc-2019")

    with pytest.raises(UnsupportedProofError):
        check(
            document,
            resolve=lambda method_id: replace(resolve_did_key(method_id), public_key=key),
            canonicalise=canonical_nquads,
        )
