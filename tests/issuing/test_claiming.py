"""Accepting, declining, lapsing and days that come: by services."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing.errors import CredentialNotFoundError, NotHolderError, StateError
from issuing.models import Award, AwardState, Credential, Letter, LetterKind
from issuing.services import accept_award, advance_due, decline_award, revoke_credential
from registry.actors import SYSTEM, Actor
from registry.models import AuditEntry, Learner, OutboxMessage, Role, Visibility
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.ways import LATER, at_claim, award_now, bearer, breaches, fresh_state, sign
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db


# -- claiming -----------------------------------------------------------------------------------------


def test_signing_at_claim_writes_to_the_holder_before_it_signs():
    achievement = at_claim()
    award = award_now(achievement)

    assert sign() == 0
    letter = Letter.objects.get(kind=LetterKind.CLAIM)
    assert (letter.award_id, letter.kind) == (award.pk, LetterKind.CLAIM)
    accept_award(award_id=award.pk, actor=bearer(award))
    accept_award(award_id=award.pk, actor=bearer(award))
    assert sign() == 1

    assert Letter.objects.filter(kind=LetterKind.CLAIM).count() == 1
    award = Award.objects.get(pk=award.pk)
    assert award.state == AwardState.DELIVERED
    assert award.claimed_at
    assert breaches() == []


def test_validity_begins_with_the_award_and_not_with_its_acceptance(monkeypatch):
    award = award_now(at_claim())
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.now(dt.UTC) + LATER)
    accept_award(award_id=award.pk, actor=bearer(award))
    sign()

    credential = Credential.objects.select_related("award").get()
    assert credential.award.valid_from == award.valid_from
    assert credential.proof_created >= award.valid_from + LATER - dt.timedelta(minutes=1)


@pytest.mark.parametrize("act", [accept_award, decline_award])
def test_only_its_holder_accepts_or_declines(act):
    achievement = at_claim()
    award, other = award_now(achievement), award_now(achievement)
    someone = build_user()
    owner = build_member(achievement.issuer.node, Role.OWNER)

    for actor in (SYSTEM, owner):
        with pytest.raises(NotHolderError):
            act(award_id=award.pk, actor=actor)
    for stranger in (bearer(other), Actor(kind="user", id=str(someone.pk), user_id=someone.pk)):
        with pytest.raises(CredentialNotFoundError):
            act(award_id=award.pk, actor=stranger)

    assert Award.objects.get(pk=award.pk).state == AwardState.AWAITING_CLAIM
    with pytest.raises(CredentialNotFoundError):
        act(award_id=someone.pk, actor=SYSTEM)
    Learner.objects.filter(pk=award.learner_id).update(user=someone)
    act(award_id=award.pk, actor=Actor(kind="user", id=str(someone.pk), user_id=someone.pk))


def test_declined_award_is_never_signed_and_may_be_made_again():
    achievement = at_claim()
    award = award_now(achievement, number=1)

    decline_award(award_id=award.pk, actor=bearer(award))
    decline_award(award_id=award.pk, actor=bearer(award))

    assert sign() == 0
    assert Award.objects.get(pk=award.pk).state == AwardState.DECLINED
    with pytest.raises(StateError) as refusal:
        accept_award(award_id=award.pk, actor=bearer(award))
    assert refusal.value.facts["state"] == "declined"
    assert award_now(achievement, number=1)
    assert breaches() == []


def test_declining_what_is_signed_is_a_time_and_makes_it_private():
    achievement = build_achievement(build_issuer(default_visibility=Visibility.PUBLIC))
    award = award_now(achievement)
    sign()

    decline_award(award_id=award.pk, actor=bearer(award))

    award = Award.objects.get(pk=award.pk)
    assert (award.state, bool(award.declined_at)) == (AwardState.SIGNED, True)
    assert Credential.objects.get().visibility == Visibility.PRIVATE
    accept_award(award_id=award.pk, actor=bearer(award))
    award.refresh_from_db()
    assert (award.declined_at, bool(award.claimed_at)) == (None, True)


def test_what_nobody_accepts_in_time_lapses():
    achievement = at_claim()
    award = award_now(achievement, number=1)
    Award.objects.filter(pk=award.pk).update(claim_until=timezone.now() - LATER)

    with pytest.raises(StateError) as refusal:
        accept_award(award_id=award.pk, actor=bearer(award))
    assert refusal.value.facts["state"] == "lapsed"
    OutboxMessage.objects.filter(topic="awards.due").update(not_before=timezone.now())
    sign()

    assert fresh_state(award) == (AwardState.LAPSED, "not-claimed")
    assert AuditEntry.objects.filter(act="award.lapsed", object_id=str(award.pk)).exists()
    assert award_now(achievement, number=1)
    assert breaches() == []


def test_time_to_accept_is_not_over_before_it_is():
    award = award_now(at_claim())
    advance_due(award_ids=[award.pk])

    assert Award.objects.get(pk=award.pk).state == AwardState.AWAITING_CLAIM


# -- a scheduled day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "then"), [("at_award", AwardState.SIGNED), ("at_claim", AwardState.AWAITING_CLAIM)]
)
def test_scheduled_award_waits_for_its_day(policy, then):
    award = award_now(build_achievement(build_issuer(signing_policy=policy)), send_at=timezone.now() + LATER)

    assert sign() == 0
    assert Award.objects.get(pk=award.pk).state == AwardState.SCHEDULED
    assert not Letter.objects.exists()
    assert breaches() == []
    advance_due(award_ids=[award.pk])
    assert Award.objects.get(pk=award.pk).state == AwardState.SCHEDULED, "a doubled task changes nothing"
    Award.objects.filter(pk=award.pk).update(not_before=timezone.now())
    OutboxMessage.objects.filter(topic="awards.due").update(not_before=timezone.now())
    sign()

    assert Award.objects.get(pk=award.pk).state == then
    assert Letter.objects.filter(kind=LetterKind.CLAIM).count() == 1
    assert breaches() == []


def test_scheduled_award_can_be_cancelled_and_is_never_signed():
    award = award_now(build_achievement(), send_at=timezone.now() + LATER)

    revoke_credential(credential_id=award.pk, reason="Undone", actor=SYSTEM)
    Award.objects.filter(pk=award.pk).update(not_before=timezone.now())
    advance_due(award_ids=[award.pk])

    assert sign() == 0
    assert Award.objects.get(pk=award.pk).state == AwardState.CANCELLED
    assert not Letter.objects.exists()
