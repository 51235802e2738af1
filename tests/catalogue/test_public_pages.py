"""What a first-time visitor, a search engine and a preview find on the public pages."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from catalogue.models import RelationKind
from catalogue.services import relate_achievements
from registry.actors import SYSTEM
from registry.services import ProfileOrder, TrustOrder, revise_issuer_profile, trust_issuer
from tests.catalogue.builders import ASSESSED, build_planned, build_published, named
from tests.registry.builders import build_issuer

pytestmark = pytest.mark.django_db


def page_at(path, language="en", status=200):
    response = Client().get(path, headers={"accept-language": language})
    assert response.status_code == status, response.status_code
    return response.content.decode()


def path_of(version):
    return f"/catalogue/{version.achievement.issuer.slug}/{version.achievement.slug}/"


def title_of(page):
    return re.search(r"<title>\s*(.*?)\s*</title>", page, re.DOTALL)[1]


@pytest.mark.parametrize("query", ["Charite", "charité", "CHARITÉ", "Universitat Munchen", "strasse"])
def test_search_does_not_mind_accents(query):
    build_published(**named("Kurs der Charité, Universität München, Straße 1"))

    assert "Nothing found" not in page_at(f"/catalogue/?q={query}")


def test_nothing_found_shows_neither_empty_facets_nor_a_zero():
    build_published()

    page = page_at("/catalogue/?q=xyzzy")

    assert "0 entries" not in page
    assert 'class="facet' not in page


def test_the_title_names_the_question_and_the_page(monkeypatch):
    monkeypatch.setattr("catalogue.listing.PAGE_SIZE", 1)
    issuer = build_issuer()
    for name in ("Data one", "Data two"):
        build_published(issuer, **named(name))

    page = page_at("/catalogue/?q=data&kind=micro-credential&page=2")

    assert title_of(page) == "Catalogue: data, Type: Micro-credential, page 2 - Testamur"
    assert (
        'rel="canonical" href="http://localhost:8000/catalogue/?q=data&amp;kind=micro-credential&amp;page=2"' in page
    )


@pytest.mark.parametrize("number", ["99", "0", "-1", "x", "1e3", "9" * 400, "\u0665"])
def test_a_page_that_is_not_there_is_told(number):
    version = build_published()

    for path in ("/catalogue/", "/issuers/", f"/issuers/{version.achievement.issuer.slug}/"):
        assert "Its last page is number 1." in page_at(f"{path}?page={number}", status=404)


def test_an_issuer_has_as_many_entries_in_the_register_as_on_its_page_and_in_the_facet():
    issuer = build_issuer()
    build_published(issuer)
    build_planned(issuer)
    trust_issuer(
        order=TrustOrder(
            did=issuer.did, name={"en": "X"}, vouched_by="M", since=issuer.created_at.date(), source="demo"
        ),
        actor=SYSTEM,
    )

    register = page_at("/issuers/")
    assert re.search(r'class="num">2</td>', register)
    assert "2 entries" in page_at("/")
    assert page_at(f"/issuers/{issuer.slug}/").count('class="card"') == 2
    assert re.search(r'class="n">2</span>', page_at("/catalogue/"))


def test_an_issuers_page_says_who_vouches_in_sentences_and_how_to_reach_it():
    issuer = build_published().achievement.issuer
    trust_issuer(
        order=TrustOrder(
            did=issuer.did, name={"en": "X"}, vouched_by="M", since=issuer.created_at.date(), source="demo"
        ),
        actor=SYSTEM,
    )
    profile = ProfileOrder(name={"en": "College"}, url="https://college.example/", email="ask@college.example")
    revise_issuer_profile(issuer=issuer, profile=profile, actor=SYSTEM)

    page = page_at(f"/issuers/{issuer.slug}/")

    assert "source: demo" not in page
    for word in ("In our register since", "the list of samples", "https://college.example/", "mailto:ask@college"):
        assert word in page


def test_an_entry_says_how_to_earn_it_and_whom_to_ask():
    version = build_published()
    profile = ProfileOrder(name={"en": "College"}, url="https://college.example/", email="ask@college.example")
    revise_issuer_profile(issuer=version.achievement.issuer, profile=profile, actor=SYSTEM)

    page = page_at(path_of(version))

    assert 'id="earn"' in page
    assert "provider&#x27;s page" in page or "provider's page" in page
    assert 'href="mailto:ask@college.example"' in page


def test_parts_are_told_once_in_their_order_and_plans_are_marked():
    issuer = build_issuer()
    whole = build_planned(issuer, kind="micro-degree", **named("Whole"))
    for name, build in (("First", build_published), ("Second", build_planned), ("A third", build_published)):
        part = build(issuer, **named(name)).achievement
        relate_achievements(achievement=part, kind=RelationKind.PART_OF, other=whole.achievement, actor=SYSTEM)

    section = page_at(path_of(whole)).partition("How it fits together")[2].partition("</section>")[0]

    assert section.count("Made of:") == 1
    assert re.findall(r'">(First|Second|A third)</a>( <span class="chip open">)?', section) == [
        ("First", ""),
        ("Second", ' <span class="chip open">'),
        ("A third", ""),
    ]


def test_the_fifteen_items_are_fifteen_and_the_rest_stands_below():
    version = build_published(facts={**ASSESSED, "price": {"state": "value", "value": {"en": "€ 750"}}})

    items, further = page_at(path_of(version)).split('class="items"')[1:]

    assert items.partition("</dl>")[0].count("<dt>") == 15
    assert "€ 750" in further.partition("</dl>")[0]


def test_a_text_in_another_language_than_the_page_is_marked():
    texts = {"name": {"en": "Reading Data", "de": "Daten lesen"}, "description": {"en": "What data says."}}
    version = build_published(texts=texts, level_eqf=6, level_eqf_basis="compared")

    page = page_at(path_of(version), "de")

    assert re.search(r'<h1 class="record">Daten lesen', page)
    assert '<p lang="en">What data says.</p>' in page
    assert "EQR 6" in page
    assert "EQF" not in page
    assert "EQR 6" in page_at("/catalogue/", "de")


def test_previews_and_search_engines_are_told_address_picture_and_description():
    version = build_published()
    base = "http://localhost:8000"

    entry = page_at(path_of(version))

    for line in (
        f'<link rel="canonical" href="{base}{path_of(version)}">',
        f'property="og:url" content="{base}{path_of(version)}"',
        f'property="og:image" content="{base}/media/{version.image_sha}.png"',
        'property="og:image:width" content="480"',
        'property="og:image:alt" content="Badge: Reading Data"',
    ):
        assert line in entry
    for path in ("/", "/catalogue/", "/issuers/", "/verify", path_of(version)):
        page = page_at(path)
        for mark in ('name="description"', 'rel="canonical"', 'name="theme-color"', 'rel="apple-touch-icon"'):
            assert page.count(mark) >= 1, (path, mark)


def test_hosts_are_asked_for_robots_sitemap_and_mark():
    version = build_published()

    robots = page_at("/robots.txt")
    assert "Sitemap: http://localhost:8000/sitemap.xml" in robots
    assert "Disallow: /c/" not in robots
    assert Client().get("/favicon.ico")["Location"].endswith("/img/favicon.ico")
    listed = ElementTree.fromstring(page_at("/sitemap.xml"))
    places = [place.text for place in listed.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"http://localhost:8000{path_of(version)}" in places
    assert f"http://localhost:8000/issuers/{version.achievement.issuer.slug}/" in places


def test_a_picture_in_a_list_is_small():
    version = build_published()

    response = Client().get(f"/media/{version.image_sha}.webp")

    assert response["Content-Type"] == "image/webp"
    assert response.content[8:12] == b"WEBP"
    assert len(response.content) < 10_000
    assert f"/media/{version.image_sha}.webp" in page_at("/catalogue/")
