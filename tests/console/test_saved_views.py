"""Filters of the list of awards, kept under names for oneself."""

import pytest

from registry.models import Role, SavedView
from registry.services import keeping_views
from tests.console.houses import build_house
from tests.issuing.ways import award_now

pytestmark = pytest.mark.django_db


def kept(house, **said):
    fields = {"name": "Mine", "show": "revoked", "achievement": "", "q": "Ada & Bob"} | said
    return house.client.post(f"{house.home}awards/views/", fields, follow=True)


def renamed(house, view, name):
    said = {"view": str(view.pk), "name": name}
    return house.client.post(f"{house.home}awards/views/rename/", said, follow=True).content.decode()


def forgotten(house, view):
    return house.client.post(f"{house.home}awards/views/forget/", {"view": str(view.pk)}, follow=True)


def test_filter_is_kept_found_again_and_forgotten():
    house = build_house()
    award_now(house.achievement, number=1)
    assert "Keep this list under a name" not in house.read(f"{house.home}awards/")

    assert "Kept." in kept(house).content.decode()
    kept(house)

    view = SavedView.objects.get()
    assert view.query == "show=revoked&q=Ada+%26+Bob"
    page = house.read(f"{house.home}awards/")
    assert 'href="?show=revoked&amp;q=Ada+%26+Bob"' in page
    assert 'value="Ada &amp; Bob"' in house.client.get(f"{house.home}awards/?{view.query}").content.decode()
    forgotten(house, view)
    assert not SavedView.objects.exists()


def test_forgotten_filter_is_taken_back_by_one_button():
    house = build_house()
    kept(house, name="Ünï & <b>")
    before = SavedView.objects.get()

    answer = forgotten(house, before)

    page = answer.content.decode()
    assert not SavedView.objects.exists()
    assert "You keep the filter “<bdi>Ünï &amp; &lt;b&gt;</bdi>” no more." in page
    assert 'value="Ada &amp; Bob"' in page
    kept(house, name="Ünï & <b>")
    after = SavedView.objects.get()
    assert (after.name, after.query) == (before.name, before.query)
    assert house.client.post(f"{house.home}awards/views/forget/", {"view": str(before.pk)})["Location"].endswith(
        "/awards/"
    )


def test_filter_is_renamed_and_the_same_name_replaces_it():
    house = build_house()
    kept(house)
    view = SavedView.objects.get()

    assert "Renamed." in renamed(house, view, "  Withdrawn   ones ")
    assert SavedView.objects.get().name == "Withdrawn ones"
    kept(house, name="Withdrawn ones", q="Zoe")
    assert SavedView.objects.get().query == "show=revoked&q=Zoe"
    kept(house, name="Second")
    assert "another filter under this name" in renamed(house, view, "Second")
    assert "at most 60 characters" in renamed(house, view, " ")
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["Second", "Withdrawn ones"]


def test_filter_is_nobody_elses():
    house = build_house()
    kept(house)
    view = SavedView.objects.get()
    colleague = build_house(Role.OWNER, achievement=house.achievement)

    assert "Mine" not in colleague.read(f"{house.home}awards/")
    assert "Mine" not in colleague.read(f"{house.home}awards/", show="revoked")
    assert "no more" not in forgotten(colleague, view).content.decode()
    said = {"view": str(view.pk), "name": "Theirs"}
    assert colleague.client.post(f"{house.home}awards/views/rename/", said).status_code == 404
    stranger = build_house()
    for act in ("", "rename/", "forget/"):
        assert stranger.client.post(f"{house.home}awards/views/{act}", said).status_code == 404
    kept(colleague, q="Other")
    assert SavedView.objects.get(pk=view.pk) == view
    assert SavedView.objects.get(user=house.user).query == view.query


@pytest.mark.parametrize("name", [" ", "x" * 61, "a\x00b", "a\x1bb"])
def test_what_is_no_name_is_refused(name):
    house = build_house()
    assert "at most 60 characters" in kept(house, name=name).content.decode()
    assert not SavedView.objects.exists()


def test_what_cannot_be_kept_says_why(monkeypatch):
    house = build_house()
    assert kept(house, show="nothing").status_code == 404
    assert kept(house, achievement="x" * 5_000).status_code == 404
    assert "Kept." in kept(house, name="Long", q="\N{PARTY POPPER}" * 200).content.decode()
    monkeypatch.setattr(keeping_views, "MOST_VIEWS", 2)
    kept(house)
    assert "forget one first" in kept(house, name="Another").content.decode()
    for number in ("9" * 40, "²", "x", ""):
        said = {"view": number, "name": "New"}
        for act in ("rename/", "forget/"):
            assert house.client.post(f"{house.home}awards/views/{act}", said).status_code == 404
    assert SavedView.objects.count() == 2
