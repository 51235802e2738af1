"""N3: what is counted by day is what the rows say; people plan by these numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from issuing.fsck.breaches import Breach, breach_of
from issuing.models import Award, Credential, DailyCount, Measure, StatusChange, StatusPurpose, StatusReason

Days = dict[tuple[Any, ...], int]


def counts_agree() -> Iterator[Breach]:
    """N3: each day's counts are those of its rows; asked twice where they differ, since people work meanwhile."""
    for measure, rows_of in ROWS.items():
        differing = _differing(measure, rows_of())
        if differing:
            differing &= _differing(measure, rows_of())
        problem = f"days whose count of {measure} is not that of the rows"
        yield from breach_of("N3", problem, sorted({f"{version} {day}" for version, day, *_numbers in differing}))


def _differing(measure: str, rows: Days) -> set[tuple[Any, ...]]:
    """Return (version, day, counted, there) where the two differ."""
    stored = DailyCount.objects.filter(measure=measure).order_by().values_list("version_id", "day", "value")
    counted = {(version, day): value for version, day, value in stored.iterator()}
    keys = counted.keys() | rows.keys()
    return {(*key, counted.get(key, 0), rows.get(key, 0)) for key in keys if counted.get(key, 0) != rows.get(key, 0)}


def _by_day(rows: QuerySet[Any], version: str, time: str) -> Days:
    days = rows.order_by().annotate(day=TruncDate(time, tzinfo=dt.UTC)).values_list(version, "day")
    return {(pk, day): number for pk, day, number in days.annotate(number=Count("pk")).iterator()}


def _awarded() -> Days:
    return _by_day(Credential.objects.filter(award__replaces=None), "award__version_id", "signed_at")


def _claimed() -> Days:
    return _by_day(Award.objects.exclude(claimed_at=None), "version_id", "claimed_at")


def _unclaimed() -> Days:
    over = StatusChange.objects.filter(purpose=StatusPurpose.REVOCATION).values("credential")
    silent = Credential.objects.filter(award__claimed_at=None, award__declined_at=None).exclude(pk__in=over)
    return _by_day(silent, "award__version_id", "signed_at")


def _revoked() -> Days:
    revoked = StatusChange.objects.filter(purpose=StatusPurpose.REVOCATION).exclude(reason=StatusReason.SUPERSEDED)
    return _by_day(revoked, "credential__award__version_id", "at")


ROWS: dict[str, Callable[[], Days]] = {
    Measure.AWARDED: _awarded,
    Measure.CLAIMED: _claimed,
    Measure.UNCLAIMED: _unclaimed,
    Measure.REVOKED: _revoked,
}
