"""Awards of several bodies, of whom one refuses; and awards of somebody who has no address."""

import pytest

from catalogue.models import Party, PartyRole
from issuing.models import ApprovalKind, Award, AwardState, Credential, Letter, SignedDocument, StatementState
from issuing.services import (
    ApprovalOrder,
    accept_award,
    approve_awards,
    award_achievement,
    cancel_award,
    refuse_awards,
    revoke_credential,
    send_claim_link,
    set_approval,
    withdraw_claim_link,
)
from registry.actors import SYSTEM
from registry.models import IdentifierType, Role
from registry.services import IdentifierOrder, Recipient
from tests.at_once import changed, everything, told
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.issuing.test_statements import bit_of
from tests.issuing.ways import at_claim, bearer, breaches, correct, sign, standing
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def joint_award():
    """Return an award that waits for two other bodies, and who approves for each."""
    achievement = build_achievement()
    bodies = [build_issuer().organisation for _ in range(2)]
    Party.objects.bulk_create(
        Party(version=achievement.versions.get(), role=PartyRole.CO_AWARDS, name=body.slug, organisation=body)
        for body in bodies
    )
    asked = ApprovalOrder(place=achievement, kinds=frozenset({ApprovalKind.AWARDING_BODIES}))
    set_approval(order=asked, actor=SYSTEM)
    award = award_achievement(order=build_order(achievement), actor=SYSTEM)
    return award, [(body.slug, build_member(body.nodes.get(parent=None), Role.APPROVER)) for body in bodies]


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "asked for"])
@pytest.mark.parametrize("ending", ["refused by the second", "cancelled", "corrected"])
def test_release_does_not_outlive_what_it_released(ending, signed):
    award, [(first, ada), (second, bob)] = joint_award()
    approve_awards(subject_id=award.pk, actor=ada, party=first)
    if signed:
        sign()

    if ending == "corrected":
        correct(award)
    elif ending == "cancelled":
        cancel_award(award_id=award.pk, actor=SYSTEM)
    else:
        refuse_awards(subject_id=award.pk, actor=bob, reason="Not ours", party=second)

    sign()
    release = SignedDocument.objects.get()
    assert release.state == (StatementState.SIGNED if signed else StatementState.REFUSED)
    assert bool(release.withdrawn_at) == signed
    if signed:
        assert bit_of(release)
    assert not Credential.objects.exists()
    assert not Letter.objects.exists()
    assert standing(award.version.achievement) == []
    assert breaches() == []


def test_body_that_refuses_after_the_other_has_released_is_told_once_and_the_first_one_cannot_go_back():
    award, [(first, ada), (second, bob)] = joint_award()
    approve_awards(subject_id=award.pk, actor=ada, party=first)
    refuse_awards(subject_id=award.pk, actor=bob, reason="Not ours", party=second)
    before = everything()

    again = [
        told(lambda: approve_awards(subject_id=award.pk, actor=ada, party=first)),
        told(lambda: refuse_awards(subject_id=award.pk, actor=bob, reason="No", party=second)),
        told(lambda: approve_awards(subject_id=award.pk, actor=bob, party=second)),
    ]

    assert again == ["state-does-not-allow"] * 3
    assert changed(before) == []


# -- nobody to write to ---------------------------------------------------------------------------------


def number_alone() -> Recipient:
    return Recipient(name="Ada Example", identifiers=(IdentifierOrder(IdentifierType.MATRICULATION, "uni", "4711"),))


@pytest.mark.parametrize("policy", ["at award", "at claim"])
def test_award_of_a_person_without_an_address_goes_its_way_without_a_letter(policy):
    achievement = at_claim() if policy == "at claim" else build_achievement()
    award = award_achievement(order=build_order(achievement, recipient=number_alone()), actor=SYSTEM)
    sign()
    before = everything()

    code = told(lambda: send_claim_link(award_id=award.pk, actor=SYSTEM))

    assert code == "no-address"
    assert changed(before) == []
    withdraw_claim_link(award_id=award.pk, actor=SYSTEM)
    accept_award(award_id=award.pk, actor=bearer(award))
    sign()
    assert Award.objects.get(pk=award.pk).state == AwardState.DELIVERED
    revoke_credential(credential_id=award.pk, reason="Mistake", actor=SYSTEM)
    sign()
    assert not Letter.objects.exclude(sent_at=None).exists()
    assert breaches() == []
