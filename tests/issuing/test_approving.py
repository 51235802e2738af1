"""Approval by a second person and release by every awarding body: by services, API and shell."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import Party, PartyRole
from issuing.errors import (
    BodyDecidesItselfError,
    CredentialNotFoundError,
    GroundRequiredError,
    NoSuchBodyError,
    ReasonRequiredError,
    SecondPersonError,
    StateError,
)
from issuing.models import WAITED_FOR, Approval, ApprovalKind, Award, AwardState, Batch, SignedDocument
from issuing.services import (
    ApprovalOrder,
    BatchRow,
    RecordedDecision,
    approve_awards,
    award_achievement,
    award_batch,
    cancel_award,
    refuse_awards,
    set_approval,
    supersede_credential,
)
from registry.actors import SYSTEM, actor_for_machine
from registry.errors import RoleRequiredError, ScopeRequiredError
from registry.models import AuditEntry, Membership, Role, User
from registry.permissions import Scope
from registry.services import create_api_key, remove_member
from tests.issuing.builders import awarder_at, build_achievement, build_issuer, build_order
from tests.issuing.ways import LATER, breaches, sign, standing
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
RECORD = RecordedDecision(ground="Minutes of the board", decided_on=dt.date(2026, 6, 1), reference="12/2026")


def guarded(*kinds: ApprovalKind, issuer=None):
    achievement = build_achievement(issuer)
    order = ApprovalOrder(place=achievement, kinds=frozenset(kinds or {ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    return achievement


def joint(organisation=None, *, kinds=(ApprovalKind.AWARDING_BODIES,)):
    achievement = guarded(*kinds)
    version = achievement.versions.get()
    name = "Partner College" if organisation is None else "Other College"
    party = Party(version=version, role=PartyRole.CO_AWARDS, name=name, organisation=organisation)
    Party.objects.bulk_create([party])
    return achievement, party


def awarded(achievement, actor=None, **stated) -> Award:
    return award_achievement(order=build_order(achievement, **stated), actor=actor or awarder_at(achievement))


def approver_at(achievement):
    return build_member(achievement.issuer.node, Role.APPROVER)


def state_of(award) -> str:
    return Award.objects.get(pk=award.pk).state


# -- a second person ----------------------------------------------------------------------------------


def test_award_waits_for_a_second_person_and_goes_on():
    achievement = guarded()
    award = awarded(achievement)
    assert sign() == 0
    assert state_of(award) == AwardState.AWAITING_APPROVAL

    approve_awards(subject_id=award.pk, actor=approver_at(achievement))

    assert sign() == 1
    assert AuditEntry.objects.filter(act="award.approved", object_id=str(award.pk)).exists()
    assert breaches() == []


def test_approved_award_waits_for_its_day():
    achievement = guarded()
    maker = awarder_at(achievement)
    award = award_achievement(order=build_order(achievement, send_at=timezone.now() + LATER), actor=maker)

    approve_awards(subject_id=award.pk, actor=approver_at(achievement))

    assert state_of(award) == AwardState.SCHEDULED


def test_nobody_approves_what_he_made_or_corrected_not_even_by_a_key_of_his():
    achievement = guarded()
    owner = build_member(achievement.issuer.node, Role.OWNER)
    award = awarded(achievement, owner)
    key, _secret = create_api_key(
        node=achievement.issuer.node, name="mine", scopes=[Scope.AWARDS_APPROVE, Scope.AWARDS_WRITE], actor=owner
    )
    machine = actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))
    for actor in (owner, machine):
        with pytest.raises(SecondPersonError):
            approve_awards(subject_id=award.pk, actor=actor)
    other = build_member(achievement.issuer.node, Role.OWNER)
    supersede_credential(credential_id=award.pk, order=build_order(achievement), reason="Name", actor=other)
    with pytest.raises(SecondPersonError):
        approve_awards(subject_id=award.pk, actor=other)

    approve_awards(subject_id=award.pk, actor=owner)
    assert sign() == 1


def test_database_keeps_a_maker_from_approving():
    achievement = guarded()
    maker = awarder_at(achievement)
    award = awarded(achievement, maker)
    row = {"decision": "release", "by_kind": "user", "by": maker.id, "at": timezone.now()}

    with pytest.raises(IntegrityError, match="cannot approve"), transaction.atomic():
        Approval.objects.create(award=award, **row)
    kept = Approval.objects.create(award=award, **row | {"by": "somebody else"})
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Approval.objects.filter(pk=kept.pk).update(by=maker.id)


def test_who_may_not_approve_is_refused_and_a_stranger_learns_nothing():
    achievement = guarded()
    award = awarded(achievement)

    for role in (Role.AWARDER, Role.VIEWER, Role.ADMIN):
        with pytest.raises(RoleRequiredError):
            approve_awards(subject_id=award.pk, actor=build_member(achievement.issuer.node, role))
    with pytest.raises(CredentialNotFoundError):
        approve_awards(subject_id=award.pk, actor=approver_at(build_achievement()))
    assert state_of(award) == AwardState.AWAITING_APPROVAL


def test_approver_who_lost_the_role_is_refused():
    achievement = guarded()
    award = awarded(achievement)
    approver = approver_at(achievement)
    membership = Membership.objects.get(user_id=approver.user_id)
    remove_member(membership=membership, actor=SYSTEM)

    with pytest.raises(CredentialNotFoundError):
        approve_awards(subject_id=award.pk, actor=approver)


def test_refused_award_ends_and_its_line_is_free():
    achievement = guarded()
    award = awarded(achievement, number=1)
    approver = approver_at(achievement)

    with pytest.raises(ReasonRequiredError):
        refuse_awards(subject_id=award.pk, actor=approver, reason=" ")
    refuse_awards(subject_id=award.pk, actor=approver, reason="Not passed")

    ended = Award.objects.get(pk=award.pk)
    assert (ended.state, ended.refused_code) == (AwardState.REFUSED, "approval-refused")
    with pytest.raises(StateError) as refusal:
        approve_awards(subject_id=award.pk, actor=approver)
    assert refusal.value.facts["state"] == "refused"
    assert awarded(achievement, number=1)
    sign()
    assert breaches() == []


def test_correction_after_approval_is_approved_again():
    achievement = guarded()
    award = award_achievement(
        order=build_order(achievement, send_at=timezone.now() + LATER), actor=awarder_at(achievement)
    )
    approver = approver_at(achievement)
    approve_awards(subject_id=award.pk, actor=approver)

    other = awarder_at(achievement)
    supersede_credential(credential_id=award.pk, order=build_order(achievement), reason="Name", actor=other)

    assert state_of(award) == AwardState.AWAITING_APPROVAL
    approve_awards(subject_id=award.pk, actor=approver)
    assert state_of(award) == AwardState.SCHEDULED


def test_file_is_approved_as_a_whole():
    achievement = guarded()
    maker, approver = awarder_at(achievement), approver_at(achievement)
    rows = [BatchRow(row, build_order(achievement)) for row in range(1, 6)]
    outcome = award_batch(achievement=achievement, rows=rows, file_sha="ab" * 32, actor=maker)
    first = Award.objects.order_by("row_number").first()
    supersede_credential(credential_id=first.pk, order=build_order(achievement), reason="Name", actor=maker)

    decided = approve_awards(subject_id=outcome.batch_id, actor=approver)

    assert (len(decided.moved), decided.waiting) == (5, ())
    assert Approval.objects.filter(award=None).count() == Approval.objects.filter(award=first).count() == 1
    assert sign() == 5
    assert breaches() == []
    assert Batch.objects.get().pk == outcome.batch_id


def test_fsck_tells_what_nobody_may_approve():
    achievement = guarded()
    owner = build_member(achievement.issuer.node, Role.OWNER)
    awarded(achievement, owner)

    assert [breach.problem for breach in breaches()] == ["award that nobody may approve"]
    approver_at(achievement)
    assert breaches() == []


# -- every awarding body ------------------------------------------------------------------------------


def test_body_without_an_organisation_here_is_recorded_with_its_ground():
    achievement, party = joint()
    maker = awarder_at(achievement)
    award = awarded(achievement, maker)

    with pytest.raises(GroundRequiredError):
        approve_awards(subject_id=award.pk, actor=maker, party="partner-college")
    with pytest.raises(NoSuchBodyError) as refusal:
        approve_awards(subject_id=award.pk, actor=maker, party="nobody")
    assert refusal.value.facts["known"] == "partner-college"
    approve_awards(subject_id=award.pk, actor=maker, party="partner-college", recorded=RECORD)

    kept = Approval.objects.get()
    assert (kept.party, kept.ground, kept.reference) == (party, RECORD.ground, RECORD.reference)
    assert not SignedDocument.objects.exists()
    assert sign() == 1
    assert breaches() == []


def test_body_with_an_organisation_here_releases_itself_and_signs():
    other = build_issuer()
    achievement, _party = joint(other.organisation)
    award, slug = awarded(achievement), other.organisation.slug
    own_approver = build_member(other.organisation.nodes.get(parent=None), Role.APPROVER)

    with pytest.raises(RoleRequiredError):
        approve_awards(subject_id=award.pk, actor=approver_at(achievement), party=slug)
    with pytest.raises(BodyDecidesItselfError):
        approve_awards(subject_id=award.pk, actor=own_approver, party=slug, recorded=RECORD)
    approve_awards(subject_id=award.pk, actor=own_approver, party=slug)

    assert sign() == 1
    assert SignedDocument.objects.get().issuer == other
    assert breaches() == []


def test_award_waits_for_body_and_second_person_both():
    achievement, _party = joint(kinds=tuple(WAITED_FOR))
    maker, approver = awarder_at(achievement), approver_at(achievement)
    award = awarded(achievement, maker)

    assert approve_awards(subject_id=award.pk, actor=approver).waiting == (award.pk,)
    assert approve_awards(subject_id=award.pk, actor=approver).waiting == (award.pk,), "said twice is said once"
    assert Approval.objects.count() == 1
    assert approve_awards(subject_id=award.pk, actor=maker, party="partner-college", recorded=RECORD).waiting == ()

    assert sign() == 1


def test_one_body_that_refuses_ends_the_award():
    other = build_issuer()
    achievement, _party = joint(other.organisation, kinds=tuple(WAITED_FOR))
    award = awarded(achievement)
    approve_awards(subject_id=award.pk, actor=approver_at(achievement))
    member = build_member(other.organisation.nodes.get(parent=None), Role.APPROVER)

    refuse_awards(subject_id=award.pk, actor=member, reason="Not ours", party=other.organisation.slug)

    assert state_of(award) == AwardState.REFUSED
    assert sign() == 0
    assert not SignedDocument.objects.exists()
    assert standing(achievement) == []


def test_what_no_policy_asks_for_waits_for_nobody():
    achievement, _party = joint()
    set_approval(order=ApprovalOrder(place=achievement), actor=SYSTEM)

    award = awarded(achievement)

    assert state_of(award) == AwardState.ACCEPTED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AWARDER, Role.APPROVER])
def test_only_an_owner_says_what_needs_approval(role):
    achievement = build_achievement()

    with pytest.raises(RoleRequiredError):
        set_approval(order=ApprovalOrder(place=achievement), actor=build_member(achievement.issuer.node, role))


# -- cancelling, and the shell ------------------------------------------------------------------------


def test_only_what_waits_is_cancelled():
    achievement = guarded()
    award = awarded(achievement)
    key, _secret = create_api_key(node=achievement.issuer.node, name="reads", scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    with pytest.raises(ScopeRequiredError):
        cancel_award(award_id=award.pk, actor=actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes)))
    cancel_award(award_id=award.pk, actor=awarder_at(achievement))

    assert state_of(award) == AwardState.CANCELLED
    with pytest.raises(StateError):
        cancel_award(award_id=award.pk, actor=SYSTEM)


def shell(*arguments) -> dict:
    out = io.StringIO()
    call_command("approve", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_shell_approves_and_refuses_as_a_person():
    achievement = guarded()
    approver = approver_at(achievement)
    email = User.objects.get(pk=approver.user_id).email
    first, second = awarded(achievement, SYSTEM), awarded(achievement, SYSTEM)

    with pytest.raises(CommandError, match="somebody else"):
        shell(str(first.pk))
    assert shell(str(first.pk), "--by", email) == {"moved": 1, "waiting": 0}
    assert shell(f"https://example.org/c/{second.pk}", "--by", email, "--refuse", "--reason", "No") == {
        "moved": 1, "waiting": 0,
    }  # fmt: skip
    with pytest.raises(CommandError, match="state"):
        shell(str(second.pk), "--by", email)

    assert (state_of(first), state_of(second)) == (AwardState.ACCEPTED, AwardState.REFUSED)


def test_shell_records_what_a_body_outside_decided():
    achievement, _party = joint()
    award = awarded(achievement)

    with pytest.raises(CommandError, match="together"):
        shell(str(award.pk), "--party", "partner-college", "--ground", "Minutes")
    record = ("--ground", "Minutes", "--date", "2026-06-01", "--reference", "12/2026")
    assert shell(str(award.pk), "--party", "partner-college", *record) == {"moved": 1, "waiting": 0}
