"""Whose keys a document names, decided before anything is fetched."""

from unittest.mock import ANY

import pytest

from credentials.dids import PublishedKey, issuer_did_document
from credentials.errors import DidError
from tests.credentials.builders import did_of_key, method_of_key, signing_key
from verification.checks import Identity
from verification.proofs import key_problem, methods_named, resolver, signer_problem

DID = "did:web:uni.example:issuers:chem"
METHOD = f"{DID}#key"
KNOWN = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
DOCUMENT = issuer_did_document(DID, [PublishedKey("key", signing_key().public_key())])


def test_key_of_the_issuer_is_no_problem():
    assert signer_problem(DID, [METHOD]) is None
    assert key_problem(DOCUMENT, [METHOD]) is None


@pytest.mark.parametrize("method", [method_of_key("mallory"), f"{DID}:other#key", "did:web:uni.example#key"])
def test_key_of_another_did_than_the_issuers_is_another_signer(method):
    identity, detail = signer_problem(DID, [method])

    assert identity is Identity.ANOTHER_SIGNER
    assert method in detail
    # A second signature beside the issuer's own is somebody else's business, and says nothing against the first.
    assert signer_problem(DID, [METHOD, method]) is None


@pytest.mark.parametrize("issuer", ["https://uni.example/issuers/1", "did:jwk:eyJ", "did:ion:x", "did:webs:x", ""])
def test_an_issuer_of_a_kind_that_is_not_followed_is_unknown_whoever_signed(issuer):
    identity, _ = signer_problem(issuer, [METHOD])

    assert identity is Identity.UNSUPPORTED


@pytest.mark.parametrize(
    "document", [{}, {"proof": []}, {"proof": ["x"]}, {"proof": KNOWN | {"verificationMethod": 5}}]
)
def test_proof_without_a_key_is_no_method(document):
    identity, _ = signer_problem(DID, methods_named(document))

    assert identity is Identity.NO_METHOD


def test_key_that_the_issuer_does_not_list_is_not_listed():
    assert key_problem(DOCUMENT, [f"{DID}#other"]) == (Identity.NOT_LISTED, ANY)
    assert key_problem(DOCUMENT, [f"{DID}#other", METHOD]) is None
    with pytest.raises(DidError):
        resolver({DID: DOCUMENT})(f"{did_of_key()}#key")
