"""Red means proven: what names a key that nobody lists, what we hold no record of, what only says something, is unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import PublishedKey, did_key, issuer_did_document
from credentials.jose import sign_vc_jwt
from credentials.multikey import encode_base64url
from credentials.strict_json import compact_json
from issuing.models import Credential, Letter
from tests.verification.builders import document_of, signed_credential, vouch_for
from tests.verification.test_desk import badge, checked, reason_of, signed_badge
from verification.checks import Check, Outcome, Verdict
from verification.resolve import dids as resolving

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(b"\x21" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x22" * 32)
DID = did_key(KEY.public_key())
DID_WEB = "did:web:college.example"


def token(kid: str, *, by: Ed25519PrivateKey = KEY, issuer: str = DID) -> str:
    return sign_vc_jwt(badge(issuer={"id": issuer, "type": ["Profile"], "name": "Guild"}), by, kid)


def published(monkeypatch, *keys: tuple[str, Ed25519PrivateKey]) -> None:
    """Let the did:web list these keys and no others."""
    listed = [PublishedKey(name, key.public_key()) for name, key in keys]
    monkeypatch.setattr(resolving, "_of_web", lambda *_: resolving.Keys(issuer_did_document(DID_WEB, listed)))


# -- A key that is not listed -----------------------------------------------------------------------------
@pytest.mark.parametrize("kid", ["NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "key-1", f"{DID}#key-1"])
def test_the_name_of_a_key_is_a_hint_where_the_issuer_has_but_one(kid):
    vouch_for(DID, "Guild")

    assert checked(token(kid)).verdict is Verdict.GENUINE
    # There can be no other key of a did:key: what that one did not sign, its issuer did not.
    assert checked(token(kid, by=OTHER)).verdict is Verdict.NOT_GENUINE


def test_the_hint_is_good_for_an_address_too_but_proves_no_forgery_there(monkeypatch):
    vouch_for(DID_WEB, "Guild")
    published(monkeypatch, ("new", KEY))
    listed, dropped = (token(f"{DID_WEB}#old", by=by, issuer=DID_WEB) for by in (KEY, OTHER))

    assert checked(listed).verdict is Verdict.GENUINE
    report = checked(dropped)
    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "method-not-supported")
    assert reason_of(report, Check.ISSUER_IDENTITY) == "not-listed"
    assert "not, or no longer, in the list" in report.sentence


def test_of_several_keys_none_is_guessed(monkeypatch):
    published(monkeypatch, ("new", KEY), ("newer", OTHER))
    report = checked(token(f"{DID_WEB}#old", issuer=DID_WEB))

    assert (report.verdict, reason_of(report, Check.ISSUER_IDENTITY)) == (Verdict.COULD_NOT_CONFIRM, "not-listed")


def test_a_document_by_a_key_that_its_address_has_dropped_is_unknown(monkeypatch):
    published(monkeypatch, ("new", OTHER))
    document = badge(issuer={"id": DID_WEB, "type": ["Profile"], "name": "College"})
    report = checked(add_proof(document, KEY, ProofOptions(f"{DID_WEB}#old", timezone.now())))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "method-not-supported")


@pytest.mark.parametrize("turned", [False, True])
def test_a_proof_by_a_dropped_key_takes_nothing_from_one_that_holds(turned):
    document = signed_badge(KEY)
    good = document["proof"][0]
    proofs = [good, good | {"verificationMethod": f"{DID}#old-key"}]
    report = checked(document | {"proof": proofs[::-1] if turned else proofs})

    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    changed = checked(document | {"proof": proofs, "name": "Another"})
    assert changed.verdict is Verdict.NOT_GENUINE


def test_a_key_that_was_never_ours_is_told_of_our_own_issuers():
    did = signed_credential().key.issuer.did
    document = badge(issuer={"id": did, "type": ["Profile"], "name": "Example College"})
    forged = add_proof(document, KEY, ProofOptions(f"{did}#never", timezone.now()))

    for source in (forged, token(f"{did}#never", issuer=did), token("never", issuer=did)):
        report = checked(source)
        assert (report.verdict, reason_of(report, Check.ISSUER_IDENTITY)) == (Verdict.NOT_GENUINE, "not-listed")


# -- Who signed it ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("issuer", "method"),
    [
        (f"{DID}#", f"{DID}#{DID[8:]}"),
        (f"{DID}#{DID[8:]}", f"{DID}#{DID[8:]}"),
        ("did:web:College.example", "did:web:college.example#key"),
        ("did:web:college.example/x", "did:web:college.example#key"),
    ],
)
def test_an_issuer_in_another_spelling_of_its_keys_own_did_is_nobody_else(issuer, method):
    document = badge(issuer={"id": issuer, "type": ["Profile"], "name": "Guild"})
    report = checked(add_proof(document, KEY, ProofOptions(method, timezone.now())))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "method-not-supported")


# -- Words that the document brings along -----------------------------------------------------------------
@pytest.mark.parametrize("words", ["x does not fit the document", "key has expired or is revoked"])
@pytest.mark.parametrize("member", ["type", "cryptosuite"])
def test_what_a_document_writes_into_a_proof_decides_nothing(words, member):
    document = signed_badge(KEY)
    good = document["proof"][0]
    second = checked(document | {"proof": [good, good | {member: words}]})
    created = checked(document | {"proof": [good | {"created": words}]})

    assert second.verdict is Verdict.ISSUER_NOT_KNOWN
    assert (created.verdict, created.reason) == (Verdict.COULD_NOT_CONFIRM, "departs-from-standard")


# -- Not signed -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "EdDSA", "kid": f"{DID}#{DID[8:]}"}])
def test_a_token_without_a_signature_is_unsigned(header):
    payload = badge(issuer={"id": DID, "type": ["Profile"], "name": "Guild"})
    parts = [encode_base64url(compact_json(part).encode()) for part in (header, payload)]
    text = ".".join(parts) + "."

    assert checked(text).verdict is Verdict.UNSIGNED
    assert checked(f'"{text}"').verdict is Verdict.UNSIGNED


# -- What we hold no record of ----------------------------------------------------------------------------
@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_the_file_of_an_erased_one_says_what_its_address_says(client, visibility):
    credential = signed_credential(visibility=visibility)
    text = credential.document
    moment = timezone.now()
    Credential.objects.filter(pk=credential.pk).update(document=None, erased_at=moment)
    report = checked(text)

    assert (report.verdict, report.facts["erased_at"]) == (Verdict.ERASED, moment)
    page = client.post("/verify", {"text": text})
    assert (page.status_code, "Ada Example" in page.content.decode()) == (410, False)
    assert str(moment.year) in page.content.decode()
    # Whoever changes a word of it gets no answer about the erased one.
    assert checked(text.replace("Ada Example", "Eda Example", 1)).verdict is Verdict.NOT_GENUINE


def test_without_a_record_nothing_is_said_of_newer_versions():
    credential = signed_credential()
    document = document_of(credential)
    Letter.objects.filter(award=credential.award).delete()
    Credential.objects.filter(pk=credential.pk).delete()
    report = checked(document)

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "unreachable")
    finding = report.finding_of(Check.SUPERSEDED)
    assert (finding.outcome, finding.reason) == (Outcome.UNKNOWN, "no-record")
    assert "It has not been corrected" not in finding.sentence


# -- The dates of a signature -----------------------------------------------------------------------------
def ended(**claims: dt.datetime) -> str:
    document = badge(
        issuer={"id": DID, "type": ["Profile"], "name": "Guild"},
        validFrom="2020-01-01T00:00:00Z",
        validUntil="2090-01-01T00:00:00Z",
    )
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": f"{DID}#{DID[8:]}"}
    payload = document | {name: int(moment.timestamp()) for name, moment in claims.items()}
    text = ".".join(encode_base64url(compact_json(part).encode()) for part in (header, payload))
    return f"{text}.{encode_base64url(KEY.sign(text.encode()))}"


def test_a_signature_that_has_ended_is_told_with_its_own_day():
    vouch_for(DID, "Guild")
    report = checked(ended(exp=dt.datetime(2025, 3, 4, 12, tzinfo=dt.UTC)))

    assert report.verdict is Verdict.EXPIRED
    assert report.facts["valid_until"].year == 2025
    assert "2090" not in report.sentence
    assert "Its signature has ended" in report.sentence
    assert "4 March 2025" in report.sentence


def test_a_signature_that_has_not_begun_is_told_with_its_own_day():
    vouch_for(DID, "Guild")
    report = checked(ended(nbf=dt.datetime(2080, 3, 4, 12, tzinfo=dt.UTC)))

    assert report.verdict is Verdict.NOT_YET_VALID
    assert report.facts["valid_from"].year == 2080
    assert report.finding_of(Check.VALIDITY).sentence == "It begins on 4 March 2080."
