"""People and roles: who acts where and since when, roles given and taken, invitations, and the last owner."""

import datetime as dt

import pytest

from registry.actors import SYSTEM
from registry.models import Invitation, Membership, Role, User
from registry.services import add_member, create_faculty, invite_member
from tests.console.houses import build_house, problems, signed_in
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db


def test_page_tells_where_a_role_comes_from_when_it_ends_and_what_is_missing():
    house = build_house(Role.OWNER, mfa_required=False)
    root = house.achievement.issuer.node
    law = create_faculty(parent=root, name={"en": "Faculty of Law"}, actor=SYSTEM)
    kim = User.objects.get(pk=build_member(law, Role.AWARDER).user_id)
    add_member(
        user=kim,
        node=law,
        role=Role.AWARDER,
        actor=SYSTEM,
        valid_until=dt.datetime(2099, 2, 1, tzinfo=dt.UTC),
        stands_in_for=house.user,
    )

    page = house.read(f"{house.home}places/{law.pk}/roles/")

    assert "31 January 2099" in page
    assert f"stands in for {house.user.email}" in page
    assert "given here" in page
    assert "not asked for" in page
    assert page.count(">given here<") == 1, "the owner's role comes from above"


def test_second_step_that_is_asked_for_is_told_as_missing():
    house = build_house(Role.VIEWER)
    house.achievement.organisation.mfa_required = True
    house.achievement.organisation.save()
    build_member(house.achievement.issuer.node, Role.AWARDER)

    page = house.read(f"{house.home}roles/")

    assert page.count("Missing") == 1, "the awarder; not the viewer"


@pytest.mark.parametrize("role", Role)
def test_second_step_is_asked_of_roles_that_change_something(role):
    house = build_house(role, mfa_required=True)

    assert house.client.get(house.home).status_code == (
        200 if role in (Role.VIEWER, Role.REVIEWER, Role.ASSESSOR) else 403
    )


def test_invitation_is_sent_and_told_and_taken_back():
    house = build_house(Role.ADMIN)
    address = f"{house.home}roles/"

    sent = house.client.post(address, {"email": "rosa@example.org", "role": "editor", "how_long": "open"})
    again = house.client.post(address, {"email": "rosa@example.org", "role": "editor", "how_long": "open"})
    page = house.read(address)
    made = Invitation.objects.get()
    house.client.post(f"{house.home}invitations/{made.pk}/send")
    said = house.read(address)
    house.client.post(f"{house.home}invitations/{made.pk}/withdraw")

    assert (sent.status_code, again.status_code) == (302, 302)
    assert "rosa@example.org" in page
    assert "Wait ten minutes" in said
    assert "No invitation is open" in house.read(address)


def test_role_is_offered_until_a_day_in_place_of_a_colleague():
    house = build_house(Role.OWNER)
    jo = build_member(house.achievement.issuer.node, Role.AWARDER)
    form = {"email": "rosa@example.org", "role": "awarder", "how_long": "day", "last_day": "2099-06-30"}

    house.client.post(f"{house.home}roles/", form | {"stands_in_for": str(jo.user_id)})

    made = Invitation.objects.get()
    assert (str(made.stands_in_for_id), made.valid_until.date()) == (str(jo.user_id), dt.date(2099, 7, 1))


def test_all_faults_of_an_invitation_stand_beside_their_fields():
    house = build_house(Role.OWNER)

    answer = house.client.post(f"{house.home}roles/", {"email": "", "role": "king", "how_long": "day", "last_day": ""})

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 3
    assert not Invitation.objects.exists()


def test_end_that_is_over_is_told_beside_the_day():
    house = build_house(Role.OWNER)

    form = {"email": "rosa@example.org", "role": "viewer", "how_long": "day", "last_day": "2020-01-01"}
    answer = house.client.post(f"{house.home}roles/", form)

    assert "still to come" in problems(answer.content.decode())[0]


def test_role_ends_on_the_evening_of_its_last_day_where_the_organisation_is():
    house = build_house(Role.OWNER, timezone="Pacific/Auckland")
    row = Membership.objects.get(user_id=build_member(house.achievement.issuer.node, Role.EDITOR).user_id)

    house.client.post(f"{house.home}roles/{row.pk}/", {"how_long": "day", "last_day": "2099-06-30"})

    row.refresh_from_db()
    assert row.valid_until == dt.datetime(2099, 6, 30, 12, tzinfo=dt.UTC)
    assert 'value="2099-06-30"' in house.read(f"{house.home}roles/{row.pk}/")


def test_demoted_persons_next_click_is_refused():
    house = build_house(Role.OWNER)
    clerk = User.objects.get(pk=build_member(house.achievement.issuer.node, Role.ADMIN).user_id)
    desk, row = signed_in(clerk), Membership.objects.get(user=clerk)
    assert desk.get(f"{house.home}roles/").status_code == 200

    house.client.post(f"{house.home}roles/{row.pk}/end")

    form = {"email": "rosa@example.org", "role": "viewer", "how_long": "open"}
    assert desk.post(f"{house.home}roles/", form).status_code == 404
    assert not Invitation.objects.exists()


def test_last_owner_cannot_be_taken_out():
    house = build_house(Role.OWNER)
    owners = Membership.objects.filter(node=house.achievement.issuer.node, role=Role.OWNER)
    build_member(house.achievement.issuer.node, Role.OWNER)
    other = owners.exclude(user=house.user).get()
    house.client.post(f"{house.home}roles/{other.pk}/end")
    mine = owners.get()

    page = house.read(f"{house.home}roles/")
    house.client.post(f"{house.home}roles/{mine.pk}/end")
    answer = house.client.post(f"{house.home}roles/{mine.pk}/", {"how_long": "day", "last_day": "2099-01-01"})

    assert "is the only owner and cannot be taken out" in page
    assert owners.get() == mine
    assert answer.status_code == 422
    assert "Name another one first" in problems(answer.content.decode())[0]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.APPROVER, Role.VIEWER])
def test_who_is_no_administrator_sees_and_changes_nothing(role):
    house = build_house(role)
    row = Membership.objects.get(user_id=build_member(house.achievement.issuer.node, Role.EDITOR).user_id)
    made = invite_member(node=row.node, email="rosa@example.org", role=Role.VIEWER, actor=SYSTEM)

    page = house.read(f"{house.home}roles/")

    assert row.user.email in page
    assert "rosa@example.org" not in page
    assert "Invite someone" not in page
    for address in (
        f"roles/{row.pk}/",
        f"roles/{row.pk}/end",
        f"invitations/{made.pk}/send",
        f"invitations/{made.pk}/withdraw",
        "roles/",
    ):
        form = {"email": "x@example.org", "role": "viewer", "how_long": "open"}
        assert house.client.post(f"{house.home}{address}", form).status_code == 403, address


def test_admin_gives_no_owners_role():
    house = build_house(Role.ADMIN)

    page = house.read(f"{house.home}roles/")
    answer = house.client.post(f"{house.home}roles/", {"email": "r@example.org", "role": "owner", "how_long": "open"})

    assert 'value="owner"' not in page
    assert answer.status_code == 422


def test_people_of_a_large_place_have_pages_and_few_queries(django_assert_max_num_queries):
    house = build_house(Role.OWNER)
    for _ in range(60):
        Membership.objects.create(user=build_user(), node=house.achievement.issuer.node, role=Role.VIEWER)
    Invitation.objects.all().delete()

    with django_assert_max_num_queries(15):
        page = house.read(f"{house.home}roles/")

    assert 'rel="next"' in page
