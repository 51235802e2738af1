"""The data model's rules, each broken once."""

import base64
import hashlib
from typing import Any

import pytest

from credentials.contexts import CREDENTIALS_V1, CREDENTIALS_V2, DATA_INTEGRITY_V2, context_bytes
from credentials.data_model import (
    check_data_model,
    check_presentation,
    check_related_resource,
    check_self_asserted,
    enveloped_credentials,
    holder_id,
)
from credentials.errors import CredentialError, DataModelError, TermError
from credentials.multikey import encode_base58, encode_base64url
from tests.credentials.builders import credential, did_of_key

STATUS = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
ENVELOPE = {
    "@context": CREDENTIALS_V2,
    "id": "data:application/vc+jwt,eyJh.eyJi.c2ln",
    "type": "EnvelopedVerifiableCredential",
}
BROKEN: dict[str, dict[str, Any]] = {
    "context missing": {"@context": None},
    "context a text": {"@context": CREDENTIALS_V2},
    "context in another order": {"@context": [DATA_INTEGRITY_V2, CREDENTIALS_V2]},
    "context of 1.1": {"@context": [CREDENTIALS_V1], "validFrom": None, "issuanceDate": "2026-01-01T00:00:00Z"},
    "type missing": {"type": None},
    "type without VerifiableCredential": {"type": ["VerifiablePresentation"]},
    "id twice": {"id": ["urn:x:1", "urn:x:2"]},
    "issuer missing": {"issuer": None},
    "issuer without address": {"issuer": {"name": "x"}},
    "issuers": {"issuer": [did_of_key(), did_of_key("other")]},
    "subject missing": {"credentialSubject": None},
    "subject empty": {"credentialSubject": {}},
    "subject among others empty": {"credentialSubject": [{"id": "urn:x:1"}, {}]},
    "subject a text": {"credentialSubject": "urn:x:1"},
    "name a number": {"name": 5},
    "name with more": {"name": {"@value": "x", "@language": "en", "id": "urn:x:1"}},
    "issuer's name a number": {"issuer": {"id": did_of_key(), "name": 5}},
    "direction that is none": {"name": {"@value": "x", "@direction": "up"}},
    "time without a zone": {"validFrom": "2026-01-01T00:00:00"},
    "time as a value object": {"validUntil": {"@value": "2027-01-01T00:00:00Z"}},
    "end before beginning": {"validUntil": "2025-12-31T23:59:59Z"},
    "end before beginning in another zone": {"validUntil": "2026-01-01T01:00:00+02:00"},
    "issuance date of 1.1": {"issuanceDate": "2026-01-01T00:00:00Z"},
    "issuance date of 1.1 that the document defines": {
        "@context": [CREDENTIALS_V2, {"issuanceDate": "https://www.w3.org/2018/credentials#issuanceDate"}],
        "issuanceDate": "2026-01-01T00:00:00Z",
    },
    "status without type": {"credentialStatus": {"id": "urn:x:1"}},
    "status with a relative id": {"credentialStatus": {**STATUS, "id": "x"}},
    "second status without type": {"credentialStatus": [STATUS, {"id": "urn:x:2"}]},
    "status a text": {"credentialStatus": "urn:x:1"},
    "schema without id": {"credentialSchema": {"type": "JsonSchema"}},
    "schema without type": {"credentialSchema": {"id": "urn:x:1"}},
    "evidence without type": {"evidence": {"id": "urn:x:1"}},
    "terms of use without type": {"termsOfUse": {"id": "urn:x:1"}},
    "refresh service without type": {"refreshService": {"id": "urn:x:1"}},
    "proof without type": {"proof": {"proofValue": "z"}},
    "proof a text": {"proof": "z"},
    "related resource without digest": {"relatedResource": {"id": "urn:x:1"}},
    "related resource without id": {"relatedResource": {"digestSRI": "sha256-x"}},
    "related resource a text": {"relatedResource": "urn:x:1"},
}


def presentation(*credentials: Any, **members: Any) -> dict[str, Any]:
    document = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "holder": did_of_key()}
    if credentials:
        document["verifiableCredential"] = list(credentials)
    return {**document, **members}


def sri(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_rule_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((DataModelError, TermError)):
        check_data_model(credential(**change))


def test_rich_credential_is_accepted() -> None:
    check_data_model(
        credential(
            issuer={"id": did_of_key(), "name": [{"@value": "x", "@language": "en"}]},
            name="x",
            description={"@value": "x", "@language": "ar", "@direction": "rtl"},
            validUntil="2026-01-01T00:00:00Z",
            credentialStatus=[{**STATUS, "id": "urn:x:1"}, STATUS],
            credentialSchema={"id": "https://x.example/schema", "type": "JsonSchema"},
        )
    )


def test_document_of_1_1_is_accepted_only_where_allowed() -> None:
    document = credential(**{"@context": [CREDENTIALS_V1], "validFrom": None, "issuanceDate": "2026-01-01T00:00:00Z"})

    check_data_model(document, allow_v1=True)
    check_data_model(credential(), allow_v1=True)
    with pytest.raises(DataModelError):
        check_data_model(document)
    with pytest.raises(DataModelError):
        check_data_model({**document, "expirationDate": "2025-01-01T00:00:00Z"}, allow_v1=True)
    with pytest.raises(DataModelError):
        check_data_model({n: v for n, v in document.items() if n != "issuanceDate"}, allow_v1=True)


def test_digest_of_a_known_context_is_checked() -> None:
    data = context_bytes(DATA_INTEGRITY_V2)
    multihash = "z" + encode_base58(b"\x12\x20" + hashlib.sha256(data).digest())

    check_data_model(credential(relatedResource={"id": DATA_INTEGRITY_V2, "digestSRI": sri(data)}))
    check_data_model(credential(relatedResource=[{"id": DATA_INTEGRITY_V2, "digestMultibase": multihash}]))
    for bare in (
        "z" + encode_base58(hashlib.sha256(data).digest()),
        "u" + encode_base64url(hashlib.sha256(data).digest()),
    ):
        check_data_model(credential(relatedResource={"id": DATA_INTEGRITY_V2, "digestMultibase": bare}))
        with pytest.raises(DataModelError, match="changed"):
            check_related_resource({"id": DATA_INTEGRITY_V2, "digestMultibase": bare}, data + b" ")
    for wrong in ({"digestSRI": sri(data + b" ")}, {"digestMultibase": multihash[:-1] + "1"}, {"digestSRI": "md5-x"}):
        with pytest.raises(DataModelError, match="relatedResource"):
            check_data_model(credential(relatedResource={"id": DATA_INTEGRITY_V2, **wrong}))
    twice = {"id": DATA_INTEGRITY_V2, "digestSRI": sri(data)}
    with pytest.raises(DataModelError, match="twice"):
        check_data_model(credential(relatedResource=[twice, twice]))


def test_digest_of_a_fetched_resource_is_checked() -> None:
    check_related_resource({"id": "urn:x:1", "digestSRI": sri(b"x")}, b"x")
    with pytest.raises(DataModelError, match="changed"):
        check_related_resource({"id": "urn:x:1", "digestSRI": sri(b"x")}, b"y")
    for text in ("m" + "A" * 40, "z0", "", 5):
        with pytest.raises(DataModelError):
            check_related_resource({"id": "urn:x:1", "digestMultibase": text}, b"x")


def test_presentation_of_objects_and_envelopes_is_accepted() -> None:
    document = presentation(credential(), ENVELOPE)

    check_presentation(document)

    (envelope,) = enveloped_credentials(document)
    assert (envelope.media_type, envelope.token) == ("application/vc+jwt", "eyJh.eyJi.c2ln")
    assert holder_id(document) == did_of_key()
    check_presentation(presentation(**{"verifiableCredential": credential()}))


@pytest.mark.parametrize("shown", ["https://issuer.example/c/1", "eyJh.eyJi.c2ln", 5])
def test_presentation_that_holds_an_address_or_a_bare_token_is_refused(shown: Any) -> None:
    with pytest.raises(DataModelError, match="envelope"):
        check_presentation(presentation(credential(), shown))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "VerifiableCredential"},
        {"id": "https://issuer.example/c/1"},
        {"id": "data:application/vc+jwt"},
        {"id": "data:application/vc+jwt,"},
        {"id": "data:application/vc+jwt,%ff"},
        {"@context": CREDENTIALS_V1},
    ],
)
def test_broken_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DataModelError):
        check_presentation(presentation({**ENVELOPE, **change}))


@pytest.mark.parametrize(
    "document",
    [
        presentation(credential(issuer="me")),
        presentation(holder="me"),
        presentation(holder={"name": "x"}),
        presentation(type=["VerifiableCredential"]),
        presentation(nickname="x"),
        presentation(proof={}),
        presentation(termsOfUse={"id": "urn:x:1"}),
        presentation(**{"@context": [DATA_INTEGRITY_V2, CREDENTIALS_V2]}),
        presentation(id="x"),
    ],
)
def test_broken_presentation_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(CredentialError):
        check_presentation(document)


def test_unsecured_credential_counts_only_from_the_holder() -> None:
    check_self_asserted(presentation(credential()))
    check_self_asserted(presentation(credential(issuer="did:web:x.example", proof={"type": "DataIntegrityProof"})))
    check_self_asserted(presentation(ENVELOPE))
    with pytest.raises(DataModelError):
        check_self_asserted(presentation(credential(issuer="did:web:x.example")))
    with pytest.raises(DataModelError):
        check_self_asserted({n: v for n, v in presentation(credential()).items() if n != "holder"})
