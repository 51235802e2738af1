"""Lists by keyset of rows that are told apart first: page by page they are the same list, whichever way one goes."""

import datetime as dt

import pytest

from registry import keyset
from registry.keyset import Apart, Sorting, keyset_page, read_cursor
from registry.models import Learner, Organisation
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db

NEWEST = Sorting("created_at")
HOUSES, PEOPLE, PAGE = 5, 6, 4
BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def people():
    """Make houses with people of many days; some came at the same moment, some houses have nobody."""
    houses = [build_organisation() for _ in range(HOUSES + 2)]
    rows = [Learner(organisation=houses[n % HOUSES], preferred_name=str(n)) for n in range(HOUSES * PEOPLE)]
    Learner.objects.bulk_create(rows)
    for number, row in enumerate(rows):
        row.created_at = BEGAN + dt.timedelta(days=number // 3 if number % 2 else (number * 7) % 19)
    Learner.objects.bulk_update(rows, ["created_at"])
    return sorted(rows, key=lambda row: (row.created_at, row.pk), reverse=True)


def read_through(**asked):
    """Return the pages from the newest on, then the same ones read backwards from the last."""
    pages, cursor = [], None
    while True:
        page = keyset_page(Learner.objects.all(), NEWEST, size=PAGE, cursor=cursor, apart=asked["apart"])
        pages.append([row.pk for row in page.rows])
        if not page.next:
            break
        cursor = read_cursor(page.next, NEWEST)
    back = [pages[-1]]
    while page.previous:
        cursor = read_cursor(page.previous, NEWEST)
        page = keyset_page(Learner.objects.all(), NEWEST, size=PAGE, cursor=cursor, apart=asked["apart"])
        back.insert(0, [row.pk for row in page.rows])
    return pages, back


@pytest.mark.parametrize("most", [1, 2, HOUSES - 1, HOUSES, 200])
def test_list_is_the_same_however_many_houses_are_merged_at_once(people, monkeypatch, most):
    monkeypatch.setattr(keyset, "MOST_APART", most)

    forwards, backwards = read_through(apart=Apart("organisation", Organisation.objects.all()))

    assert [pk for page in forwards for pk in page] == [row.pk for row in people]
    assert backwards == forwards
    assert {len(page) for page in forwards[:-1]} == {PAGE}


def test_list_holds_the_rows_of_those_that_were_named_alone(people):
    named = Organisation.objects.filter(pk__in={people[0].organisation_id, people[1].organisation_id})

    forwards, _backwards = read_through(apart=Apart("organisation", named))

    wanted = [row.pk for row in people if row.organisation_id in set(named.values_list("pk", flat=True))]
    assert [pk for page in forwards for pk in page] == wanted


def test_nobody_named_is_an_empty_list(people):
    assert read_through(apart=Apart("organisation", Organisation.objects.none())) == ([[]], [[]])
