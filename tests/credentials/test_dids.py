"""DIDs: addresses without tricks, documents that list keys, methods looked up and never guessed."""

from typing import Any

import pytest

from credentials.canonical import expand_strictly
from credentials.dids import (
    PublishedKey,
    did_key_document,
    did_of,
    did_web,
    did_web_url,
    issuer_did_document,
    verification_method,
)
from credentials.errors import DeactivatedError, DidError, KeyFormatError
from credentials.multikey import encode_multikey
from tests.credentials.builders import NOW, did_of_key, method_of_key, signing_key

DID = "did:web:issuer.example:issuers:acme"
METHOD = f"{DID}#key-1"


def document(**members: Any) -> dict[str, Any]:
    key = PublishedKey("key-1", signing_key().public_key(), ("assertionMethod",))
    return {**issuer_did_document(DID, [key]), **members}


def described(**members: Any) -> dict[str, Any]:
    return {**document()["verificationMethod"][0], **members}


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:example.com", "https://example.com/.well-known/did.json"),
        ("did:web:example.com:a:b", "https://example.com/a/b/did.json"),
        ("did:web:localhost%3A8443:issuers:x", "https://localhost:8443/issuers/x/did.json"),
    ],
)
def test_did_web_has_one_address(did: str, url: str) -> None:
    assert did_web_url(did) == url


def test_did_web_is_built_from_host_and_path() -> None:
    assert did_web("localhost:8443", "issuers", "x") == "did:web:localhost%3A8443:issuers:x"
    assert did_web("issuer.example") == "did:web:issuer.example"
    for host, *path in (("user@h",), ("h/x",), ("h", ".."), ("h", "a/b"), ("h", ""), ("",)):
        with pytest.raises(DidError):
            did_web(host, *path)


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:user%40evil.example",
        "did:web:evil.example%2Fpath",
        "did:web:example.com:..:admin",
        "did:web:example.com:%2E%2E",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:a%3Fq",
        "did:web:example.com::a",
        "did:web:example.com#key",
        "did:web:example.com?x",
        "did:web:exämple.com",
        "did:key:z6Mk",
        "https://example.com",
        "did:web:" + "a" * 2000,
    ],
)
def test_did_web_with_a_trick_in_it_is_refused(did: str) -> None:
    with pytest.raises(DidError):
        did_web_url(did)


def test_did_documents_are_sound_json_ld() -> None:
    keys = [PublishedKey("key-1", signing_key().public_key(), revoked=NOW)]

    assert expand_strictly(issuer_did_document(DID, keys))
    assert expand_strictly(did_key_document(did_of_key()))
    assert issuer_did_document(DID, keys)["verificationMethod"][0]["revoked"] == "2026-11-21T12:00:00Z"


def test_did_key_document_lists_its_key_as_a_method() -> None:
    method = verification_method(did_key_document(did_of_key()), method_of_key(), "authentication")

    assert method.controller == did_of_key()
    assert encode_multikey(method.public_key) == encode_multikey(signing_key().public_key())
    assert "keyAgreement" not in method.relationships


@pytest.mark.parametrize("did", ["did:key:", "did:key:z6", "did:key:u6Mk", "did:key:z" + "1" * 500, "did:web:x", None])
def test_text_that_is_no_did_key_is_refused(did: str) -> None:
    with pytest.raises(DidError):
        did_key_document(did)


def test_key_comes_from_the_document_and_not_from_the_fragment() -> None:
    # the fragment spells another key than the document lists under it
    fragment = encode_multikey(signing_key("mallory").public_key())
    listed = issuer_did_document(DID, [PublishedKey(fragment, signing_key().public_key())])

    method = verification_method(listed, f"{DID}#{fragment}", "assertionMethod")

    assert encode_multikey(method.public_key) == encode_multikey(signing_key().public_key())
    with pytest.raises(DidError):
        verification_method(document(), f"{DID}#{fragment}", "assertionMethod")
    with pytest.raises(DidError):
        verification_method(did_key_document(did_of_key()), f"{did_of_key()}#{fragment}", "assertionMethod")


def test_method_is_refused_for_a_relationship_it_is_not_listed_under() -> None:
    with pytest.raises(DidError, match="listed under authentication"):
        verification_method(document(), METHOD, "authentication")


def test_document_of_somebody_else_is_refused() -> None:
    # it lists the very key, under its full address
    with pytest.raises(DidError, match="not the one"):
        verification_method(document(id="did:web:mallory.example"), METHOD, "assertionMethod")


@pytest.mark.parametrize(
    "changed",
    [
        {"assertionMethod": []},
        {"verificationMethod": []},
        {"verificationMethod": [described(controller="did:web:mallory.example")]},
        {"verificationMethod": [{n: v for n, v in described().items() if n != "controller"}]},
        {"verificationMethod": [described(), described(publicKeyMultibase=did_of_key("mallory")[8:])]},
    ],
)
def test_method_that_the_document_does_not_vouch_for_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(DidError):
        verification_method(document(**changed), METHOD, "assertionMethod")


@pytest.mark.parametrize("changed", [{"type": "RsaKey"}, {"publicKeyMultibase": 5}, {"publicKeyMultibase": "z"}])
def test_key_of_an_unknown_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(KeyFormatError):
        verification_method(document(verificationMethod=[described(**changed)]), METHOD, "assertionMethod")


def test_embedded_and_relative_methods_are_found() -> None:
    embedded = document(assertionMethod=[described(id="#key-1")], verificationMethod=[])

    assert verification_method(embedded, METHOD, "assertionMethod").id == METHOD


@pytest.mark.parametrize("address", ["did:web:x", "#key-1", "did:web:x#"])
def test_method_without_document_or_fragment_is_refused(address: str) -> None:
    with pytest.raises(DidError):
        did_of(address)


@pytest.mark.parametrize("said", [True, "true", 1, {}])
def test_document_that_its_owner_gave_up_lists_no_key(said: Any) -> None:
    with pytest.raises(DeactivatedError, match="given up"):
        verification_method(document(deactivated=said), METHOD, "assertionMethod")

    assert verification_method(document(deactivated=False), METHOD, "assertionMethod").id == METHOD
