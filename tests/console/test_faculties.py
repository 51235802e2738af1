"""Faculties on pages: made, renamed, moved, closed; a large tree is folded and found by typing."""

import uuid

import pytest

from catalogue.models import Achievement
from issuing.services import AwardOrder, award_achievement
from registry.actors import SYSTEM
from registry.errors import PlaceClosedError
from registry.models import Issuer, Node, NodeKind, Role, User
from registry.services import Recipient, create_faculty
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return build_house(Role.OWNER)


def faculty(parent: Node, **name: str) -> Node:
    return create_faculty(parent=parent, name=name, actor=SYSTEM)


def test_faculty_is_made_renamed_and_found(house):
    root = house.achievement.issuer.node

    made = house.client.post(f"{house.home}places/{root.pk}/new/", {"name": "Law", "name_de": "Jura"})
    law = Node.objects.get(parent=root)
    house.client.post(
        f"{house.home}places/{law.pk}/edit/", {"act": "rename", "name": "Faculty of Law", "name_de": "Jura"}
    )

    assert made.url == f"{house.home}places/{law.pk}/"
    law.refresh_from_db()
    assert law.name == {"en": "Faculty of Law", "de": "Jura"}
    assert "Faculty of Law" in house.read(f"{house.home}find/", q="jura")
    assert "Nothing is called so here" in house.read(f"{house.home}find/", q="medicine")


def test_name_that_is_missing_or_not_one_is_told_beside_its_field(house):
    root = house.achievement.issuer.node
    address = f"{house.home}places/{root.pk}/new/"

    empty = house.client.post(address, {"name": " ", "name_de": ""})
    garbled = house.client.post(address, {"name": "Universit�t", "name_de": ""})

    assert (empty.status_code, garbled.status_code) == (422, 422)
    assert len(problems(empty.content.decode())) == 1
    assert len(problems(garbled.content.decode())) == 1
    assert not Node.objects.filter(kind=NodeKind.FACULTY).exists()


def test_faculty_is_moved_by_who_owns_both_places(house):
    root = house.achievement.issuer.node
    law, arts = faculty(root, en="Law"), faculty(root, en="Arts")
    inner = faculty(law, en="Clinic")
    address = f"{house.home}places/{inner.pk}/edit/"

    page = house.read(address)
    house.client.post(address, {"act": "move", "parent": str(arts.pk)})
    again = house.client.post(f"{house.home}places/{arts.pk}/edit/", {"act": "move", "parent": str(inner.pk)})

    inner.refresh_from_db()
    assert f'value="{arts.pk}"' in page
    assert f'value="{inner.pk}"' not in page
    assert inner.parent == arts
    assert again.status_code == 422, "not below itself"
    admin = signed_in(User.objects.get(pk=build_member(root, Role.ADMIN).user_id))
    assert "Put it somewhere else" not in admin.get(address).content.decode()
    assert admin.post(address, {"act": "move", "parent": str(law.pk)}).status_code in {403, 422}
    inner.refresh_from_db()
    assert inner.parent == arts


def test_nothing_is_awarded_in_a_closed_faculty_until_it_is_open_again(house):
    law = faculty(house.achievement.issuer.node, en="Law")
    Issuer.objects.update(node=law)
    entry = Achievement.objects.select_related("issuer__node", "organisation").get()
    order = AwardOrder(achievement=entry, recipient=Recipient(name="Ana", email="ana@example.org"))
    house.client.post(f"{house.home}places/{law.pk}/close")

    page = house.read(f"{house.home}places/{law.pk}/")
    with pytest.raises(PlaceClosedError):
        award_achievement(order=order, actor=SYSTEM)
    house.client.post(f"{house.home}places/{law.pk}/reopen")

    assert "nothing new is awarded here" in page
    assert "New faculty" not in page
    assert award_achievement(order=order, actor=SYSTEM) is not None


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.VIEWER])
def test_who_is_no_administrator_changes_no_place(role):
    house = build_house(role)
    law = faculty(house.achievement.issuer.node, en="Law")

    page = house.read(f"{house.home}places/{law.pk}/")

    assert "New faculty" not in page
    for name in ("new/", "edit/", "close", "reopen"):
        assert house.client.post(f"{house.home}places/{law.pk}/{name}", {"name": "x"}).status_code == 403, name


def test_large_tree_is_folded_and_costs_few_queries(house, django_assert_max_num_queries):
    root = house.achievement.issuer.node
    ids = [uuid.uuid4() for _ in range(200)]
    Node.objects.bulk_create(
        Node(
            id=pk,
            organisation=root.organisation,
            parent=root,
            kind=NodeKind.FACULTY,
            name={"en": f"Faculty {number:03}"},
            path=f"{root.path}{pk.hex}/",
        )
        for number, pk in enumerate(ids)
    )

    with django_assert_max_num_queries(15):
        top = house.read(house.home)
    with django_assert_max_num_queries(15):
        last = house.read(f"{house.home}places/{ids[-1]}/")
    with django_assert_max_num_queries(15):
        found = house.read(f"{house.home}find/", q="199")

    assert "Faculty 010" in top
    assert "Faculty 150" not in top
    assert "180 more" in top
    assert "Faculty 199" in last, "where one stands is always there"
    assert "Faculty 199" in found
    assert "Faculty 198" not in found
    assert 'rel="next"' in house.read(f"{house.home}find/")


def test_achievements_are_found_with_their_drafts_and_no_strangers(house):
    draft = build_achievement(house.achievement.issuer, publish=False)
    other = build_achievement(build_issuer())

    page = house.read(f"{house.home}find/", q="DATA bas")

    assert str(house.achievement.pk) in page
    assert str(draft.pk) in page
    assert str(other.pk) not in page
