"""Who and what stands beside an achievement: parties, terms looked up, relations; and what a next version changes."""

import re

import pytest

from catalogue.models import Audience, Relation, VocabularyTerm
from catalogue.search import words_of
from catalogue.services import set_audience
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role
from tests.catalogue.builders import build_draft, build_published
from tests.console.houses import problems
from tests.console.test_editor import desk, page_of, said, save

pytestmark = pytest.mark.django_db
PAGE = "edit/beside/"


def build_term(**fields):
    labels = {"en": "analyse data", "de": "Daten auswerten"}
    term = {
        "vocabulary": "ESCO",
        "uri": "http://data.europa.eu/esco/skill/1",
        "kind": "skill",
        "labels": labels,
    } | fields
    return VocabularyTerm.objects.create(**term, words=words_of(term["labels"]))


def test_party_is_named_with_the_person_who_signs():
    house = desk()

    answer = save(
        house, PAGE, **{
            "parties-0-role": "co-awards", "parties-0-name": "City University", "parties-0-signatory_name": "Ada Beispiel",
            "parties-0-signatory_role": "Dean", "parties-0-valid_from": "2026-01-01",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    (party,) = said(house).parties
    assert (party.role, party.name, party.signatory_name, str(party.valid_from)) == (
        "co-awards",
        "City University",
        "Ada Beispiel",
        "2026-01-01",
    )
    wrong = save(house, PAGE, **{"parties-1-name": "Nobody knows as what"})
    assert wrong.status_code == 422
    assert len(problems(wrong.content.decode())) == 1
    assert len(said(house).parties) == 1


def test_term_is_found_by_the_beginnings_of_its_words_and_added():
    house, term = desk(), build_term()
    build_term(uri="http://data.europa.eu/esco/skill/2", labels={"en": "bake bread"})

    found = house.read(page_of(house, PAGE), seek="dat analy")
    assert "analyse data" in found
    assert "bake bread" not in found
    assert (
        "Daten auswerten"
        in house.client.get(page_of(house, PAGE), {"seek": "auswert", "language": "de"}).content.decode()
    )
    assert "No term has these words" in house.read(page_of(house, PAGE), seek="zebra")
    for number in range(20):
        build_term(uri=f"http://data.europa.eu/esco/skill/x{number}", labels={"en": f"zebra {number}"})
    assert "More words find fewer" in house.read(page_of(house, PAGE), seek="zebra")
    assert "More words find fewer" not in found
    page = house.read(page_of(house, PAGE), add=str(term.pk))
    assert not said(house).alignments, "looking writes nothing"
    assert save(house, PAGE, page=page).status_code == 302
    assert list(said(house).alignments) == [
        {"target_name": "analyse data", "target_url": term.uri, "target_framework": "ESCO"}
    ]
    assert house.client.get(page_of(house, PAGE), {"add": "no number"}).status_code == 200


def test_relation_is_stated_once_and_taken_back():
    house, other = desk(), build_published().achievement
    address = f"https://testamur.example/catalogue/{other.issuer.slug}/{other.slug}/"

    for _time in range(2):
        house.client.post(page_of(house, "relate"), {"kind": "part_of", "other": address})

    assert [(one.kind, one.other_id) for one in Relation.objects.all()] == [("part_of", other.pk)]
    assert "Reading Data" in house.read(page_of(house, PAGE))
    house.client.post(page_of(house, "unrelate"), {"kind": "part_of", "other": str(other.pk)})
    assert not Relation.objects.exists()
    acts = list(AuditEntry.objects.filter(actor_kind="user").order_by("id").values_list("act", flat=True))
    assert acts == ["achievement.related", "achievement.unrelated"]


def test_relation_to_what_one_may_not_know_is_as_to_nothing():
    house = desk()
    draft, internal = build_draft().achievement, build_published().achievement
    set_audience(achievement=internal, audience=Audience.ORGANISATION, actor=SYSTEM)

    told = set()
    for name in (
        "no/such",
        f"{draft.issuer.slug}/{draft.slug}",
        str(internal.pk),
        f"{internal.issuer.slug}/{internal.slug}",
    ):
        answer = house.client.post(page_of(house, "relate"), {"kind": "part_of", "other": name})
        assert answer.status_code == 422
        told.add(re.sub(r"“.*?”", "", re.search(r"The catalogue has no entry[^<]*", answer.content.decode())[0]))

    assert len(told) == 1
    assert not Relation.objects.exists()


def test_relation_to_itself_is_refused_with_words():
    house = desk()

    answer = house.client.post(page_of(house, "relate"), {"kind": "part_of", "other": str(house.achievement.pk)})

    assert answer.status_code == 422
    assert "cannot relate to itself" in answer.content.decode()


def test_who_does_not_edit_relates_nothing():
    house, other = desk(Role.AWARDER), build_published().achievement

    for name in ("relate", "unrelate"):
        assert house.client.post(page_of(house, name), {"kind": "part_of", "other": str(other.pk)}).status_code == 403


def test_next_version_shows_what_changes_before_it_is_published():
    house = desk(publish=True, mode="online")
    assert "What changes" not in house.read(page_of(house, "publishing/"))

    save(house, name__en="Data Basics II", mode="blended", facts__resources="none", ects_credits="")

    page = house.read(page_of(house, "publishing/"))
    changes = re.search(r'<dl class="items oldnew">.*?</dl>', page, re.S)[0]
    words = re.sub(r"(<[^>]+>|\s)+", " ", changes)
    assert "Title (English) Before: Data Basics Now: Data Basics II" in words
    assert "How learners take part Before: Online Now: Blended: online and on site" in words
    assert "ECTS credits Before: 2.5 Now: Not stated" in words
    assert "Learning resources Before: Not stated Now: None" in words
    assert "Description" not in words
    house.client.post(page_of(house, "publish"))
    assert house.achievement.versions.filter(published_at=None).count() == 0
