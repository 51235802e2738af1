"""Keys: made, opened, replaced and declared compromised; by the worker alone."""

import base64

import pytest

from credentials.multikey import encode_multikey
from issuing import keys
from issuing.errors import KeyUnavailableError, KeyUnknownError, SigningNotHereError
from issuing.models import SigningKey
from issuing.selectors import issuer_did_document, platform_did_document
from issuing.services import mark_key_compromised, request_key_rotation
from issuing.signing.making_keys import make_key
from registry.actors import SYSTEM
from registry.errors import ForbiddenError, RoleRequiredError
from registry.models import AuditEntry, IssuerState, Role
from tests.issuing.builders import KEK, OTHER_KEK, build_issuer, drain_all, signing_here
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def issuer_with_key():
    issuer = build_issuer()
    with signing_here():
        drain_all()
    issuer.refresh_from_db()
    return issuer


def test_new_issuer_gets_one_key_and_becomes_active():
    issuer = issuer_with_key()
    with signing_here():
        make_key(issuer_id=issuer.pk)

    assert issuer.state == IssuerState.ACTIVE
    assert SigningKey.objects.filter(issuer=issuer).count() == 1


def test_key_is_opened_by_the_worker_alone():
    key = SigningKey.objects.get(issuer=issuer_with_key())

    with pytest.raises(SigningNotHereError):
        keys.open_key(key)
    with pytest.raises(SigningNotHereError):
        keys.new_sealed_key()
    with signing_here():
        assert encode_multikey(keys.open_key(key).public_key()) == key.public_multibase


def test_database_holds_the_private_half_sealed():
    key = SigningKey.objects.get(issuer=issuer_with_key())
    with signing_here():
        raw = keys.open_key(key).private_bytes_raw()

    stored = bytes(key.private_sealed) + bytes(key.nonce) + key.public_multibase.encode()
    assert raw not in stored
    assert base64.b64decode(KEK) not in stored


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (lambda: OTHER_KEK, "key-encryption-key-is-another"),
        (lambda: b"short", "key-encryption-key-unreadable"),
        (lambda: b"***", "key-encryption-key-unreadable"),
        (lambda: (_ for _ in ()).throw(PermissionError()), "key-encryption-key-unreadable"),
    ],
    ids=["another", "short", "no base64", "not readable"],
)
def test_key_that_cannot_be_opened_now_says_why_though_it_was_open_before(source, code):
    key = SigningKey.objects.get(issuer=issuer_with_key())
    with signing_here():
        keys.open_key(key)
        keys._Custody.source = source

        with pytest.raises(KeyUnavailableError) as refusal:
            keys.open_key(key)

    assert refusal.value.code == code


def test_sealed_half_moved_under_another_name_is_refused():
    one, other = (SigningKey.objects.get(issuer=issuer_with_key()) for _ in range(2))
    one.private_sealed, one.nonce = other.private_sealed, other.nonce

    with signing_here(), pytest.raises(KeyUnavailableError, match="opened"):
        keys.open_key(one)


def test_three_rotations_keep_the_history_and_one_current_key():
    issuer = issuer_with_key()
    with signing_here():
        for _ in range(3):
            request_key_rotation(issuer=issuer, actor=SYSTEM)
            drain_all()

    history = SigningKey.objects.filter(issuer=issuer)
    assert (history.count(), history.filter(retired_at=None).count()) == (4, 1)
    document = issuer_did_document(issuer)
    assert len(document["verificationMethod"]) == len(document["assertionMethod"]) == 4
    current = history.get(retired_at=None)
    assert document["assertionMethod"][0] == f"{issuer.did}#{current.public_multibase}"


def test_rotation_that_is_delivered_twice_happens_once():
    issuer = issuer_with_key()
    old = SigningKey.objects.get(issuer=issuer)
    with signing_here():
        make_key(issuer_id=issuer.pk, retire=old.pk)
        make_key(issuer_id=issuer.pk, retire=old.pk)

    assert SigningKey.objects.filter(issuer=issuer).count() == 2


def test_compromised_key_is_marked_at_once_and_replaced():
    issuer = issuer_with_key()
    key = mark_key_compromised(issuer=issuer, actor=SYSTEM)

    document = issuer_did_document(issuer)
    assert document["verificationMethod"][0]["revoked"]
    assert "assertionMethod" not in document, "a thief can date a signature back, and others could not tell"
    with signing_here():
        drain_all()
    current = SigningKey.objects.get(issuer=issuer, retired_at=None)
    assert issuer_did_document(issuer)["assertionMethod"] == [f"{issuer.did}#{current.public_multibase}"]
    assert SigningKey.objects.get(issuer=issuer, retired_at=None).pk != key.pk
    assert AuditEntry.objects.filter(act="key.compromised").exists()


def test_issuer_without_a_key_has_none_to_declare():
    with pytest.raises(KeyUnknownError):
        mark_key_compromised(issuer=build_issuer(), actor=SYSTEM)


def test_awarder_may_not_touch_keys_and_no_user_the_platforms():
    issuer = issuer_with_key()
    awarder = build_member(issuer.node, Role.AWARDER)

    with pytest.raises(RoleRequiredError):
        request_key_rotation(issuer=issuer, actor=awarder)
    with pytest.raises(ForbiddenError):
        request_key_rotation(issuer=None, actor=build_member(issuer.node, Role.OWNER))


def test_platform_has_a_key_of_its_own():
    with signing_here():
        make_key(issuer_id=None)
        make_key(issuer_id=None)

    document = platform_did_document()
    assert document["id"] == "did:web:localhost%3A8000"
    assert len(document["verificationMethod"]) == 1
