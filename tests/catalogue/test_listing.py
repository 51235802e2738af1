"""The register: what is found, counted, ordered and paged, with a fixed number of queries."""

from decimal import Decimal

import pytest
from django.db import connection

from catalogue.listing import Wish, list_entries
from registry.paging import NoSuchPageError
from tests.catalogue.builders import build_draft, build_planned, build_published, named
from tests.registry.builders import build_issuer, build_organisation

pytestmark = pytest.mark.django_db


def titles(**wish):
    return [card.title for card in list_entries(Wish(**wish)).page]


def counts(key, **wish):
    facet = next(facet for facet in list_entries(Wish(**wish)).facets if facet.key == key)
    return {option.label: option.count for option in facet.options}


def test_drafts_are_not_shown_and_plans_are():
    build_draft(**named("Draft"))
    build_planned(**named("Plan"))

    assert titles() == ["Plan"]


@pytest.mark.parametrize(
    "query",
    [
        "fishing",
        "FISH",
        "fishing inshore",
        "  inshore   fish ",
        "kutter",
        "fischerei",
        "ärzte",
        "ARZTE",
        "straße",
        "100%",
    ],
)
def test_every_word_of_a_query_is_found_in_any_language(query):
    build_published(
        texts={
            "name": {"en": "Inshore Fishing", "de": "Küstenfischerei auf dem Kutter"},
            "description": {"en": "100% outdoors, in arzte street", "de": "Für Ärzte in der Straße"},
        }
    )
    build_published(**named("Finance"))

    assert titles(query=query) == ["Inshore Fishing"]


@pytest.mark.parametrize(
    "query", ["fishing finance", "xyzzy", "%", "_", "'", '"', "\\", "& | !", ":*", "'; DROP TABLE", "\x00", "-" * 5000]
)
def test_a_query_that_fits_nothing_finds_nothing_and_breaks_nothing(query):
    build_published(**named("Inshore Fishing"))

    assert titles(query=query) == []


def test_words_inside_words_are_found_only_when_no_beginning_fits():
    build_published(**named("Notfallmedizin"))
    assert titles(query="medizin") == ["Notfallmedizin"]

    build_published(**named("Medizin heute"))
    expected = ["Medizin heute"] if connection.vendor == "postgresql" else ["Medizin heute", "Notfallmedizin"]
    assert titles(query="medizin") == expected


def test_a_hit_in_the_title_comes_first():
    build_published(texts={"name": {"en": "Aardvarks"}, "description": {"en": "About statistics."}})
    build_published(**named("Statistics"))

    assert titles(query="statistics") == ["Statistics", "Aardvarks"]


def test_titles_sort_without_regard_to_case_and_umlauts():
    for name in ("zebra", "Äpfel", "Birne", "apfel"):
        build_published(**named(name))

    assert titles() == ["apfel", "Äpfel", "Birne", "zebra"]
    assert titles(sort="newest") == ["apfel", "Birne", "Äpfel", "zebra"]


def test_a_facet_counts_as_if_nothing_were_ticked_in_it():
    build_published(level_eqf=6, level_eqf_basis="compared", workload_hours_min=Decimal(21))
    build_published(level_eqf=4, level_eqf_basis="compared", kind="document")
    build_published(level_national="NZQF 2")
    build_published()

    wish = {"chosen": {"level": ("6",), "kind": ("micro-credential",)}}

    assert counts("level", **wish) == {"EQF 6": 1, "National level only": 1, "Not stated": 1}
    assert counts("kind", **wish) == {"Micro-credential": 1}
    assert counts("level") == {"EQF 5 and below": 1, "EQF 6": 1, "National level only": 1, "Not stated": 1}
    assert counts("workload") == {"10 to 30 hours": 1, "Not stated": 3}


def test_two_ticks_in_one_facet_widen_and_two_facets_narrow():
    one, other = (build_issuer(build_organisation()) for _ in range(2))
    build_published(one, **named("One"), language="de")
    build_published(other, **named("Other"))
    both = (one.organisation.slug, other.organisation.slug)

    assert titles(chosen={"institution": both}) == ["One", "Other"]
    assert titles(chosen={"institution": both, "language": ("de",)}) == ["One"]
    assert titles(chosen={"institution": ("unknown",)}) == []


def test_each_chosen_value_can_be_taken_away_by_its_address():
    build_published(**named("One"), language="de")

    listing = list_entries(Wish(query="one & two", chosen={"language": ("de", "nl")}, sort="newest"))

    assert dict(listing.chosen)["Language: German"] == "/catalogue/?q=one+%26+two&language=nl&sort=newest"


def test_a_page_is_the_one_asked_for_or_none(monkeypatch):
    monkeypatch.setattr("catalogue.listing.PAGE_SIZE", 2)
    issuer = build_issuer()
    for name in ("One", "Other", "Third"):
        build_published(issuer, **named(name))

    assert (titles(page=""), titles(page="1"), titles(page="2")) == (["One", "Other"], ["One", "Other"], ["Third"])
    for number in ("3", "99", "0", "-1", "x"):
        with pytest.raises(NoSuchPageError, match="Its last page is number 2"):
            titles(page=number)


def test_the_number_of_queries_does_not_grow_with_the_register(django_assert_num_queries):
    issuer = build_issuer()
    build_published(issuer)
    with django_assert_num_queries(4):
        list_entries(Wish())
    for _ in range(5):
        build_published(build_issuer())

    with django_assert_num_queries(4):
        list_entries(Wish())
