"""Whom awards wait for, with what is asked for above; and who can do what, on one page that tells what the acts ask."""

import pytest

from console.views.who_can import ACTS
from issuing.models import ApprovalKind, AwardState
from issuing.services import ApprovalOrder, AwardOrder, award_achievement, set_approval
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role
from registry.services import Recipient, create_faculty
from tests.console.houses import build_house
from tests.issuing import acts as acts_of_issuing
from tests.registry import test_acts as acts_of_registry
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
PROVEN_BY = {
    "award": "award_achievement",
    "correct": "correct_credential",
    "revoke": "revoke_credential",
    "release": "approve_awards",
    "rule": "set_approval",
    "invite": "invite_member",
    "places": "create_faculty",
    "machines": "create_api_key",
    "move": "move_faculty",
}
"""Act of the page → the act that is asked which role it needs; its own test shows that nobody else may."""
SEEN_ELSEWHERE = {"see", "describe", "owners"}


def test_rule_is_set_shown_with_what_is_asked_above_and_holds():
    house = build_house(Role.OWNER)
    root = house.achievement.issuer.node
    law = create_faculty(parent=root, name={"en": "Law"}, actor=SYSTEM)

    kept = house.client.post(f"{house.home}places/{root.pk}/approval/", {"kinds": "second_person"})
    below = house.read(f"{house.home}places/{law.pk}/approval/")
    entry = house.read(f"{house.home}achievements/{house.achievement.pk}/approval/")
    award = award_achievement(
        order=AwardOrder(achievement=house.achievement, recipient=Recipient(name="Ana", email="ana@example.org")),
        actor=SYSTEM,
    )

    assert kept.url == house.home
    assert "a second person, by Example College" in below
    assert "a second person, by Example College" in entry
    assert award.state == AwardState.AWAITING_APPROVAL
    assert AuditEntry.objects.get(act="approval.asked").detail == {"kinds": ["second_person"]}


def test_achievement_asks_for_more_and_the_rule_is_taken_back():
    house = build_house(Role.OWNER)
    address = f"{house.home}achievements/{house.achievement.pk}/approval/"

    house.client.post(address, {"kinds": ["second_person", "awarding_bodies"]})
    page = house.read(address)
    wrong = house.client.post(address, {"kinds": "everybody"})
    house.client.post(address, {})

    assert page.count(" checked") == 2
    assert wrong.status_code == 422
    assert not house.achievement.approval_policies.exists()


def test_page_warns_where_nobody_could_be_the_second_person():
    house = build_house(Role.ADMIN)
    address = f"{house.home}places/{house.achievement.issuer.node_id}/approval/"
    nobody = house.read(address)
    build_member(house.achievement.issuer.node, Role.APPROVER)

    assert "Nobody yet" in nobody
    assert "Nobody yet" not in house.read(address)
    assert "Only an owner changes this" in nobody


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AWARDER, Role.APPROVER])
def test_only_owners_say_whom_awards_wait_for(role):
    house = build_house(role)
    set_approval(
        order=ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON})), actor=SYSTEM
    )

    for address in (
        f"places/{house.achievement.issuer.node_id}/approval/",
        f"achievements/{house.achievement.pk}/approval/",
    ):
        assert house.client.post(f"{house.home}{address}", {}).status_code == 403

    assert house.achievement.approval_policies.count() == 1


def test_page_of_who_can_do_what_counts_people_and_names_them():
    house = build_house(Role.OWNER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=SYSTEM)
    for _ in range(2):
        build_member(law, Role.AWARDER)

    page = house.read(f"{house.home}places/{law.pk}/who-can/")

    assert "3 people hold a role here" in page
    assert "from Example College" in page
    assert "nobody, whatever the role" in page


@pytest.mark.parametrize("name", PROVEN_BY)
def test_page_tells_the_role_that_the_act_itself_asks_for(name):
    cases = {**acts_of_registry.CASES, **acts_of_issuing.CASES}

    assert next(act.role for act in ACTS if act.name == name) == cases[PROVEN_BY[name]]().role


def test_every_act_of_the_page_is_proven_somewhere():
    assert {act.name for act in ACTS} == PROVEN_BY.keys() | SEEN_ELSEWHERE
