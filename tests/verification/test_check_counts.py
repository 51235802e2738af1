"""Checks are counted, without anything about who checked, and agree with what the overview adds up."""

import threading

import pytest
from django.db import DatabaseError

from issuing.models import DailyCount, Measure
from tests.issuing.ways import breaches
from tests.verification.builders import signed_credential
from verification import check_counts
from verification.models import VerificationCount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(check_counts, "_kept", check_counts._Kept())


def checked() -> list[int]:
    return list(DailyCount.objects.filter(measure=Measure.CHECKED).values_list("value", flat=True))


def test_page_and_desk_count_and_head_json_and_what_is_hidden_do_not(client):
    credential = signed_credential()
    address = f"/c/{credential.pk}"

    client.get(address)
    client.post("/verify", {"text": f"http://localhost:8000{address}"})
    client.head(address)
    client.get(address, headers={"accept": "application/json"})
    client.get("/c/00000000-0000-4000-8000-000000000000")
    assert not VerificationCount.objects.exists()
    assert check_counts.write_checks() == 2

    assert VerificationCount.objects.values_list("credential_id", "count").get() == (credential.pk, 2)
    assert checked() == [2]
    assert breaches() == []


def test_second_writing_adds_to_the_first(client):
    credential = signed_credential()
    for _ in range(3):
        client.get(f"/c/{credential.pk}")
        check_counts.write_checks()

    assert checked() == [3]
    assert breaches() == []


def test_fsck_tells_a_count_of_checks_that_is_not_that_of_the_rows(client):
    client.get(f"/c/{signed_credential().pk}")
    check_counts.write_checks()
    DailyCount.objects.filter(measure=Measure.CHECKED).update(value=7)

    assert [(one.invariant, one.count) for one in breaches()] == [("N3", 1)]


def test_counts_are_kept_while_the_database_is_away(client, monkeypatch):
    client.get(f"/c/{signed_credential().pk}")

    def away(_checks):
        raise DatabaseError

    with monkeypatch.context() as planted:
        planted.setattr(check_counts, "_write", away)
        with pytest.raises(DatabaseError):
            check_counts.write_checks()

    assert check_counts.write_checks() == 1


@pytest.mark.django_db(transaction=True)
def test_counts_are_written_by_themselves_after_some_seconds(client, settings):
    settings.CHECKS_WRITTEN_AFTER_SECONDS = 0.05
    client.get(f"/c/{signed_credential().pk}")

    # The thread has ended, whether it was quicker than we: it may not write while the next test begins.
    for timer in [one for one in threading.enumerate() if isinstance(one, threading.Timer)]:
        timer.join(timeout=20)

    assert checked() == [1]
