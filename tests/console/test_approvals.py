"""Approvals on pages: what waits for whom, each release shown, and what bodies elsewhere have decided."""

import pytest

from catalogue.models import Party, PartyRole
from issuing.models import WAITED_FOR, Approval, ApprovalAsked, ApprovalKind, Award, AwardState, Decision
from issuing.services import ApprovalOrder, approve_awards, award_achievement, cancel_award, set_approval
from registry.actors import SYSTEM
from registry.models import Role
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.issuing.ways import breaches, correct, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
BOTH = WAITED_FOR


def guarded(*kinds: ApprovalKind, role: Role = Role.APPROVER, bodies=(), names=()):
    """Return a house whose awards wait, and one of them; `bodies` and `names` award jointly, here and elsewhere."""
    house = build_house(role)
    version = house.achievement.versions.get()
    joint = [Party(version=version, role=PartyRole.CO_AWARDS, name=one.slug, organisation=one) for one in bodies]
    joint += [Party(version=version, role=PartyRole.CO_AWARDS, name=name) for name in names]
    Party.objects.bulk_create(joint)
    asked = frozenset(kinds or {ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=house.achievement, kinds=asked), actor=SYSTEM)
    maker = build_member(house.achievement.issuer.node, Role.AWARDER)
    return house, award_achievement(order=build_order(house.achievement), actor=maker)


def case_of(house, award) -> str:
    return f"{house.home}approvals/{award.pk}/"


def state_of(award) -> str:
    return Award.objects.values_list("state", flat=True).get(pk=award.pk)


def test_second_person_finds_it_looks_at_it_and_releases_it():
    house, award = guarded()

    assert case_of(house, award) in house.read(f"{house.home}approvals/")
    page = house.read(case_of(house, award))
    assert "Release it" in page
    assert "not decided yet" in page
    answer = house.client.post(case_of(house, award), {"decision": "release"}, follow=True).content.decode()

    assert "Released." in answer
    assert "Nothing waits for you" in answer
    assert sign() == 1
    assert house.user.email in house.read(house.page_of(award))
    again = house.client.post(case_of(house, award), {"decision": "release"}, follow=True).content.decode()
    assert "cannot be done with an award in this state" in again
    assert Approval.objects.count() == 1
    assert breaches() == []


def test_refusal_wants_a_reason_and_ends_it_unsigned():
    house, award = guarded()

    answer = house.client.post(case_of(house, award), {"decision": "refuse", "reason": " "})
    assert answer.status_code == 422
    assert any("Write the reason" in one for one in problems(answer.content.decode()))
    house.client.post(case_of(house, award), {"decision": "refuse", "reason": "Wrong year"})

    assert state_of(award) == AwardState.REFUSED
    assert "“Wrong year”" in house.read(house.page_of(award))
    assert sign() == 0
    assert breaches() == []


def test_nobody_is_asked_about_what_they_made():
    house, _award = guarded(role=Role.OWNER)
    own = award_achievement(order=build_order(house.achievement, number=902), actor=_actor(house))

    assert case_of(house, own) not in house.read(f"{house.home}approvals/")
    page = house.client.post(case_of(house, own), {"decision": "release"}, follow=True).content.decode()

    assert "somebody else" in page
    assert state_of(own) == AwardState.AWAITING_APPROVAL


def _actor(house):
    from registry.actors import actor_for_user

    return actor_for_user(house.user)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.AWARDER, Role.ADMIN])
def test_who_may_not_approve_is_shown_nothing_to_decide(role):
    house, award = guarded(role=role)

    assert house.client.get(case_of(house, award)).status_code == 404
    assert case_of(house, award) not in house.read(f"{house.home}approvals/")
    assert "Look at it and decide" not in house.read(house.page_of(award))


def test_body_reads_what_the_certificate_will_say_and_releases_it():
    body = build_house(Role.APPROVER)
    house, award = guarded(ApprovalKind.AWARDING_BODIES, bodies=[body.achievement.organisation])
    stranger = build_house(Role.APPROVER)

    assert case_of(body, award) in body.read(f"{body.home}approvals/")
    page = body.read(case_of(body, award))
    assert "example.org" not in page.split("<main")[1].split("<footer")[0]
    assert "Data Basics" in page
    assert stranger.client.get(case_of(stranger, award)).status_code == 404
    assert stranger.client.post(case_of(stranger, award), {"decision": "release"}).status_code == 404
    body.client.post(case_of(body, award), {"decision": "release"})

    assert ": released" in " ".join(house.read(house.page_of(award)).split()).replace(":</b>", ":")
    assert sign() == 1
    again = body.client.post(case_of(body, award), {"decision": "release"}, follow=True).content.decode()
    assert "has decided on this award already" in again
    assert breaches() == []


def test_every_body_is_waited_for_and_each_release_is_shown():
    body = build_house(Role.APPROVER)
    house, award = guarded(*BOTH, bodies=[body.achievement.organisation], names=["Kunsthochschule Süd"])
    awarder = build_house(Role.AWARDER, achievement=house.achievement)
    record = f"{awarder.home}awards/{award.pk}/record/kunsthochschule-sud/"

    house.client.post(case_of(house, award), {"decision": "release"})
    body.client.post(case_of(body, award), {"decision": "release"})
    assert state_of(award) == AwardState.AWAITING_APPROVAL
    page = awarder.read(awarder.page_of(award))
    assert record in page
    empty = awarder.client.post(record, {})
    assert empty.status_code == 422
    assert len(problems(empty.content.decode())) == 4
    said = {"decision": "release", "ground": "Letter of the dean", "decided_on": "2026-11-02", "reference": "K 12"}
    awarder.client.post(record, said)

    assert state_of(award) == AwardState.ACCEPTED
    assert sign() == 1
    shown = awarder.read(awarder.page_of(award))
    assert "as stated by" in shown
    assert "Letter of the dean, K 12" in shown
    kept = Approval.objects.get(ground="Letter of the dean")
    assert (kept.reference, kept.decision) == ("K 12", Decision.RELEASE)
    assert breaches() == []


def test_body_with_an_organisation_here_is_recorded_by_nobody():
    body = build_issuer().organisation
    house, award = guarded(ApprovalKind.AWARDING_BODIES, bodies=[body], role=Role.AWARDER)

    assert house.client.get(f"{house.home}awards/{award.pk}/record/{body.slug}/").status_code == 404


def test_what_waits_is_noted_as_long_as_it_waits():
    house, award = guarded()
    assert ApprovalAsked.objects.get().award_id == award.pk
    approve_awards(subject_id=award.pk, actor=_actor(house))
    assert not ApprovalAsked.objects.exists()

    other = award_achievement(order=build_order(house.achievement, number=902), actor=SYSTEM)
    correct(other)
    assert ApprovalAsked.objects.get().award_id == other.pk
    cancel_award(award_id=other.pk, actor=SYSTEM)
    assert not ApprovalAsked.objects.exists()
    sign()
    assert breaches() == []


def test_fsck_finds_what_nobody_is_asked_for():
    _house, award = guarded()
    ApprovalAsked.objects.all().delete()

    assert any("nobody is asked" in str(one) for one in breaches())
    Award.objects.filter(pk=award.pk).update(state=AwardState.CANCELLED)
    ApprovalAsked.objects.create(
        award=award, organisation=award.organisation, version=award.version, asked_at=award.accepted_at
    )
    assert any("does not wait" in str(one) for one in breaches())


def test_list_costs_the_same_however_much_waits(django_assert_max_num_queries):
    house, _award = guarded()
    for number in range(902, 908):
        award_achievement(order=build_order(house.achievement, number=number), actor=SYSTEM)

    with django_assert_max_num_queries(15):
        page = house.read(f"{house.home}approvals/")

    assert page.count('scope="row"') == 7


def test_single_achievement_elsewhere_waits_for_nobody_here():
    house, award = guarded()
    other = build_achievement(build_issuer())
    award_achievement(order=build_order(other), actor=SYSTEM)

    assert house.read(f"{house.home}approvals/").count('scope="row"') == 1
    assert award.state == AwardState.AWAITING_APPROVAL
