"""The checking desk: whatever somebody brings, they get an answer that says what it means."""

from __future__ import annotations

import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials.baking import bake_png, bake_svg
from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import did_key
from credentials.jose import sign_vc_jwt
from credentials.strict_json import compact_json
from issuing.services import revoke_credential
from registry.actors import SYSTEM
from tests.verification.builders import document_of, signed_credential, vouch_for
from verification.checks import Check, Outcome, Report, Verdict
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db


def checked(source: object, **asked: str) -> Report:
    text = source if isinstance(source, bytes | str) else compact_json(source)
    return verify_source(text, at=timezone.now(), **asked)


def reason_of(report: Report, check: Check) -> str:
    return next(finding.reason for finding in report.findings if finding.check is check)


def badge(**changes: object) -> dict:
    """Return an unsigned badge of a stranger's own making."""
    subject = {
        "id": "urn:uuid:5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1",
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ada Lovelace", "identityType": "name"}
        ],
        "achievement": {
            "id": "https://stranger.example/a/1",
            "type": ["Achievement"],
            "name": "Basket weaving",
            "description": "Weaves baskets.",
            "criteria": {"narrative": "A basket was woven."},
        },
    }
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "https://stranger.example/c/1",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": "Basket weaving",
        "issuer": {"id": "", "type": ["Profile"], "name": "Weavers' Guild"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": subject,
    }
    return document | changes


def signed_badge(
    key: Ed25519PrivateKey, *, suite: str = "eddsa-rdfc-2022", name: str = "Weavers' Guild", **changes: object
) -> dict:
    did = did_key(key.public_key())
    document = badge(**({"issuer": {"id": did, "type": ["Profile"], "name": name}} | changes))
    method = f"{did}#{did.removeprefix('did:key:')}"
    return add_proof(document, key, ProofOptions(method, timezone.now(), cryptosuite=suite))


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


# -- Our own -------------------------------------------------------------------------------------------
def test_our_address_number_and_file_all_lead_to_the_report():
    credential = signed_credential()
    address = document_of(credential)["id"]

    for source in (
        address,
        f" {address}\n",
        f"{address}.json",
        str(credential.pk),
        f"urn:uuid:{credential.pk}",
        credential.document,
    ):
        assert checked(source).verdict is Verdict.GENUINE, source


def test_our_address_is_never_fetched(monkeypatch):
    credential = signed_credential()
    monkeypatch.setattr("verification.resolve.source.safe_fetch", lambda *_a, **_k: pytest.fail("fetched"))
    monkeypatch.setattr("verification.resolve.dids.safe_fetch", lambda *_a, **_k: pytest.fail("fetched"))
    monkeypatch.setattr("verification.resolve.statuses.safe_fetch", lambda *_a, **_k: pytest.fail("fetched"))

    assert checked(document_of(credential)["id"]).verdict is Verdict.GENUINE
    assert checked(credential.document).verdict is Verdict.GENUINE
    elsewhere = checked("http://localhost:8000/catalogue/")
    assert (elsewhere.verdict, elsewhere.reason) == (Verdict.COULD_NOT_CONFIRM, "kind-not-supported")


def test_a_private_one_is_hidden_by_number_and_told_by_its_file():
    credential = signed_credential(visibility="private")

    assert checked(str(credential.pk)).verdict is Verdict.PRIVATE_OR_UNKNOWN
    assert checked(str(uuid.uuid4())).verdict is Verdict.PRIVATE_OR_UNKNOWN
    assert checked(credential.document).verdict is Verdict.GENUINE


def test_our_file_knows_of_its_revocation():
    credential = signed_credential()
    revoke_credential(credential_id=credential.pk, reason="error", actor=SYSTEM)

    assert checked(credential.document).verdict is Verdict.REVOKED


def test_a_reordered_copy_is_genuine_and_so_is_a_proof_without_its_array():
    document = document_of(signed_credential())

    def turned(value):
        if isinstance(value, dict):
            return {name: turned(member) for name, member in reversed(value.items())}
        return [turned(member) for member in value] if isinstance(value, list) else value

    assert checked(turned(document)).verdict is Verdict.GENUINE
    assert checked(document | {"proof": document["proof"][0]}).verdict is Verdict.GENUINE
    assert checked(json.dumps(document, indent=4, ensure_ascii=True)).verdict is Verdict.GENUINE


def test_a_copy_in_another_vocabulary_differs_from_what_was_issued():
    document = document_of(signed_credential())
    contexts = [*document["@context"]]
    contexts[1] = contexts[1].replace("3.0.3", "3.0.2")

    assert checked(document | {"@context": contexts}).verdict is Verdict.NOT_GENUINE


@pytest.mark.parametrize("addition", [{"undefinedTerm": "x"}, {"evidence": []}, {"name": 7}])
def test_what_names_our_issuer_and_departs_from_the_standard_is_not_as_issued(addition):
    """None of ours issues such a thing, so that much is proven; of others it would be unknown."""
    report = checked(document_of(signed_credential()) | addition)

    assert report.verdict is Verdict.NOT_GENUINE
    assert reason_of(report, Check.PROOF) == "not-as-issued"


def test_our_number_on_a_strangers_document_is_not_genuine(key):
    address = document_of(signed_credential())["id"]
    report = checked(signed_badge(key, id=address))

    assert report.verdict is Verdict.NOT_GENUINE
    assert reason_of(report, Check.PROOF) == "not-as-issued"


def test_a_strangers_document_does_not_find_out_which_numbers_we_gave(key):
    private = document_of(signed_credential(visibility="private"))["id"]
    never_given = f"http://localhost:8000/c/{uuid.uuid4()}"

    told = [checked(signed_badge(key, id=address)) for address in (private, never_given)]

    assert told[0].verdict is Verdict.NOT_GENUINE
    first, second = ([(each.check, each.outcome, each.reason) for each in report.findings] for report in told)
    assert first == second


@pytest.mark.parametrize("purpose", [["revocation"], {"@value": "revocation"}], ids=["listed", "as value"])
def test_a_purpose_that_the_signature_reads_alike_hides_no_status(key, purpose):
    entry = {"id": "https://a.invalid/s#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    entry |= {"statusListIndex": "1", "statusListCredential": "https://a.invalid/s"}
    vouch_for(did_key(key.public_key()))
    document = signed_badge(key, credentialStatus=entry)
    document["credentialStatus"] = entry | {"statusPurpose": purpose}

    report = checked(document)

    assert report.outcome_of(Check.PROOF) is Outcome.PASSED
    assert report.verdict is Verdict.COULD_NOT_CONFIRM


def test_our_own_revoked_file_with_a_respelled_purpose_is_revoked():
    credential = signed_credential()
    revoke_credential(credential_id=credential.pk, reason="error", actor=SYSTEM)
    document = document_of(credential)
    document["credentialStatus"]["statusPurpose"] = ["revocation"]

    assert checked(document).verdict is Verdict.REVOKED


def test_our_file_gets_an_answer_when_our_own_record_is_broken():
    credential = signed_credential()
    text = credential.document
    type(credential).objects.filter(pk=credential.pk).update(document="{" + text[2:])

    report = checked(text)

    # That our copy is broken proves nothing against the file: its signature holds.
    assert (report.verdict, reason_of(report, Check.STATUS)) == (Verdict.COULD_NOT_CONFIRM, "no-record")


# -- Strangers' -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_strangers_badge_is_intact_but_its_issuer_not_known(key, suite):
    report = checked(signed_badge(key, suite=suite))

    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    assert report.outcome_of(Check.PROOF) is Outcome.PASSED


def test_a_vouched_stranger_is_genuine_by_the_registers_name(key):
    vouch_for(did_key(key.public_key()), "The Guild of Weavers")
    report = checked(signed_badge(key))

    assert report.verdict is Verdict.GENUINE
    assert report.facts["issuer"] == "The Guild of Weavers"


def test_a_token_and_baked_pictures_are_read(key):
    did = did_key(key.public_key())
    token = sign_vc_jwt(
        badge(issuer={"id": did, "type": ["Profile"], "name": "G"}), key, f"{did}#{did.removeprefix('did:key:')}"
    )
    text = compact_json(signed_badge(key))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'

    for source in (token, bake_png(small_png(), text), bake_svg(svg, text)):
        assert checked(source).verdict is Verdict.ISSUER_NOT_KNOWN
    changed = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    assert checked(changed).verdict is Verdict.NOT_GENUINE


def small_png() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("University of Oxford", "looks-like-known"),
        ("Univеrsity оf Oxford", "looks-like-known"),
        ("Fаke College", "mixed-scripts"),
    ],
)
def test_a_name_that_resembles_a_known_one_is_flagged(key, name, reason):
    vouch_for("did:web:ox.ac.uk", "University of Oxford")
    report = checked(signed_badge(key, name=name))

    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    assert reason_of(report, Check.ISSUER_RECOGNISED) == reason


def test_nothing_is_fetched_for_a_document_signed_by_somebody_else(key, monkeypatch):
    monkeypatch.setattr("registry.fetch.checked_target", lambda *_a, **_k: pytest.fail("fetched"))
    document = signed_badge(key) | {"issuer": {"id": "did:web:internal.example", "type": ["Profile"], "name": "x"}}
    status = {"id": "https://a.example/s#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    status |= {"statusListIndex": "1", "statusListCredential": "https://a.example/s"}

    report = checked(document | {"credentialStatus": status})

    assert report.verdict is Verdict.NOT_GENUINE
    assert reason_of(report, Check.ISSUER_IDENTITY) == "another-signer"
    # Its own key, but the signature does not cover the entry: nothing is looked up either.
    assert checked(signed_badge(key) | {"credentialStatus": status}).verdict is Verdict.NOT_GENUINE


def test_a_host_that_does_not_answer_leaves_it_open(key):
    document = signed_badge(key)
    did = "did:web:nobody.invalid"
    document["issuer"]["id"] = did
    document["proof"][0]["verificationMethod"] = f"{did}#key"
    report = checked(document)

    assert report.verdict is Verdict.COULD_NOT_CONFIRM
    assert report.outcome_of(Check.PROOF) is Outcome.UNKNOWN


def test_the_holder_is_compared_when_somebody_asks():
    credential = signed_credential()
    name = json.loads(credential.award.facts)["holder_name"]
    address = name.lower().replace("ada example ", "ada") + "@example.org"

    assert checked(credential.document, asked=f" {name.upper()} ").outcome_of(Check.HOLDER) is Outcome.PASSED
    assert checked(credential.document, asked=address.upper()).outcome_of(Check.HOLDER) is Outcome.PASSED
    assert checked(credential.document, asked="Charles Babbage").outcome_of(Check.HOLDER) is Outcome.FAILED
    assert checked(credential.document).outcome_of(Check.HOLDER) is Outcome.NOT_APPLICABLE
