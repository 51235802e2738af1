"""Eight ways in which a credential does not stand, each told apart; a list that cannot be believed is no clean status."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import PublishedKey, did_key, issuer_did_document
from credentials.status_lists import encode_bits, status_entry, status_list_credential
from credentials.strict_json import compact_json
from registry.fetch import Fetched, NotFetchedError
from tests.attacks.documents import DID, KEY, METHOD, credential, poison
from tests.verification.builders import document_of, signed_credential, vouch_for
from verification.checks import Check, Report, Verdict
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
LIST = "https://lists.example/1"
INDEX = 77
STRANGER = Ed25519PrivateKey.generate()


def signed(document: dict[str, Any], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    did = did_key(key.public_key())
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = ProofOptions(f"{did}#{did.removeprefix('did:key:')}", timezone.now())
    return add_proof(unsigned, key, options)


def status_list(
    *, purpose: str = "revocation", bits: bytes | None = None, key: Ed25519PrivateKey = KEY, **members: Any
) -> dict[str, Any]:
    values = {
        "list_id": LIST,
        "issuer": did_key(key.public_key()),
        "purpose": purpose,
        "encoded_list": encode_bits(bits or bytes(16_384)),
        "valid_from": timezone.now() - dt.timedelta(hours=1),
    }
    return signed(status_list_credential(**(values | members)), key)


def set_bits() -> bytes:
    bits = bytearray(16_384)
    bits[INDEX // 8] |= 128 >> INDEX % 8
    return bytes(bits)


def entry(**changes: Any) -> dict[str, Any]:
    return status_entry(list_id=LIST, index=INDEX, purpose="revocation") | changes


@pytest.fixture
def serve(monkeypatch):
    """Answer every fetch with one document; return the list of addresses asked for."""

    def start(document: Any) -> list[str]:
        asked: list[str] = []

        def fetch(url: str, **_: Any) -> Fetched:
            asked.append(url)
            if document is None:
                raise NotFetchedError
            return Fetched(url, document if isinstance(document, bytes) else compact_json(document).encode())

        monkeypatch.setattr("verification.resolve.statuses.safe_fetch", fetch)
        return asked

    vouch_for(DID)
    return start


def checked(document: dict[str, Any]) -> Report:
    return verify_source(compact_json(document), at=timezone.now())


def status_of(report: Report) -> tuple[Verdict, str]:
    return report.verdict, next(finding.reason for finding in report.findings if finding.check is Check.STATUS)


def with_status(**changes: Any) -> dict[str, Any]:
    return signed(credential(credentialStatus=entry(**changes)))


def test_a_clean_list_passes_with_its_time(serve):
    asked = serve(status_list())

    assert status_of(checked(with_status())) == (Verdict.GENUINE, "as-of")
    assert asked == [LIST]


COULD_NOT = Verdict.COULD_NOT_CONFIRM


@pytest.mark.parametrize(
    ("build", "changes", "expected"),
    [
        (lambda: status_list(bits=set_bits()), {}, (Verdict.REVOKED, "revoked")),
        (lambda: None, {}, (COULD_NOT, "list-unreachable")),
        (lambda: status_list(key=STRANGER), {}, (COULD_NOT, "list-signed-by-other")),
        (lambda: status_list() | {"issuer": did_key(STRANGER.public_key())}, {}, (COULD_NOT, "list-signed-by-other")),
        (lambda: status_list(purpose="suspension"), {}, (COULD_NOT, "list-purpose-mismatch")),
        (status_list, {"statusListIndex": "131072"}, (COULD_NOT, "list-index-out-of-range")),
        (lambda: status_list(valid_until=timezone.now() - dt.timedelta(minutes=1)), {}, (COULD_NOT, "list-expired")),
        (lambda: status_list(valid_from=timezone.now() + dt.timedelta(hours=1)), {}, (COULD_NOT, "list-not-yet-valid")),
        (lambda: status_list(list_id="https://lists.example/2"), {}, (COULD_NOT, "list-is-another")),
        (lambda: b"<html>", {}, (COULD_NOT, "list-unreadable")),
        (lambda: b"{}", {}, (COULD_NOT, "list-unreadable")),
        (lambda: poison(8, 3), {}, None),
    ],
)  # fmt: skip
def test_every_list_that_does_not_answer_for_it_is_told_apart(serve, build, changes, expected):
    serve(build())
    found = status_of(checked(with_status(**changes)))

    assert found == expected if expected else found[0] is COULD_NOT


def test_a_changed_bit_in_a_signed_list_is_not_believed(serve):
    forged = status_list(bits=set_bits())
    forged["credentialSubject"]["encodedList"] = encode_bits(bytes(16_384))
    serve(forged)

    assert status_of(checked(with_status())) == (COULD_NOT, "list-signed-by-other")


def test_a_suspension_is_no_revocation(serve):
    serve(status_list(purpose="suspension", bits=set_bits()))

    assert status_of(checked(with_status(statusPurpose="suspension"))) == (Verdict.SUSPENDED, "suspended")


def test_expired_and_not_yet_valid_are_told_apart(serve):
    serve(status_list())
    now = timezone.now()
    past = credential(validUntil=(now - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    future = credential(validFrom=(now + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))

    assert checked(signed(past)).verdict is Verdict.EXPIRED
    assert checked(signed(future)).verdict is Verdict.NOT_YET_VALID


def test_a_hundred_lists_are_not_fetched(serve):
    asked = serve(status_list())
    entries = [entry(id=f"{LIST}#{n}", statusListIndex=str(n)) for n in range(100)]

    assert checked(signed(credential(credentialStatus=entries))).verdict is COULD_NOT
    assert asked == []


# -- did:web -------------------------------------------------------------------------------------------------
WEB = "did:web:college.example"


def web_credential(key: Ed25519PrivateKey, method: str = f"{WEB}#key-1") -> dict[str, Any]:
    unsigned = {name: value for name, value in credential(issuer=WEB).items() if name != "proof"}
    return add_proof(unsigned, key, ProofOptions(method, timezone.now()))


def serve_did(monkeypatch, document: Any) -> list[str]:
    asked: list[str] = []

    def fetch(url: str, **_: Any) -> Fetched:
        asked.append(url)
        if document is None:
            raise NotFetchedError
        return Fetched(url, document if isinstance(document, bytes) else compact_json(document).encode())

    monkeypatch.setattr("verification.resolve.dids.safe_fetch", fetch)
    return asked


def test_a_did_web_is_read_at_its_address(monkeypatch):
    asked = serve_did(monkeypatch, issuer_did_document(WEB, [PublishedKey("key-1", KEY.public_key())]))

    assert checked(web_credential(KEY)).verdict is Verdict.ISSUER_NOT_KNOWN
    assert asked == ["https://college.example/.well-known/did.json"]


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        (None, COULD_NOT),
        (b"<html>", COULD_NOT),
        (b"[]", COULD_NOT),
        ({"id": "did:web:other.example"}, COULD_NOT),
        (issuer_did_document(WEB, []), COULD_NOT),
        (issuer_did_document(WEB, [PublishedKey("key-1", STRANGER.public_key())]), Verdict.NOT_GENUINE),
        (
            issuer_did_document(WEB, [PublishedKey("key-1", KEY.public_key(), ("authentication",))]),
            COULD_NOT,
        ),
        (issuer_did_document(WEB, [PublishedKey("key-2", KEY.public_key())]), COULD_NOT),
    ],
    ids=["silent", "a page", "no object", "another did", "no keys", "another key", "another purpose", "another name"],
)
def test_a_key_that_the_issuer_does_not_publish_for_signing_confirms_nothing(monkeypatch, document, verdict):
    serve_did(monkeypatch, document)

    assert checked(web_credential(KEY)).verdict is verdict


def test_the_key_used_in_these_tests_is_the_attackers():
    assert METHOD.startswith(DID)


@pytest.mark.parametrize("path", ["/verify?url=x", "/status/x", "/status/00000000-0000-4000-8000-000000000000"])
def test_an_address_of_ours_is_no_list_and_is_not_fetched(serve, settings, path):
    asked = serve(status_list())

    report = checked(with_status(statusListCredential=f"{settings.PUBLIC_URL}{path}"))

    assert status_of(report) == (COULD_NOT, "list-unreadable")
    assert asked == []


def test_a_list_of_ours_that_a_stranger_names_is_read_from_the_tables(serve):
    ours = document_of(signed_credential())["credentialStatus"]["statusListCredential"]
    asked = serve(status_list())

    assert status_of(checked(with_status(statusListCredential=ours))) == (COULD_NOT, "list-signed-by-other")
    assert asked == []
