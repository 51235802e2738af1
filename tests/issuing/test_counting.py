"""Counts by day follow every act, and fsck tells where one does not say what the rows say."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from issuing.counting import recounted
from issuing.models import Award, DailyCount, Measure, StatusChange
from issuing.services import accept_award, decline_award, revoke_credential, suspend_credential
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement
from tests.issuing.ways import at_claim, award_now, bearer, breaches, claimed, correct, sign

pytestmark = pytest.mark.django_db


def numbers(**narrowed) -> dict[str, int]:
    rows = DailyCount.objects.filter(**narrowed).exclude(value=0).values_list("measure", "value")
    found: dict[str, int] = {}
    for measure, value in rows:
        found[measure] = found.get(measure, 0) + value
    return found


def signed(achievement, number=1) -> Award:
    award = award_now(achievement, number=number)
    sign()
    return award


def test_award_counts_once_it_is_signed_and_stays_open_until_it_is_answered():
    achievement = build_achievement()
    award = award_now(achievement, number=1)
    assert numbers() == {}

    sign()
    assert numbers() == {"awarded": 1, "unclaimed": 1}

    for _twice in range(2):
        accept_award(award_id=award.pk, actor=bearer(award))
    assert numbers() == {"awarded": 1, "claimed": 1}

    decline_award(award_id=award.pk, actor=bearer(award))
    assert numbers() == {"awarded": 1}
    assert breaches() == []


def test_revoked_award_waits_for_nobody_and_a_correction_is_no_further_award():
    achievement = build_achievement()
    first, second = signed(achievement, 1), signed(achievement, 2)

    revoke_credential(credential_id=first.pk, reason="By mistake.", actor=SYSTEM)
    correct(second)
    sign()

    assert numbers() == {"awarded": 2, "unclaimed": 1, "revoked": 1}
    assert breaches() == []


def test_award_that_is_claimed_before_it_is_signed_is_never_open():
    award = claimed(at_claim(), 1)

    assert numbers() == {"awarded": 1, "claimed": 1}
    assert numbers(version=award.version) == numbers()
    assert breaches() == []


def test_suspension_changes_no_count():
    award = signed(build_achievement(suspendable=True))
    before = numbers()

    suspend_credential(credential_id=award.pk, reason="Looked into.", actor=SYSTEM)

    assert numbers() == before
    assert breaches() == []


def test_each_wrong_count_is_told():
    award = claimed(build_achievement(), 1)
    other = signed(award.version.achievement, 2)
    revoke_credential(credential_id=signed(award.version.achievement, 3).pk, reason="By mistake.", actor=SYSTEM)
    assert breaches() == []

    for measure in (Measure.AWARDED, Measure.CLAIMED, Measure.UNCLAIMED, Measure.REVOKED):
        row = DailyCount.objects.get(measure=measure)
        DailyCount.objects.filter(pk=row.pk).update(value=row.value + 1)
        told = breaches()
        assert [(one.invariant, measure in one.problem) for one in told] == [("N3", True)], measure
        assert told[0].ids == (f"{other.version_id} {row.day}",)
        DailyCount.objects.filter(pk=row.pk).update(value=row.value)
    DailyCount.objects.filter(measure=Measure.AWARDED).delete()
    assert ["awarded" in one.problem for one in breaches()] == [True]


def test_what_was_before_the_counts_is_counted_by_the_migration():
    award = claimed(build_achievement(), 1)
    signed(award.version.achievement, 2)
    revoke_credential(credential_id=award.pk, reason="By mistake.", actor=SYSTEM)
    correct(signed(award.version.achievement, 3))
    sign()
    kept = numbers()
    DailyCount.objects.all().delete()

    import_module("issuing.migrations.0019_counts_by_day").count_what_was(apps, None)

    assert numbers() == kept
    assert breaches() == []


def test_count_that_is_wrong_already_stops_no_act():
    award = signed(build_achievement())
    DailyCount.objects.all().delete()

    accept_award(award_id=award.pk, actor=bearer(award))

    assert numbers() == {"claimed": 1}
    assert {one.invariant for one in breaches()} == {"N3"}


def test_days_are_those_of_utc():
    award = signed(build_achievement())
    late = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
    with transaction.atomic(), recounted(award.pk):
        Award.objects.filter(pk=award.pk).update(claimed_at=late)

    assert DailyCount.objects.get(measure="claimed").day == dt.date(2026, 3, 1)
    assert breaches() == []


@pytest.mark.django_db(transaction=True)
def test_many_holders_at_once_are_all_counted():
    achievement = build_achievement()
    awards = [award_now(achievement, number=number) for number in range(6)]
    sign()

    def accept(award: Award) -> None:
        try:
            accept_award(award_id=award.pk, actor=bearer(award))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(awards)) as pool:
        list(pool.map(accept, awards))

    assert numbers() == {"awarded": 6, "claimed": 6}
    assert breaches() == []


def test_change_of_status_is_written_with_its_count_or_not_at_all(monkeypatch):
    award = signed(build_achievement())
    monkeypatch.setattr("issuing.counting.count_up", lambda _counts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        revoke_credential(credential_id=award.pk, reason="By mistake.", actor=SYSTEM)

    assert not StatusChange.objects.filter(at__lte=timezone.now()).exists()
