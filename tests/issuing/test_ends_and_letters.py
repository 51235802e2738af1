"""fsck finds an end that the audit trail does not tell of, and a letter that its award cannot have."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing.fsck.ends import ends_told
from issuing.fsck.letters import letters_fit_their_awards
from issuing.models import ApprovalKind, Award, AwardState, Letter
from issuing.services import (
    ApprovalOrder,
    BatchRow,
    award_batch,
    cancel_award,
    decline_award,
    refuse_awards,
    reinstate_credential,
    revoke_credential,
    set_approval,
    suspend_credential,
)
from issuing.services.claiming import advance_due
from registry.actors import SYSTEM
from registry.models import Role
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.ways import LATER, at_claim, award_now, bearer, breaches, correct, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
UNTOLD = "award that ended without an entry in the audit trail"


def told_of(check):
    return [(breach.problem, breach.ids) for breach in check()]


def guarded():
    achievement = build_achievement()
    kinds = frozenset({ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=achievement, kinds=kinds), actor=SYSTEM)
    return achievement


def ended():
    """Return awards that ended in every way there is, each by its own act."""
    claiming, approving, plain = at_claim(), guarded(), build_achievement()
    declined, lapsed = award_now(claiming), award_now(claiming)
    decline_award(award_id=declined.pk, actor=bearer(declined))
    Award.objects.filter(pk=lapsed.pk).update(claim_until=timezone.now() - dt.timedelta(days=1))
    advance_due(award_ids=[lapsed.pk])
    refused, approver = award_now(approving), build_member(approving.issuer.node, Role.APPROVER)
    refuse_awards(subject_id=refused.pk, actor=approver, reason="No such course.")
    rows = [BatchRow(row, build_order(approving)) for row in (1, 2)]
    batch = award_batch(achievement=approving, rows=rows, file_sha="ab" * 32, actor=SYSTEM)
    refuse_awards(subject_id=batch.batch_id, actor=approver, reason="Wrong file.")
    cancelled, revoked, unreadable = (award_now(plain) for _ in range(3))
    cancel_award(award_id=cancelled.pk, actor=SYSTEM)
    revoke_credential(credential_id=revoked.pk, reason="Too early.", actor=SYSTEM)
    Award.objects.filter(pk=unreadable.pk).update(facts='{"credential_id":"nothing that can be signed"}')
    sign()
    return Award.objects.exclude(state__in=("signed", "delivered"))


def test_every_act_that_ends_an_award_is_told():
    states = sorted(award.state for award in ended())

    assert states == [*["cancelled"] * 2, "declined", "lapsed", *["refused"] * 4]
    assert told_of(ends_told) == []


@pytest.mark.parametrize("state", [AwardState.REFUSED, AwardState.CANCELLED, AwardState.DECLINED, AwardState.LAPSED])
def test_an_end_that_no_act_is_told_of_is_found(state):
    award = award_now(build_achievement())
    Award.objects.filter(pk=award.pk).update(state=state, refused_code="nobody-knows")

    assert told_of(ends_told) == [(UNTOLD, (str(award.pk),))]
    assert ("N1", UNTOLD) in [(breach.invariant, breach.problem) for breach in breaches()]


def test_an_entry_of_another_act_or_of_another_award_tells_nothing():
    told, untold = award_now(at_claim()), award_now(at_claim())
    decline_award(award_id=told.pk, actor=bearer(told))
    Award.objects.filter(pk=told.pk).update(state=AwardState.LAPSED)
    Award.objects.filter(pk=untold.pk).update(state=AwardState.DECLINED)

    assert told_of(ends_told) == [(UNTOLD, tuple(sorted((str(told.pk), str(untold.pk)))))]


def letter(award, kind, **stated):
    row = {"organisation_id": award.organisation_id, "language": "en", "not_before": timezone.now()}
    return Letter.objects.create(award_id=award.pk, kind=kind, message_id=f"{kind}.{award.pk}", **row | stated)


def test_letters_that_acts_queue_fit_their_awards():
    line = build_achievement(suspendable=True)
    award = award_now(line, valid_until=timezone.now() + dt.timedelta(days=400))
    award_now(at_claim())
    sign()
    Letter.objects.update(state="sent", sent_at=timezone.now())
    suspend_credential(credential_id=award.pk, reason="Under review.", actor=SYSTEM)
    reinstate_credential(credential_id=award.pk, reason="In order.", actor=SYSTEM)
    successor = correct(award)
    sign()
    Letter.objects.update(state="sent", sent_at=timezone.now())
    revoke_credential(credential_id=successor.pk, reason="Given in error.", actor=SYSTEM)

    kinds = set(Letter.objects.values_list("kind", flat=True))
    assert {"claim", "reminder", "suspended", "reinstated", "expiring", "revoked"} <= kinds
    assert told_of(letters_fit_their_awards) == []


@pytest.mark.parametrize("kind", ["corrected", "renewed", "revoked", "suspended", "reinstated", "expiring"])
def test_a_letter_about_a_credential_that_there_is_not_is_found(kind):
    award = award_now(at_claim(), valid_until=timezone.now() + LATER)
    letter(award, kind)

    problem = "letter about a credential of an award that has none"
    assert (problem, (str(award.pk),)) in told_of(letters_fit_their_awards)
    assert ("N8", problem) in [(breach.invariant, breach.problem) for breach in breaches()]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("corrected", "letter of a replacement whose award replaces nothing"),
        ("renewed", "letter of a replacement whose award replaces nothing"),
        ("expiring", "letter of an end whose award has none"),
        ("revoked", "revoked letter of a change that never was"),
        ("suspended", "suspended letter of a change that never was"),
        ("reinstated", "reinstated letter of a change that never was"),
    ],
)
def test_a_letter_of_what_never_was_is_found(kind, problem):
    award = award_now(build_achievement())
    sign()
    letter(award, kind, occasion="4711")

    assert told_of(letters_fit_their_awards) == [(problem, (str(award.pk),))]


def test_a_letter_of_a_change_of_another_credential_or_kind_is_found():
    line = build_achievement(suspendable=True)
    suspended, other = award_now(line), award_now(line)
    sign()
    suspend_credential(credential_id=suspended.pk, reason="Under review.", actor=SYSTEM)
    occasion = Letter.objects.get(kind="suspended").occasion
    letter(other, "suspended", occasion=occasion)
    letter(suspended, "reinstated", occasion=occasion)

    assert told_of(letters_fit_their_awards) == [
        ("suspended letter of a change that never was", (str(other.pk),)),
        ("reinstated letter of a change that never was", (str(suspended.pk),)),
    ]


@pytest.mark.parametrize("kind", ["claim", "link"])
def test_a_letter_of_what_nobody_may_know_of_yet_is_found(kind):
    waiting, later = award_now(guarded()), award_now(build_achievement(), send_at=timezone.now() + LATER)
    for award in (waiting, later):
        letter(award, kind)

    (found,) = letters_fit_their_awards()
    assert found.problem == "letter of an award that nobody may know of yet"
    assert set(found.ids) == {str(waiting.pk), str(later.pk)}


def test_what_waits_again_after_a_correction_keeps_its_letters():
    award = award_now(at_claim())
    set_approval(
        order=ApprovalOrder(place=award.version.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON})),
        actor=SYSTEM,
    )
    assert correct(award).state == AwardState.AWAITING_APPROVAL

    assert Letter.objects.filter(award=award, kind="claim").exists()
    assert told_of(letters_fit_their_awards) == []
