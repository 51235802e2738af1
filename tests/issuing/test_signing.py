"""Claim, sign, store: dead workers, lost leases, compromised keys, bad facts."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from credentials.documents import AwardFacts
from credentials.errors import StencilError
from credentials.stencils import SignedText
from credentials.stencils.stencil import CredentialStencil
from issuing.draining import drain
from issuing.models import Award, AwardState, Credential, Letter, SigningKey
from issuing.selectors import method_of
from issuing.services import (
    award_achievement,
    mark_key_compromised,
    request_key_rotation,
    resume_signing,
    revoke_credential,
)
from issuing.signing import chunks
from issuing.signing.chunks import sign_chunk
from issuing.signing.intents import lease_chunk
from issuing.signing.storing import finish_chunk
from registry.actors import SYSTEM
from registry.leases import LeaseLostError
from registry.models import Issuer, OutboxMessage
from tests.issuing.builders import OTHER_KEK, build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def accepted(**content) -> Award:
    """Return an award that waits, its issuer having its key."""
    achievement = build_achievement(**content)
    with signing_here():
        drain_all()
    return award_achievement(order=build_order(achievement), actor=SYSTEM)


def make_due() -> None:
    OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now() - dt.timedelta(seconds=1))


def test_chunk_of_a_dead_worker_is_signed_once_by_the_next_with_the_same_bytes():
    award = accepted()
    with signing_here():
        dead = lease_chunk(worker="dead", lease_seconds=0)
        never_stored = sign_chunk(dead)
        drain_all()

    credential = Credential.objects.get()
    assert credential.pk == award.pk
    assert credential.document == never_stored.awards[0].signed.text
    assert OutboxMessage.objects.get(pk=dead.pk).attempts == 2


def test_signing_again_later_writes_the_same_bytes():
    accepted()
    with signing_here():
        first = sign_chunk(lease_chunk(worker="one", lease_seconds=0))
        OutboxMessage.objects.filter(pk=first.message.pk).update(
            proof_created=first.message.proof_created - dt.timedelta(hours=1)
        )
        first = sign_chunk(lease_chunk(worker="one", lease_seconds=0))
        # A third worker would be held back: perhaps the chunk is what kills them.
        OutboxMessage.objects.filter(pk=first.message.pk).update(claimed_by="")
        second = sign_chunk(lease_chunk(worker="two", lease_seconds=0))

    assert second.message.proof_created == first.message.proof_created
    assert [one.signed for one in second.awards] == [one.signed for one in first.awards]


def test_worker_that_lost_its_lease_stores_nothing():
    accepted()
    with signing_here():
        late = sign_chunk(lease_chunk(worker="late", lease_seconds=0))
        lease_chunk(worker="next", lease_seconds=60)

        with pytest.raises(LeaseLostError):
            finish_chunk(late, worker="late")

    assert not Credential.objects.exists()
    assert not Letter.objects.exists()


def test_finished_chunk_cannot_be_stored_again():
    accepted()
    with signing_here():
        chunk = sign_chunk(lease_chunk(worker="one", lease_seconds=60))
        finish_chunk(chunk, worker="one")

        with pytest.raises(LeaseLostError):
            finish_chunk(chunk, worker="one")

    assert Credential.objects.count() == 1


def test_key_compromised_while_signing_discards_the_work_and_the_next_key_signs():
    award = accepted()
    issuer = Issuer.objects.get()
    with signing_here():
        stale = sign_chunk(lease_chunk(worker="stale", lease_seconds=60))
        old = mark_key_compromised(issuer=issuer, actor=SYSTEM)
        with pytest.raises(LeaseLostError, match="key"), transaction.atomic():
            finish_chunk(stale, worker="stale")
        OutboxMessage.objects.update(lease_until=None)
        make_due()
        drain_all()

    credential = Credential.objects.get(pk=award.pk)
    assert credential.key_id != old.pk
    assert credential.key.public_multibase in credential.document


def test_rotation_between_claim_and_store_keeps_the_intent():
    accepted()
    issuer = Issuer.objects.get()
    with signing_here():
        chunk = lease_chunk(worker="one", lease_seconds=0)
        intended = chunk.key_id
        request_key_rotation(issuer=issuer, actor=SYSTEM)
        drain_all()

    assert Credential.objects.get().key_id == intended
    assert SigningKey.objects.filter(issuer=issuer).count() == 2


def test_award_cancelled_while_it_is_signed_is_not_stored():
    award = accepted()
    with signing_here():
        chunk = sign_chunk(lease_chunk(worker="one", lease_seconds=60))
        revoke_credential(credential_id=award.pk, reason="Wrong person", actor=SYSTEM)
        assert finish_chunk(chunk, worker="one") == 0

    assert not Credential.objects.exists()
    assert Award.objects.get().state == AwardState.CANCELLED


def test_facts_that_break_a_rule_are_refused_and_the_rest_of_the_chunk_is_signed():
    achievement = build_achievement()
    with signing_here():
        drain_all()
    bad = award_achievement(order=build_order(achievement), actor=SYSTEM)
    good = award_achievement(order=build_order(achievement), actor=SYSTEM)
    message = OutboxMessage.objects.filter(topic="awards.accepted").order_by("id").first()
    OutboxMessage.objects.filter(pk=message.pk).update(payload={"award_ids": [str(bad.pk), str(good.pk)]})
    OutboxMessage.objects.filter(topic="awards.accepted").exclude(pk=message.pk).update(done_at=timezone.now())
    facts = json.loads(bad.facts) | {"valid_until": "1999-01-01T00:00:00Z"}
    Award.objects.filter(pk=bad.pk).update(facts=json.dumps(facts))

    with signing_here():
        drain_all()

    assert list(Credential.objects.values_list("pk", flat=True)) == [good.pk]
    refused = Award.objects.get(pk=bad.pk)
    assert (refused.state, refused.refused_code) == (AwardState.REFUSED, "data-model")


def test_stencil_that_writes_something_else_stops_the_issuers_signing(monkeypatch):
    award = accepted()
    real = CredentialStencil.sign_same_shape

    def forged(self, facts, *rest):
        signed = real(self, facts, *rest)
        return SignedText(signed.text.replace("Ada Example", "Eve Example"), signed.sha256, by_stencil=True)

    with signing_here(), monkeypatch.context() as patched:
        patched.setattr(CredentialStencil, "sign_same_shape", forged)
        drain_all()

    issuer = Issuer.objects.get()
    assert issuer.signing_stopped_at is not None
    assert not Credential.objects.exists()
    make_due()
    with signing_here():
        drain_all()
        assert not Credential.objects.exists(), "a stopped issuer signs nothing"
        resume_signing(issuer=issuer, actor=SYSTEM)
        make_due()
        drain_all()
    assert Credential.objects.get().pk == award.pk


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"proof":[', '"proof": ['),
        ('"proofValue":"z', '"proofValue":"0'),
        ('"}]}', '"}],"more":1}'),
        ('"validFrom":"', '"validFrom":" '),
        ('"cryptosuite":"', '"cryptosuite":"x'),
        ('"created":"2', '"created":"3'),
    ],
)
def test_text_that_is_not_the_builders_and_a_proof_is_refused(old, new):
    award_id = accepted().pk
    with signing_here():
        drain_all()
    text = Credential.objects.get(pk=award_id).document
    award = Award.objects.get(pk=award_id)
    facts = AwardFacts.from_json(award.facts)
    base_url = facts.credential_id.rpartition("/c/")[0]
    edition = chunks.edition_of(
        award.version_id, award.issuer_profile_id, award.builder_version, facts.language, base_url
    )
    credential = award.credential
    intent = SimpleNamespace(method=method_of(credential.key), created=credential.proof_created)
    proof = chunks.proof_pattern(intent)

    chunks._compare(text, edition, facts, proof)
    assert old in text
    with pytest.raises(StencilError):
        chunks._compare(text.replace(old, new), edition, facts, proof)


def test_signature_that_does_not_hold_is_found_by_the_independent_check(monkeypatch):
    accepted()
    real = CredentialStencil.sign_same_shape

    def forged(self, facts, *rest):
        signed = real(self, facts, *rest)
        start = signed.text.index('"proofValue":"z') + len('"proofValue":"z')
        flipped = "2" if signed.text[start] != "2" else "3"
        return SignedText(signed.text[:start] + flipped + signed.text[start + 1 :], signed.sha256, by_stencil=True)

    with signing_here(), monkeypatch.context() as patched:
        patched.setattr(CredentialStencil, "sign_same_shape", forged)
        drain_all()

    assert Issuer.objects.get().signing_stopped_at is not None
    assert not Credential.objects.exists()


def test_independent_check_takes_the_first_and_one_in_two_hundred(monkeypatch):
    checked = []
    monkeypatch.setattr(chunks, "check_independently", lambda text, *_rest, **_key: checked.append(text))
    monkeypatch.setattr(chunks, "_compare", lambda *_rest: None)
    accepted()
    with signing_here():
        signature = chunks.intended_signature(lease_chunk(worker="w", lease_seconds=60))
    texts = [SignedText(str(place), "", by_stencil=True) for place in range(401)]
    edition = SimpleNamespace(writer=None)
    ready = [chunks._Ready(None, None, edition, None)] * len(texts)

    chunks._check(ready, texts, signature, keep_lease=lambda: None)

    assert checked == ["0", "200", "400"]


def test_insert_that_fails_leaves_the_award_waiting_and_revocable():
    award = accepted()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE 'disk'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER fail BEFORE INSERT ON issuing_credential FOR EACH ROW EXECUTE FUNCTION fail();"
        )
    with signing_here():
        assert drain_all() == 0

    message = OutboxMessage.objects.get(topic="awards.accepted")
    assert message.done_at is None
    assert message.last_error
    assert Award.objects.get().state == AwardState.ACCEPTED
    revoke_credential(credential_id=award.pk, reason="Not wanted any more", actor=SYSTEM)
    assert Award.objects.get().state == AwardState.CANCELLED


def test_insert_that_fails_once_heals():
    award = accepted()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE 'disk'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER fail BEFORE INSERT ON issuing_credential FOR EACH ROW EXECUTE FUNCTION fail();"
        )
    with signing_here():
        drain_all()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER fail ON issuing_credential")
        make_due()
        drain_all()

    assert Credential.objects.get().pk == award.pk


def test_wrong_key_encryption_key_signs_nothing_and_heals_alone():
    award = accepted()
    with signing_here(OTHER_KEK):
        drain_all()
    assert not Credential.objects.exists()
    message = OutboxMessage.objects.get(topic="awards.accepted")
    assert message.last_error == "key-encryption-key-is-another"
    assert message.not_before < timezone.now() + dt.timedelta(seconds=3), "it is tried again soon"

    make_due()
    with signing_here():
        drain_all()
    assert Credential.objects.get().pk == award.pk


def test_process_without_the_key_signs_nothing():
    accepted()

    drain_all()

    assert OutboxMessage.objects.get(topic="awards.accepted").last_error == "SigningNotHereError"
    assert not Credential.objects.exists()


def test_draining_fifty_times_gives_one_credential_and_one_delivery():
    accepted()
    with signing_here():
        for number in range(50):
            drain(worker=f"worker-{number}")

    assert (Credential.objects.count(), Letter.objects.count()) == (1, 1)


def test_database_itself_refuses_a_second_credential():
    accepted()
    with signing_here():
        drain_all()
    credential = Credential.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.bulk_create([credential])
