"""The organisation as a tree: who sees which place of it, and what stands there."""

import re

import pytest

from registry.actors import SYSTEM
from registry.models import Role, User
from registry.services import ProfileOrder, add_member, create_faculty, create_issuer
from tests.console.houses import build_house, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db


def test_one_organisation_is_opened_at_once():
    house = build_house()

    assert house.client.get("/console/").url == house.home


def test_of_several_one_is_chosen():
    house, other = build_house(), build_achievement(build_issuer())
    add_member(user=house.user, node=other.issuer.node, role=Role.VIEWER, actor=SYSTEM)

    page = house.read("/console/")

    assert house.home in page
    assert f"/console/{other.organisation.slug}/" in page


def test_who_has_no_role_is_told_how_to_get_one():
    page = signed_in(build_user()).get("/console/").content.decode()

    assert "You have no role in an organisation yet" in page


def test_nobody_comes_in_without_signing_in(client):
    house = build_house()

    for address in ("/console/", house.home, house.award_page):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith("/account/login/")


def test_tree_shows_what_one_may_see_and_no_more():
    house = build_house(Role.OWNER)
    root = house.achievement.issuer.node
    law = create_faculty(parent=root, name={"en": "Faculty of Law", "de": "Juristische Fakultät"}, actor=SYSTEM)
    create_faculty(parent=root, name={"en": "Faculty of Arts"}, actor=SYSTEM)
    clerk = signed_in(User.objects.get(pk=build_member(law, Role.AWARDER).user_id))

    whole = house.read(house.home)
    part = clerk.get(house.home).content.decode()

    assert "Faculty of Law" in whole
    assert "Faculty of Arts" in whole
    assert "Faculty of Law" in part
    assert "Faculty of Arts" not in part
    assert "Data Basics" not in part, "what is issued above is not theirs to see"
    assert clerk.get(f"{house.home}places/{root.pk}/").status_code == 404
    german = clerk.get(house.home, headers={"accept-language": "de"}).content.decode()
    assert "Juristische Fakultät" in german


def test_place_names_who_acts_there_and_where_the_role_comes_from():
    house = build_house(Role.OWNER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Faculty of Law"}, actor=SYSTEM)
    clerk = User.objects.get(pk=build_member(law, Role.AWARDER).user_id)

    page = house.read(f"{house.home}places/{law.pk}/")

    assert clerk.email in page
    assert house.user.email in page
    assert "above" in page
    assert "Nothing is issued here yet" in page


def test_achievement_is_the_last_level_of_the_tree_below_its_issuer_and_of_the_way_there():
    house = build_house(Role.OWNER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Faculty of Law"}, actor=SYSTEM)
    profile = ProfileOrder(name={"en": "Law Office"}, url="https://law.example.org")
    issuer = create_issuer(node=law, slug="law-office", profile=profile, actor=SYSTEM)
    entry = build_achievement(issuer, publish=False)
    address = f"{house.home}achievements/{entry.pk}/"

    there, place = house.read(address), house.read(f"{house.home}places/{law.pk}/")

    for page, current in ((there, address), (place, f"{house.home}places/{law.pk}/")):
        tree = re.search(r'<nav class="tree".*?</nav>', page, re.DOTALL)[0]
        assert re.findall(r'<li class="(deep-\d)">', tree) == ["deep-0", "deep-1", "deep-2", "deep-3"]
        assert re.findall(r'<a href="([^"]*)"[^>]* aria-current="page"', tree) == [current]
        assert (
            tree.index("Faculty of Law") < tree.index("Law Office") < tree.index("Data Basics") < tree.index("draft")
        )
    crumbs = re.search(r'<ol class="crumbs">.*?</ol>', there, re.DOTALL)[0]
    assert re.sub(r"(<[^>]*>|\s)+", " ", crumbs).split()[-2:] == ["Data", "Basics"]
    assert "Faculty of Law" in crumbs
    elsewhere = re.search(r'<nav class="tree".*?</nav>', house.read(house.home), re.DOTALL)[0]
    assert "Law Office" not in elsewhere, "what is issued elsewhere is not unfolded"


def test_draft_is_seen_and_not_awarded():
    house = build_house(achievement=build_achievement(build_issuer(), publish=False))

    page = house.read(f"{house.home}achievements/{house.achievement.pk}/")

    assert "A draft cannot be awarded" in page
    assert "/award/" not in page


def test_long_list_of_entries_has_pages(monkeypatch):
    monkeypatch.setattr("console.seen_nodes.ENTRIES_OF_PAGE", 1)
    house = build_house()
    build_achievement(house.achievement.issuer)

    first, second = house.read(house.home), house.read(house.home, page="2")

    assert str(house.achievement.pk) in first
    assert str(house.achievement.pk) not in second
    assert 'rel="next"' in first
    assert "<span>one more</span>" in first, "the tree says that there are others"
    assert house.client.get(house.home, {"page": "3"}).status_code == 404
