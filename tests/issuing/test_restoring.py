"""After an older backup: places that were given out since are never given out again."""

import io
import json
import os

import pytest
from django.core.management import call_command
from structlog.testing import capture_logs

from issuing.high_water import given_out, raise_mark
from issuing.models import StatusList
from issuing.services.places import reserve_places
from registry.models import AuditEntry
from tests.issuing.builders import build_issuer

pytestmark = pytest.mark.django_db
URL = "http://localhost:8000"


@pytest.fixture
def reserve(django_capture_on_commit_callbacks):
    """Reserve places as a transaction that commits."""

    def reserved(issuer, count):
        with django_capture_on_commit_callbacks(execute=True):
            return [(place.list_id, place.index) for place in reserve_places(issuer=issuer, count=count, base_url=URL)]

    return reserved


def restore(issuer, next_place):
    """Put the cursor back, as an older backup does."""
    StatusList.objects.filter(issuer=issuer).update(next=next_place, closed_at=None)


def after_restore(*arguments):
    out = io.StringIO()
    call_command("after_restore", *arguments, stdout=out)
    return out.getvalue()


def test_a_list_behind_its_mark_is_closed_by_itself_and_no_place_is_used_twice(reserve):
    issuer = build_issuer()
    reserve(issuer, 5)
    lost = reserve(issuer, 10)
    restore(issuer, 5)

    after = reserve(issuer, 20)

    assert not set(lost) & set(after)
    closed = StatusList.objects.get(issuer=issuer, closed_at__isnull=False)
    entry = AuditEntry.objects.get(act="status_list.closed", object_id=str(closed.pk))
    assert entry.detail == {"reason": "restored", "lost_places": 10}
    assert len(reserve(issuer, 3)) == 3
    assert StatusList.objects.filter(issuer=issuer).count() == 2


def test_the_rest_of_a_restored_list_is_not_given_out_either(reserve):
    issuer = build_issuer()
    StatusList.objects.create(issuer=issuer, base_url=URL, size=64, feistel_key=os.urandom(32))
    before = reserve(issuer, 64)
    restore(issuer, 60)

    after = reserve(issuer, 10)

    assert not set(before) & set(after)


def test_a_mark_is_not_raised_by_what_was_never_committed(django_capture_on_commit_callbacks):
    issuer = build_issuer()
    with django_capture_on_commit_callbacks(execute=False):
        (place,) = reserve_places(issuer=issuer, count=1, base_url=URL)

    assert given_out(place.list_id) == 0


def test_told_by_hand_every_open_list_is_closed_and_what_is_lost_is_counted(reserve):
    quiet, busy = build_issuer(), build_issuer()
    reserve(quiet, 2)
    reserve(busy, 5)
    lost = reserve(busy, 10)
    restore(busy, 5)

    with capture_logs() as logs:
        told = json.loads(after_restore("--json"))

    assert [entry["lost_places"] for entry in logs if entry["event"] == "alarm.database_was_restored"] == [10]
    assert {one["issuer"]: one["lost_places"] for one in told["closed"]} == {quiet.slug: 0, busy.slug: 10}
    assert told["lost_places"] == 10
    assert not StatusList.objects.filter(closed_at=None).exists()
    assert AuditEntry.objects.filter(act="status_list.closed").count() == 2
    assert not set(lost) & set(reserve(busy, 20))


def test_told_by_hand_without_marks_no_place_is_used_twice_either(reserve, settings, tmp_path):
    issuer = build_issuer()
    lost = reserve(issuer, 10)
    restore(issuer, 0)
    settings.VAR_DIR = tmp_path

    assert "1 status lists closed" in after_restore()

    assert not set(lost) & set(reserve(issuer, 20))


def test_a_mark_never_falls_and_a_damaged_one_closes_its_list(reserve, settings):
    issuer = build_issuer()
    ((list_id, _index),) = reserve(issuer, 1)
    raise_mark(list_id, 40)
    raise_mark(list_id, 7)
    assert given_out(list_id) == 40

    (settings.VAR_DIR / "given-out" / str(list_id)).write_text("nonsense\n")
    ((after, _index),) = reserve(issuer, 1)

    assert after != list_id


def test_lists_of_an_older_address_are_followed_by_lists_of_the_new_one():
    issuer = build_issuer()
    reserve_places(issuer=issuer, count=3, base_url=URL)

    places = reserve_places(issuer=issuer, count=3, base_url="https://new.example.edu")

    assert {place.revocation_url.partition("/status/")[0] for place in places} == {"https://new.example.edu"}
    assert StatusList.objects.get(issuer=issuer, closed_at=None).next == 3
