"""People are found by name, number or address, and shown to staff of places that awarded them."""

import datetime as dt
import re

import pytest

from issuing.models import Award, BounceKind, Letter
from registry.actors import SYSTEM
from registry.models import IdentifierType, Learner, LearnerIdentifier, Role, User
from registry.services import IdentifierOrder, Recipient, create_faculty
from tests.console.houses import build_house, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.ways import award_now, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def person(name, email="", number=""):
    numbers = (IdentifierOrder(IdentifierType.MATRICULATION, "college.example", number),) if number else ()
    return Recipient(name=name, email=email, identifiers=numbers)


def house_with(*people):
    house = build_house()
    for one in people:
        award_now(house.achievement, recipient=one)
    return house


def names(page):
    return re.findall(r"<a href=\"[^\"]*/people/[^\"]+\"><bdi>(.*?)</bdi>", page)


LUKASZ = person("Łukasz Żółć", "lukasz@example.org", "s-4711")
GABRIEL = person("Gabriel García Márquez", "gabriel@example.org")
OTHER = {"name": {"en": "Drawing"}, "description": {"en": "With a pencil."}}
ADA = person("Ada Lovelace", "ada@example.org")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lukasz", ["Łukasz Żółć"]),
        ("ZOLC", ["Łukasz Żółć"]),
        ("Żółć, Łukasz", ["Łukasz Żółć"]),
        ("s-4711", ["Łukasz Żółć"]),
        ("LUKASZ@example.org", ["Łukasz Żółć"]),
        ("garcia marquez", ["Gabriel García Márquez"]),
        ("love", ["Ada Lovelace"]),
        ("ada lo", ["Ada Lovelace"]),
        ("ada zolc", []),
        ("4711", []),
        ("nobody@example.org", []),
        ("%", []),
        ("_da", []),
    ],
)
def test_person_is_found_without_minding_accents_and_order(typed, found):
    house = house_with(LUKASZ, GABRIEL, ADA)

    page = house.read(f"{house.home}people/", q=typed)

    assert names(page) == found
    assert ("Nobody was found" in page) == (not found)


def test_nobody_is_listed_before_something_is_typed():
    house = house_with(ADA)

    page = house.read(f"{house.home}people/")

    assert "Ada Lovelace" not in page
    assert "Type whom you look for" in page


def test_person_of_another_faculty_is_not_seen():
    house = house_with(ADA)
    root = house.achievement.organisation.nodes.get(parent=None)
    other = create_faculty(parent=root, name={"en": "Law"}, actor=SYSTEM)
    client = signed_in(User.objects.get(pk=build_member(other, Role.OWNER).user_id))
    ada = Learner.objects.get()

    page = client.get(f"{house.home}people/", {"q": "ada"}).content.decode()

    assert names(page) == []
    assert client.get(f"{house.home}people/{ada.pk}/").status_code == 404
    assert house.client.get(f"{house.home}people/{ada.pk}/").status_code == 200


def test_person_of_another_organisation_is_not_there():
    house, theirs = house_with(ADA), house_with(GABRIEL)
    gabriel = Learner.objects.get(preferred_name__startswith="Gabriel")

    assert names(house.read(f"{house.home}people/", q="gabriel")) == []
    assert house.client.get(f"{house.home}people/{gabriel.pk}/").status_code == 404
    assert theirs.client.get(f"{theirs.home}people/{gabriel.pk}/").status_code == 200


def test_page_of_a_person_has_awards_letters_and_how_each_number_was_shown():
    house = house_with(LUKASZ)
    sign()
    letter = Letter.objects.get()
    Letter.objects.filter(pk=letter.pk).update(
        state="sent", sent_at=letter.not_before, bounced_at=letter.not_before, bounce_kind=BounceKind.REFUSED
    )
    LearnerIdentifier.objects.filter(type="email").update(verified_at=letter.not_before)

    page = house.read(f"{house.home}people/{Learner.objects.get().pk}/")

    assert "s-4711" in page
    assert "lukasz@example.org" in page
    assert page.count("Shown to be theirs on") == 1
    assert page.count("nobody has shown that it is theirs") == 1
    assert "E-mail came back" in page
    assert "The other mail server refuses it" in page
    assert f"awards/{Award.objects.get().pk}/" in page


def test_awards_are_searched_by_person_and_by_the_number_on_the_certificate():
    house = house_with(LUKASZ, ADA)
    award = Award.objects.get(learner__preferred_name="Ada Lovelace")
    short = str(award.pk).replace("-", "")[:12]

    for typed in ("lovelace", "ada@example.org", str(award.pk), f"{short[:4]}-{short[4:8]}-{short[8:]}"):
        page = house.read(f"{house.home}awards/", q=typed)
        assert re.findall(r"<bdi>(Ada Lovelace|Łukasz Żółć)</bdi>", page) == ["Ada Lovelace"], typed
    assert "No award is like that" in house.read(f"{house.home}awards/", q="nobody")


def test_list_goes_on_behind_the_awards_that_it_looked_through(monkeypatch):
    monkeypatch.setattr("issuing.award_lists.WINDOW", 3)
    house = build_house(achievement=build_achievement(build_issuer(undo_minutes=0)))
    oldest = award_now(house.achievement, number=1)
    sign()
    Award.objects.update(accepted_at=oldest.accepted_at - dt.timedelta(days=1))
    for number in range(2, 6):
        award_now(house.achievement, number=number)

    page = house.read(f"{house.home}awards/", show="signed")
    assert "The numbers are of the newest 3" in page
    assert "None among these awards is like that" in page
    older = re.search(r'href="(\?[^"]*cursor=[^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert str(oldest.pk) in house.read(f"{house.home}awards/{older}")


def test_states_are_counted_and_named():
    house = house_with(ADA, GABRIEL)
    sign()
    Award.objects.filter(learner__preferred_name="Ada Lovelace").update(claimed_at=Award.objects.first().accepted_at)

    page = house.read(f"{house.home}awards/", show="accepted")

    assert re.findall(r"<bdi>(Ada Lovelace|Gabriel[^<]*)</bdi>", page) == ["Ada Lovelace"]
    assert re.search(r'Accepted by the holder <span class="n">1</span>', page)
    assert re.search(r'Not yet accepted <span class="n">1</span>', page)
    assert "Revoked <span" not in page, "what would be empty is left out"


def test_links_are_sent_printed_and_withdrawn_from_the_page_of_a_person():
    house = house_with(LUKASZ)
    ended = award_now(build_achievement(house.achievement.issuer, texts=OTHER), recipient=LUKASZ)
    sign()
    award = Award.objects.exclude(pk=ended.pk).get()
    house.client.post(f"{house.page_of(ended)}status/revoke/", {"reason_code": "by-mistake", "act": "do"})
    page = f"{house.home}people/{Learner.objects.get().pk}/"

    forms = re.findall(r'<form method="post" action="([^"]+)"', house.read(page).partition('id="links"')[2])

    assert forms == [f"{house.page_of(award)}{act}" for act in ("send-link", "print-link", "withdraw-link")]
    assert "/claim/" in house.client.post(forms[1]).content.decode()
    viewer = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, Role.VIEWER).user_id))
    assert 'id="links"' not in viewer.get(page).content.decode()
