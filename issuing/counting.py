"""Counts by day of what happened to the awards of a version: written with the act itself, and no people in them.

One definition serves every act: what a row counts for is read before and after, and the difference is written. Days are
those of UTC, so that a count never depends on who reads it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Greatest

from issuing.models import Award, DailyCount, Measure, StatusChange, StatusPurpose, StatusReason


class Counted(NamedTuple):
    """What one number counts: of which version, on which day, and what."""

    organisation_id: uuid.UUID
    version_id: uuid.UUID
    day: dt.date
    measure: str


Counts = Counter[Counted]


@contextmanager
def recounted(award_id: uuid.UUID) -> Iterator[None]:
    """Bring the counts in step with what the block does to an award, in the caller's transaction, which holds its row."""
    before = _counts_of(award_id)
    yield
    after = _counts_of(award_id)
    after.subtract(before)
    count_up(after)


def count_signed(award_ids: list[uuid.UUID], *, replacing: int, at: dt.datetime) -> None:
    """Count awards of one version that have just been signed; `replacing` of them took another one's place.

    Their rows are held: who claimed one before is not asked again.
    """
    organisation_id, version_id = Award.objects.filter(pk=award_ids[0]).values_list("organisation_id", "version_id")[0]
    unclaimed = Award.objects.filter(id__any_of=award_ids, claimed_at=None).count()
    day = at.astimezone(dt.UTC).date()
    numbers = {Measure.AWARDED: len(award_ids) - replacing, Measure.UNCLAIMED: unclaimed}
    count_up(Counter({Counted(organisation_id, version_id, day, name): number for name, number in numbers.items()}))


def count_up(counts: Counts) -> None:
    """Add numbers, which may be negative, to those that stand, in the caller's transaction; in an order that all keep.

    A count never stops an act: one that would fall below nothing stays there, and fsck tells.
    """
    for counted, number in sorted(counts.items(), key=str):
        if not number:
            continue
        row = DailyCount.objects.filter(**counted._asdict())
        value = Greatest(F("value") + number, 0)
        if not row.update(value=value):
            # Somebody else may make the row at this very moment: whoever comes second adds to it.
            DailyCount.objects.bulk_create([DailyCount(**counted._asdict())], ignore_conflicts=True)
            row.update(value=value)


def _counts_of(award_id: uuid.UUID) -> Counts:
    """Return what an award counts for as it stands."""
    revocation = StatusChange.objects.filter(credential=OuterRef("pk"), purpose=StatusPurpose.REVOCATION)
    for_good = revocation.exclude(reason=StatusReason.SUPERSEDED)
    rows = Award.objects.filter(pk=award_id).annotate(
        over=Exists(revocation), revoked_at=Subquery(for_good.values("at")[:1])
    )
    columns = ("organisation_id", "version_id", "replaces_id", "claimed_at", "declined_at", "over", "revoked_at")
    found = rows.values_list(*columns, "credential__signed_at").first()
    if found is None:
        return Counter()
    organisation_id, version_id, replaces_id, claimed_at, declined_at, over, revoked_at, signed_at = found
    times = {
        Measure.AWARDED: signed_at if replaces_id is None else None,
        Measure.CLAIMED: claimed_at,
        Measure.UNCLAIMED: signed_at if not (claimed_at or declined_at or over) else None,
        Measure.REVOKED: revoked_at,
    }
    return Counter(
        Counted(organisation_id, version_id, time.astimezone(dt.UTC).date(), name)
        for name, time in times.items()
        if time is not None
    )
