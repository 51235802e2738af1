"""Keys that vouch for nothing, pictures and tokens of two minds: what the desk says of each, and why."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from credentials.baking import bake_png
from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import PublishedKey, issuer_did_document
from credentials.multikey import encode_base58, encode_base64url
from credentials.strict_json import compact_json
from tests.credentials.test_baking import chunk
from tests.verification.test_desk import badge, signed_badge
from verification.checks import Check, Outcome, Report, Verdict
from verification.formats import MAX_TEXT_BYTES
from verification.resolve import dids as resolving
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
WEAK = bytes.fromhex("01" + "00" * 31)
ONE_SIGNATURE = "z" + encode_base58(bytes.fromhex("01" + "00" * 63))
DID_WEB = "did:web:college.example"


def verify(source: object) -> Report:
    text = source if isinstance(source, (str, bytes)) else json.dumps(source)
    return verify_source(text, at=timezone.now())


# -- Keys ----------------------------------------------------------------------------------------------
def test_a_key_under_which_one_signature_fits_any_document_confirms_nothing():
    multikey = "z" + encode_base58(bytes.fromhex("ed01") + WEAK)
    did = f"did:key:{multikey}"
    document = signed_badge(KEY) | {"issuer": {"id": did, "type": ["Profile"], "name": "Nobody"}}
    document["proof"] = [
        document["proof"][0] | {"verificationMethod": f"{did}#{multikey}", "proofValue": ONE_SIGNATURE}
    ]

    report = verify(document)

    assert report.verdict in (Verdict.COULD_NOT_CONFIRM, Verdict.NOT_GENUINE)
    assert "weak" in " ".join(finding.detail for finding in report.findings)


@pytest.mark.parametrize(("said", "verdict"), [(False, Verdict.ISSUER_NOT_KNOWN), (True, Verdict.COULD_NOT_CONFIRM)])
def test_a_did_that_its_owner_gave_up_confirms_nothing(monkeypatch, said, verdict):
    key = PublishedKey("key-1", KEY.public_key())
    published = issuer_did_document(DID_WEB, [key]) | {"deactivated": said}
    monkeypatch.setattr(resolving, "_of_web", lambda *_: resolving.Keys(published))
    document = badge(issuer={"id": DID_WEB, "type": ["Profile"], "name": "College"})
    report = verify(add_proof(document, KEY, ProofOptions(f"{DID_WEB}#key-1", timezone.now())))

    assert report.verdict is verdict
    assert ("given up" in " ".join(finding.detail for finding in report.findings)) is said


# -- Pictures ------------------------------------------------------------------------------------------
def test_a_picture_with_a_badge_of_each_version_is_neither():
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    baked = bake_png(target.getvalue(), json.dumps(signed_badge(KEY)))
    both = baked[:33] + chunk(b"openbadges\0\0\0\0\0https://old.example/1") + baked[33:]

    assert verify(baked).verdict is Verdict.ISSUER_NOT_KNOWN
    report = verify(both)
    assert report.verdict not in (Verdict.GENUINE, Verdict.ISSUER_NOT_KNOWN)
    assert "more than one" in report.findings[0].detail


# -- Tokens --------------------------------------------------------------------------------------------
def token(header: dict[str, object] | None = None, **claims: object) -> str:
    """Return the badge as a vc+jwt by its own issuer, with claims beside it."""
    document = {name: value for name, value in signed_badge(KEY).items() if name != "proof"}
    method = f"{document['issuer']['id']}#{document['issuer']['id'].removeprefix('did:key:')}"
    head = {"alg": "EdDSA", "typ": "vc+jwt", "kid": method} | (header or {})
    text = ".".join(encode_base64url(compact_json(part).encode()) for part in (head, {**document, **claims}))
    return f"{text}.{encode_base64url(KEY.sign(text.encode()))}"


def seconds(**away: float) -> float:
    return (datetime.now(UTC) + timedelta(**away)).timestamp()


def test_claims_and_header_members_that_are_not_understood_are_ignored():
    for source in (
        token(),
        token({"x": 1, "jku": "https://attacker.example/"}, nonce="x", azp=[], **{"https://x.example/y": None}),
    ):
        assert verify(source).verdict is Verdict.ISSUER_NOT_KNOWN


def test_what_a_document_alone_may_not_hold_a_token_does_not_excuse_below_the_top():
    inside = token(evidence=[{"id": "https://x.example/1", "type": ["Evidence"], "undefinedTerm": "x"}])

    assert verify(inside).verdict not in (Verdict.GENUINE, Verdict.ISSUER_NOT_KNOWN)


def test_an_unknown_critical_header_is_not_confirmed():
    report = verify(token({"crit": ["exp"], "exp": 1}))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "proof-not-supported")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": seconds(days=-1)}, "signature-ended"),
        ({"nbf": seconds(days=1)}, "not-yet-valid"),
        ({"nbf": seconds(minutes=4)}, ""),
        ({"nbf": seconds(days=-1), "exp": seconds(days=1)}, ""),
    ],
)
def test_the_times_of_a_token_are_its_signatures_and_judged_by_check_5(claims, reason):
    report = verify(token(**claims))
    validity = report.finding_of(Check.VALIDITY)

    assert report.outcome_of(Check.PROOF) is Outcome.PASSED
    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    assert (validity.outcome is Outcome.FAILED, validity.reason if reason else "") == (bool(reason), reason)


def test_the_end_of_a_proof_is_its_signatures_too():
    unsigned = {name: value for name, value in signed_badge(KEY).items() if name != "proof"}
    did, day = unsigned["issuer"]["id"], timedelta(days=1)
    times = {"created": timezone.now() - 2 * day, "expires": timezone.now() - day}
    report = verify(add_proof(unsigned, KEY, ProofOptions(f"{did}#{did.removeprefix('did:key:')}", **times)))

    assert report.outcome_of(Check.PROOF) is Outcome.PASSED
    assert report.finding_of(Check.VALIDITY).reason == "signature-ended"


def test_claims_that_contradict_the_credential_leave_it_open():
    report = verify(token(sub="urn:uuid:00000000-0000-4000-8000-000000000009"))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "claims-differ")


def test_two_credentials_in_one_token_are_not_readable_in_one_way():
    report = verify(token(vc=badge(name="Another")))

    assert report.verdict is Verdict.MALFORMED
    assert "two in one" in report.findings[0].detail


# -- Size ----------------------------------------------------------------------------------------------
def of_size(size: int) -> str:
    """Return a signed badge with a picture inside, as text of exactly `size` bytes."""
    unsigned = {name: value for name, value in signed_badge(KEY, suite="eddsa-jcs-2022").items() if name != "proof"}
    unsigned["@context"] = [*unsigned["@context"], {"picture": "https://x.example/picture"}]
    method = f"{unsigned['issuer']['id']}#{unsigned['issuer']['id'].removeprefix('did:key:')}"
    options = ProofOptions(method, timezone.now())

    def signed(length: int) -> str:
        return json.dumps(add_proof(unsigned | {"picture": "x" * length}, KEY, options))

    # a signature in base 58 is a letter or two longer or shorter than another
    return signed(size - len(signed(0)) - 4).ljust(size)


@pytest.mark.parametrize("as_file", [True, False])
def test_a_document_of_a_megabyte_is_read_at_the_desk_and_a_larger_one_told_the_limit(client, as_file):
    whole = of_size(MAX_TEXT_BYTES)
    assert len(whole) == 1_048_576

    def page(text):
        given = {"file": SimpleUploadedFile("c.json", text.encode())} if as_file else {"text": text}
        return client.post("/verify", given)

    answer = page(whole)
    assert (answer.status_code, 'data-verdict="issuer-not-known"' in answer.content.decode()) == (200, True)
    larger = page(whole + " " * 10 + "{}")
    assert "It is larger than we read: 1 MB of text" in larger.content.decode()
    assert 'data-verdict="could-not-confirm"' in larger.content.decode()


def test_a_picture_with_more_than_a_megabyte_inside_is_too_large_and_not_unreadable():
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")

    for inside in (of_size(MAX_TEXT_BYTES + 20), "a" * MAX_TEXT_BYTES + ".a.a"):
        report = verify(bake_png(target.getvalue(), inside))
        assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "too-large")


def test_a_body_of_a_megabyte_is_read_by_the_api_and_a_larger_one_told_the_limit(client):
    document = of_size(1_048_576 - len('{"credential": }'))
    body = f'{{"credential": {document}}}'
    assert len(body) == 1_048_576

    answer = client.post("/api/v1/verify", body, content_type="application/json")
    assert (answer.status_code, answer.json()["verdict"]) == (200, "issuer-not-known")
    larger = client.post("/api/v1/verify", body + " ", content_type="application/json")
    assert (larger.status_code, "1048576" in larger.content.decode()) == (413, True)
