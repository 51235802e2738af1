"""Published status lists say what the database says, and the newest version counts."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from credentials.dids import verification_method
from credentials.status_lists import read_status, status_bit
from issuing.errors import KeyUnavailableError
from issuing.models import Award, Credential, PublishedStatusList, SigningKey, StatusList, StatusPurpose
from issuing.selectors import issuer_did_document, newest_status_list
from issuing.services import (
    award_achievement,
    mark_key_compromised,
    reinstate_credential,
    revoke_credential,
    suspend_credential,
)
from issuing.signing import set_key_encryption_key_source, status_lists
from issuing.tasks import renew_status_lists
from registry.actors import SYSTEM
from registry.models import OutboxMessage
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def covering_list(
    credential: Credential, purpose: StatusPurpose = StatusPurpose.REVOCATION
) -> PublishedStatusList | None:
    """Return the newest published list in which a credential's place stands."""
    return (
        PublishedStatusList.objects.filter(list_id=credential.award.status_list_id, purpose=purpose)
        .order_by("-version")
        .first()
    )


def signed(**content) -> Credential:
    award = award_achievement(order=build_order(build_achievement(**content)), actor=SYSTEM)
    with signing_here():
        drain_all()
    return Credential.objects.select_related("award__status_list", "award__version__achievement__issuer").get(
        pk=award.pk
    )


def reading(credential: Credential, purpose: StatusPurpose = StatusPurpose.REVOCATION) -> bool:
    """Read the status as a stranger does: entry, list, proof, bit."""
    document = json.loads(credential.document)
    entries = document["credentialStatus"]
    entry = next(e for e in (entries if isinstance(entries, list) else [entries]) if e["statusPurpose"] == purpose)
    listed = newest_status_list(entry["statusListCredential"].rpartition("/")[2])
    issuer = credential.award.version.achievement.issuer
    did_document = issuer_did_document(issuer)
    return read_status(
        entry,
        json.loads(listed.document),
        issuer=issuer.did,
        resolve=lambda method: verification_method(did_document, method, "assertionMethod"),
        at=timezone.now(),
    ).is_set


def test_list_is_published_before_the_first_credential_appears():
    credential = signed()

    assert covering_list(credential).version == 1
    assert reading(credential) is False


def test_revocation_is_published_by_the_next_drain_and_neighbours_stay():
    achievement = build_achievement()
    for _ in range(3):
        award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
    one, *others = Credential.objects.select_related("award__version__achievement__issuer").all()

    revoke_credential(credential_id=one.pk, reason="Error", actor=SYSTEM)
    with signing_here():
        drain_all()

    assert reading(one) is True
    assert [reading(other) for other in others] == [False, False]


def test_suspension_has_a_list_of_its_own_and_can_be_lifted():
    credential = signed(suspendable=True)
    suspend_credential(credential_id=credential.pk, reason="Inquiry", actor=SYSTEM)
    with signing_here():
        drain_all()
    assert (reading(credential, StatusPurpose.SUSPENSION), reading(credential)) == (True, False)

    reinstate_credential(credential_id=credential.pk, reason="Cleared", actor=SYSTEM)
    with signing_here():
        drain_all()
    assert reading(credential, StatusPurpose.SUSPENSION) is False


def test_award_that_ended_unsigned_has_its_bit_set():
    signed_one = signed()
    award = award_achievement(order=build_order(signed_one.award.version.achievement), actor=SYSTEM)
    revoke_credential(credential_id=award.pk, reason="Wrong person", actor=SYSTEM)
    with signing_here():
        drain_all()

    encoded = json.loads(covering_list(signed_one).document)["credentialSubject"]["encodedList"]
    assert status_bit(encoded, Award.objects.get(pk=award.pk).status_index)


def test_lists_of_a_compromised_key_are_signed_by_the_new_one_at_once():
    credential = signed()
    issuer = credential.award.version.achievement.issuer
    mark_key_compromised(issuer=issuer, actor=SYSTEM)
    OutboxMessage.objects.update(not_before=timezone.now())
    with signing_here():
        drain_all()
        OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now())
        drain_all()

    (proof,) = json.loads(covering_list(credential).document)["proof"]
    assert [proof["verificationMethod"]] == issuer_did_document(issuer)["assertionMethod"]


def test_many_changes_are_published_in_one_version():
    achievement = build_achievement()
    awards = [award_achievement(order=build_order(achievement), actor=SYSTEM) for _ in range(5)]
    with signing_here():
        drain_all()
        before = PublishedStatusList.objects.latest("version").version
        for award in awards:
            revoke_credential(credential_id=award.pk, reason="Error", actor=SYSTEM)
        drain_all()

    assert PublishedStatusList.objects.latest("version").version == before + 1


def test_list_of_which_nothing_changed_is_not_published_again():
    credential = signed()
    with signing_here():
        status_lists.publish_list(credential.award.status_list_id)

    assert PublishedStatusList.objects.count() == 1


def test_publisher_with_older_bits_cannot_come_last(monkeypatch):
    credential = signed()
    list_id = credential.award.status_list_id
    real = status_lists.bits_of
    raced = []

    def slow(status_list, purpose):
        bits = real(status_list, purpose)
        if not raced:
            raced.append(True)
            revoke_credential(credential_id=credential.pk, reason="Error", actor=SYSTEM)
            status_lists.publish_list(list_id)
            # What was read before the revocation is published after it: it differs, so it would be signed.
            bits[0] ^= 1
        return bits

    monkeypatch.setattr(status_lists, "bits_of", slow)
    with signing_here():
        status_lists.publish_list(list_id)

    assert reading(credential) is True


def test_old_versions_go_and_the_newest_stay():
    credential = signed(suspendable=True)
    with signing_here():
        for act in (suspend_credential, reinstate_credential) * 3:
            act(credential_id=credential.pk, reason="x", actor=SYSTEM)
            drain_all()

    versions = PublishedStatusList.objects.filter(purpose=StatusPurpose.SUSPENSION).values_list("version", flat=True)
    assert sorted(versions) == [5, 6, 7]


def test_list_that_grows_old_is_renewed():
    credential = signed()
    PublishedStatusList.objects.update(at=timezone.now() - dt.timedelta(days=2))

    with signing_here():
        renew_status_lists()
        renew_status_lists()

    assert covering_list(credential).version == 2


def damage_key_of(credential: Credential) -> None:
    SigningKey.objects.filter(pk=credential.key_id).update(private_sealed=b"\x00" * 48)
    set_key_encryption_key_source(None)  # what was opened before is forgotten


def test_damaged_key_of_one_issuer_stops_the_lists_of_nobody_else():
    damaged, *others = [signed() for _ in range(3)]
    PublishedStatusList.objects.update(at=timezone.now() - dt.timedelta(days=2))
    damage_key_of(damaged)

    with signing_here():
        renew_status_lists()

    assert [covering_list(one).version for one in (damaged, *others)] == [1, 2, 2]


def test_list_that_cannot_be_published_stops_no_other_of_any_issuer(monkeypatch):
    bad, *others = [signed() for _ in range(3)]
    PublishedStatusList.objects.update(at=timezone.now() - dt.timedelta(days=2))
    real = status_lists.bits_of

    def failing(status_list, purpose):
        if status_list.pk == bad.award.status_list_id:
            raise ValueError
        return real(status_list, purpose)

    monkeypatch.setattr(status_lists, "bits_of", failing)
    with signing_here():
        renew_status_lists()

    assert [covering_list(one).version for one in (bad, *others)] == [1, 2, 2]


def test_platform_key_that_cannot_be_made_stops_no_list(monkeypatch):
    credential = signed()
    PublishedStatusList.objects.update(at=timezone.now() - dt.timedelta(days=2))

    def failing(**_named):
        raise KeyUnavailableError

    monkeypatch.setattr("issuing.tasks.make_key", failing)
    with signing_here():
        renew_status_lists()

    assert covering_list(credential).version == 2


def test_issuers_take_turns_when_many_lists_are_old(monkeypatch):
    many, few = signed(), signed()
    old = StatusList.objects.get(pk=many.award.status_list_id)
    StatusList.objects.filter(pk=old.pk).update(closed_at=timezone.now())
    for _ in range(3):
        more = StatusList.objects.create(
            issuer_id=old.issuer_id, base_url=old.base_url, feistel_key=bytes(32), closed_at=timezone.now()
        )
        PublishedStatusList.objects.create(
            list=more, purpose="revocation", version=1, document="{}", etag="", at=timezone.now()
        )
    PublishedStatusList.objects.update(at=timezone.now() - dt.timedelta(days=2))
    published = []
    monkeypatch.setattr(status_lists, "publish_list", published.append)

    with signing_here():
        renew_status_lists()

    assert few.award.status_list_id in published[:2]
    assert len(published) == 5


def test_published_list_says_how_long_it_may_be_kept():
    document = json.loads(covering_list(signed()).document)

    assert document["credentialSubject"]["ttl"] == 60_000
    assert document["validUntil"] > document["validFrom"]
    assert StatusList.objects.get().size == 131_072
