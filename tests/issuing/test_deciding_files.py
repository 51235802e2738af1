"""Approving or refusing a whole file: few awards at once, many by the worker, part by part."""

import pytest

from catalogue.models import Party, PartyRole
from issuing.errors import BatchStateError, IssuerMissingError, SecondPersonError
from issuing.fsck import check_everything
from issuing.models import (
    Approval,
    ApprovalKind,
    Award,
    AwardState,
    Batch,
    BatchState,
    SignedDocument,
    StatementKind,
)
from issuing.services import (
    ApprovalOrder,
    Correction,
    approve_awards,
    approving,
    correct_credential,
    refuse_awards,
    set_approval,
    settle_decision,
    settling,
)
from registry.actors import SYSTEM
from registry.models import AuditEntry, OutboxMessage, Role
from tests.issuing.builders import awarder_at, build_achievement, build_issuer
from tests.issuing.test_batch_jobs import csv_of, fresh, make, work
from tests.issuing.ways import sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
ROWS = 7


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    monkeypatch.setattr(approving, "DECIDED_AT_ONCE", 3)
    monkeypatch.setattr(settling, "SETTLED_AT_ONCE", 2)


def guarded(kind=ApprovalKind.SECOND_PERSON, body=None):
    achievement = build_achievement()
    set_approval(order=ApprovalOrder(place=achievement, kinds=frozenset({kind})), actor=SYSTEM)
    if body is not None:
        version = achievement.versions.get()
        party = Party(version=version, role=PartyRole.CO_AWARDS, name="Body", organisation=body)
        Party.objects.bulk_create([party])
    return achievement


def awarded(achievement, rows: int = ROWS) -> Batch:
    batch = make(achievement, csv_of(rows), actor=awarder_at(achievement))
    work()
    return fresh(batch)


def approver(achievement):
    return build_member(achievement.issuer.node, Role.APPROVER)


def states(batch) -> dict[str, int]:
    found = list(batch.awards.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_many_are_approved_by_the_worker_after_an_answer_that_comes_at_once(django_assert_max_num_queries):
    achievement = guarded()
    batch = awarded(achievement)
    actor = approver(achievement)
    with django_assert_max_num_queries(25):
        decided = approve_awards(subject_id=batch.pk, actor=actor)

    assert (decided.queued, decided.moved, decided.waiting) == (ROWS, (), ())
    assert states(batch) == {AwardState.AWAITING_APPROVAL: ROWS}
    (message,) = OutboxMessage.objects.filter(topic="batch.decided")
    assert set(message.payload) == {"approval_id", "tenant"}
    work()
    assert states(batch) == {AwardState.ACCEPTED: ROWS}
    settle_decision(approval_id=Approval.objects.get().pk)
    assert sign() == ROWS
    assert list(check_everything()) == []
    assert AuditEntry.objects.get(act="batch.approved").detail["queued"] == ROWS


def test_many_are_refused_likewise_and_few_are_settled_before_the_answer():
    achievement = guarded()
    many, few = awarded(achievement), awarded(guarded(), 2)
    refuse_awards(subject_id=many.pk, actor=approver(achievement), reason="Not our board's list")
    work()
    node = few.version.achievement.issuer.node
    decided = approve_awards(subject_id=few.pk, actor=build_member(node, Role.APPROVER))

    assert states(many) == {AwardState.REFUSED: ROWS}
    assert (decided.queued, len(decided.moved)) == (0, 2)


def test_a_body_signs_one_release_for_each_also_when_its_worker_is_lost_in_between(monkeypatch):
    issuer = build_issuer()
    achievement = guarded(ApprovalKind.AWARDING_BODIES, issuer.organisation)
    batch = awarded(achievement)
    member = build_member(issuer.node, Role.APPROVER)
    approve_awards(subject_id=batch.pk, actor=member, party=issuer.organisation.slug)
    approval = Approval.objects.get(batch=batch)
    real, calls = settling.settle, []

    def dies(awards, decision):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(awards, decision)

    with monkeypatch.context() as patched:
        patched.setattr(settling, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            settle_decision(approval_id=approval.pk)
    assert states(batch) == {AwardState.ACCEPTED: 4, AwardState.AWAITING_APPROVAL: 3}
    work()
    settle_decision(approval_id=approval.pk)

    releases = SignedDocument.objects.filter(kind=StatementKind.RELEASE).values_list("subject_ref", flat=True)
    assert sorted(releases) == sorted(f"award:{pk}" for pk in batch.awards.values_list("pk", flat=True))
    assert states(batch) == {AwardState.ACCEPTED: ROWS}


def test_a_release_that_is_missing_still_another_decision_is_not_signed_twice():
    """The file waits for a body and for a second person: each part is gone through twice."""
    issuer = build_issuer()
    achievement = guarded(ApprovalKind.AWARDING_BODIES, issuer.organisation)
    both = frozenset({ApprovalKind.AWARDING_BODIES, ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=achievement, kinds=both), actor=SYSTEM)
    batch = awarded(achievement)
    member = build_member(issuer.node, Role.APPROVER)
    approve_awards(subject_id=batch.pk, actor=member, party=issuer.organisation.slug)
    work()
    assert states(batch) == {AwardState.AWAITING_APPROVAL: ROWS}
    settle_decision(approval_id=Approval.objects.get(batch=batch).pk)
    assert SignedDocument.objects.filter(kind=StatementKind.RELEASE).count() == ROWS

    approve_awards(subject_id=batch.pk, actor=approver(achievement))
    work()
    assert states(batch) == {AwardState.ACCEPTED: ROWS}


@pytest.mark.parametrize(("act", "end"), [(approve_awards, AwardState.ACCEPTED), (refuse_awards, AwardState.REFUSED)])
def test_what_is_corrected_after_the_decision_waits_for_another_one(act, end):
    achievement = guarded()
    batch = awarded(achievement)
    act(subject_id=batch.pk, actor=approver(achievement), **({"reason": "No"} if act is refuse_awards else {}))
    corrected = batch.awards.order_by("row_number").first()
    correct_credential(credential_id=corrected.pk, correction=Correction(name="Other"), reason="Name", actor=SYSTEM)
    work()

    assert states(batch) == {end: ROWS - 1, AwardState.AWAITING_APPROVAL: 1}
    assert Award.objects.get(pk=corrected.pk).state == AwardState.AWAITING_APPROVAL


def test_what_was_corrected_before_is_part_of_the_decision():
    achievement = guarded()
    batch = awarded(achievement)
    first = batch.awards.order_by("row_number").first()
    correct_credential(credential_id=first.pk, correction=Correction(name="Other"), reason="Name", actor=SYSTEM)
    approve_awards(subject_id=batch.pk, actor=approver(achievement))
    work()

    assert states(batch) == {AwardState.ACCEPTED: ROWS}


def test_nobody_approves_a_file_of_his_own_nor_one_that_is_still_being_awarded():
    achievement = guarded()
    owner = build_member(achievement.issuer.node, Role.OWNER)
    batch = make(achievement, csv_of(ROWS), actor=owner)
    work()
    with pytest.raises(SecondPersonError):
        approve_awards(subject_id=batch.pk, actor=owner)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.RUNNING)
    with pytest.raises(BatchStateError):
        approve_awards(subject_id=batch.pk, actor=approver(achievement))
    assert not Approval.objects.exists()


def test_a_body_without_an_office_is_told_before_anything_is_queued():
    issuer = build_issuer()
    achievement = guarded(ApprovalKind.AWARDING_BODIES, issuer.organisation)
    batch = awarded(achievement)
    member = build_member(issuer.node, Role.APPROVER)
    type(issuer).objects.filter(pk=issuer.pk).update(state="closed")
    with pytest.raises(IssuerMissingError):
        approve_awards(subject_id=batch.pk, actor=member, party=issuer.organisation.slug)

    assert not Approval.objects.exists()
    assert not OutboxMessage.objects.filter(topic="batch.decided").exists()


def test_one_award_for_which_no_release_can_be_signed_keeps_no_other(monkeypatch):
    issuer = build_issuer()
    achievement = guarded(ApprovalKind.AWARDING_BODIES, issuer.organisation)
    batch = awarded(achievement)
    member = build_member(issuer.node, Role.APPROVER)
    approve_awards(subject_id=batch.pk, actor=member, party=issuer.organisation.slug)
    poison = batch.awards.order_by("row_number")[2]
    real = settling.request_release

    def refuses(*, award, **more):
        if award.pk == poison.pk:
            raise IssuerMissingError(name="Body")
        return real(award=award, **more)

    monkeypatch.setattr(settling, "request_release", refuses)
    work()
    assert states(batch) == {AwardState.ACCEPTED: ROWS - 1, AwardState.AWAITING_APPROVAL: 1}
