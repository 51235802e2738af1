"""Places in status lists: nobody gets one twice, and full lists are followed by the next."""

import os
import threading

import pytest
from django.db import connection, transaction

from issuing.models import StatusList
from issuing.services.places import reserve_places
from tests.issuing.builders import build_issuer


def small_list(issuer, size: int) -> StatusList:
    return StatusList.objects.create(issuer=issuer, base_url="http://x", size=size, feistel_key=os.urandom(32))


@pytest.mark.django_db
def test_places_look_random_and_are_all_different():
    places = reserve_places(issuer=build_issuer(), count=1_000, base_url="http://localhost:8000")

    indexes = [place.index for place in places]
    assert len(set(indexes)) == 1_000
    assert indexes != sorted(indexes)
    assert max(indexes) > 100_000


@pytest.mark.django_db
def test_list_that_fills_up_in_the_middle_is_followed_by_the_next_without_gap_or_overlap():
    issuer = build_issuer()
    first = small_list(issuer, 64)

    places = [place for _ in range(10) for place in reserve_places(issuer=issuer, count=10, base_url="http://x")]

    in_first = [place.index for place in places if place.list_id == first.pk]
    assert sorted(in_first) == list(range(64))
    assert len({(place.list_id, place.index) for place in places}) == 100
    assert StatusList.objects.filter(issuer=issuer).count() == 2
    assert StatusList.objects.get(issuer=issuer, closed_at=None).next == 36


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_get_the_same_place():
    issuer = build_issuer()
    small_list(issuer, 64)
    got: list[tuple[object, int]] = []

    def take() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    places = reserve_places(issuer=issuer, count=7, base_url="http://x")
                got.extend((place.list_id, place.index) for place in places)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == len(set(got)) == 420
    assert StatusList.objects.filter(issuer=issuer).count() == 2
