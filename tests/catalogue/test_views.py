"""The public pages, as a visitor, a crawler and a machine see them."""

import json
import re

import pytest
from django.test import Client

from catalogue.services import edit_achievement, publish_achievement, retire_achievement
from credentials.canonical import expand_strictly
from credentials.timestamps import parse_timestamp
from registry.actors import SYSTEM
from registry.services import TrustOrder, trust_issuer
from tests.catalogue.builders import build_content, build_draft, build_planned, build_published, named
from tests.registry.builders import build_issuer, build_organisation

pytestmark = pytest.mark.django_db

DAY = parse_timestamp("2026-01-01T00:00:00Z").date()


@pytest.fixture
def visitor():
    return Client()


def path_of(version, end=""):
    return f"/catalogue/{version.achievement.issuer.slug}/{version.achievement.slug}/{end}"


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def vouch(issuer):
    trust_issuer(
        order=TrustOrder(
            did=issuer.did, name={"en": "College"}, vouched_by="Ministry", since=DAY, source="List of 2026"
        ),
        actor=SYSTEM,
    )


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/issuers/", "/catalogue/?q=nothing&level=9&page=1&sort=x"])
def test_pages_of_an_empty_register_say_so_and_set_no_cookie(visitor, path):
    response = visitor.get(path)

    assert response.status_code == 200
    assert not response.cookies


def test_the_start_page_shows_the_newest_entries_and_both_doors(visitor):
    version = build_published()
    page = text(visitor.get("/"))

    assert path_of(version) in page
    assert 'action="/verify"' in page
    assert 'action="/catalogue/"' in page


def test_the_register_keeps_the_question_in_the_address(visitor):
    build_published(**named("Inshore Fishing"), language="de")
    build_published(**named("Finance"))

    page = text(visitor.get("/catalogue/", {"q": "fish", "language": "de"}))

    assert "Inshore Fishing" in page
    assert "Finance" not in page
    assert re.search(r'value="de"\s+checked', page)
    assert 'value="fish"' in page


def test_nothing_found_says_so(visitor):
    build_published()

    assert "No entry fits all of this" in text(visitor.get("/catalogue/?q=xyzzy"))


def test_a_query_is_shown_as_text_and_never_as_markup(visitor):
    page = text(visitor.get("/catalogue/", {"q": '"><script>alert(1)</script>', "kind": "<b>"}))

    assert "<script>alert" not in page
    assert "<b>" not in page.replace("<b>Sample", "")


def test_an_entry_shows_all_fifteen_items_each_with_its_state(visitor):
    version = build_published(facts={"assessment": {"state": "not_stated"}, "prerequisites": {"state": "none"}})
    page = text(visitor.get(path_of(version)))

    items = page[page.index('class="items"') :].partition("</dl>")[0]
    assert items.count("<dt>") == 15
    assert "Not stated by the provider" in items
    assert "Set with each award" in items
    assert "None" in items


def test_an_entry_holds_linked_data_that_no_text_can_break_out_of(visitor):
    version = build_published(texts={"name": {"en": "</script><b>x"}, "description": {"en": "y"}})
    page = text(visitor.get(path_of(version, "v/1/")))

    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["name"] == "</script><b>x"


def test_an_entry_shows_its_newest_version_and_the_permanent_page_its_own(visitor):
    first = build_published(**named("First"))
    edit_achievement(achievement=first.achievement, content=build_content(**named("Second")), actor=SYSTEM)

    assert "First" in text(visitor.get(path_of(first)))
    publish_achievement(achievement=first.achievement, actor=SYSTEM)
    assert "Second" in text(visitor.get(path_of(first)))
    assert "First" in text(visitor.get(path_of(first, "v/1/")))
    assert "earlier version" in text(visitor.get(path_of(first, "v/1/")))
    assert "Second" in text(visitor.get(path_of(first, "v/2/")))


def test_a_draft_has_no_page(visitor):
    draft = build_draft()

    for end in ("", "v/1/", "v/1.json"):
        assert visitor.get(path_of(draft, end)).status_code == 404
    assert visitor.get(path_of(draft)[:-1] + ".json").status_code == 404


def test_the_draft_of_a_published_entry_has_no_page(visitor):
    version = build_published()
    edit_achievement(achievement=version.achievement, content=build_content(**named("Secret")), actor=SYSTEM)

    assert visitor.get(path_of(version, "v/2/")).status_code == 404
    assert "Secret" not in text(visitor.get(path_of(version)))


def test_a_plan_is_shown_as_planned_without_a_permanent_page(visitor):
    version = build_planned()

    assert "Planned" in text(visitor.get(path_of(version)))
    assert visitor.get(path_of(version, "v/1/")).status_code == 404
    assert visitor.get(path_of(version)[:-1] + ".json").status_code == 404


def test_a_retired_entry_keeps_its_page_and_leaves_the_register(visitor):
    version = build_published()
    retire_achievement(achievement=version.achievement, last_award_on=DAY, actor=SYSTEM)

    assert "No longer offered" in text(visitor.get(path_of(version)))
    assert path_of(version) not in text(visitor.get("/catalogue/"))


def test_an_unknown_address_is_a_page_with_a_sentence(visitor):
    response = visitor.get("/catalogue/nobody/nothing/")

    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


@pytest.mark.parametrize("end", ["v/1.json", "v/1/"])
def test_a_machine_gets_the_achievement_at_its_own_id(visitor, end):
    version = build_published()

    response = visitor.get(path_of(version, end), headers={"accept": "application/ld+json"})

    document = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert document["id"].endswith(path_of(version, "v/1/"))
    assert expand_strictly(document)


def test_a_browser_gets_the_page_at_the_same_address(visitor):
    response = visitor.get(
        path_of(build_published(), "v/1/"), headers={"accept": "text/html,application/json;q=0.9,*/*;q=0.8"}
    )

    assert response.headers["Content-Type"].startswith("text/html")
    assert "Accept" in response.headers["Vary"]


def test_json_comes_in_the_language_asked_for(visitor):
    path = path_of(build_published())[:-1] + ".json"

    assert json.loads(visitor.get(path, {"language": "de"}).content)["name"] == "Daten lesen"
    assert json.loads(visitor.get(path, {"language": "xx"}).content)["name"] == "Reading Data"


def test_a_picture_is_kept_for_ever_and_not_sent_twice(visitor):
    version = build_published()
    path = f"/media/{version.image_sha}.png"

    first = visitor.get(path)

    assert first.headers["Content-Type"] == "image/png"
    assert "immutable" in first.headers["Cache-Control"]
    assert visitor.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert visitor.get(f"/media/{'0' * 64}.png").status_code == 404


def test_an_issuer_is_shown_with_who_vouches_since_when_and_on_what_source(visitor):
    version = build_published()
    vouch(version.achievement.issuer)

    page = text(visitor.get(f"/issuers/{version.achievement.issuer.slug}/"))
    for word in ("Ministry", "1 January 2026", "List of 2026", "Reading Data", version.achievement.issuer.did):
        assert word in page
    register = text(visitor.get("/issuers/"))
    for word in ("College", "Ministry", "1 January 2026", "List of 2026"):
        assert word in register


def test_an_issuer_that_nobody_vouches_for_says_so(visitor):
    issuer = build_issuer()

    assert "Not in our register" in text(visitor.get(f"/issuers/{issuer.slug}/"))
    assert f"/issuers/{issuer.slug}/" not in text(visitor.get("/issuers/"))
    assert visitor.get("/issuers/nobody/").status_code == 404


def test_a_sample_says_so_on_its_page(visitor):
    version = build_published(build_issuer(build_organisation(is_sample=True)))

    assert "Sample - not issued by this institution" in text(visitor.get(path_of(version)))


def test_pages_speak_german(visitor):
    version = build_published()

    page = text(visitor.get(path_of(version), headers={"accept-language": "de"}))

    assert "Daten lesen" in page
    assert '<html lang="de"' in page


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/issuers/"])
def test_the_queries_of_a_page_do_not_grow_with_the_register(visitor, path, django_assert_max_num_queries):
    for _ in range(4):
        vouch(build_published(build_issuer(build_organisation())).achievement.issuer)

    with django_assert_max_num_queries(8):
        visitor.get(path)


def test_the_queries_of_an_entry_do_not_grow_with_its_relations(visitor, django_assert_max_num_queries):
    version = build_published()

    with django_assert_max_num_queries(9):
        visitor.get(path_of(version))
