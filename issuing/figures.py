"""What the counts by day say of a place: by month or day, and by achievement. No row of an award is read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from issuing.models import DailyCount, Measure
from registry.models import Node


class Figure(NamedTuple):
    """A number of one measure, at a time (the first day of a month, or a day); `is_old`: from before the day asked."""

    time: dt.date
    measure: str
    is_old: bool
    number: int


def counts_below(node: Node) -> QuerySet[DailyCount]:
    """Return the counts of what is issued at a place and below it. Whoever asks must see that place."""
    below = DailyCount.objects.filter(organisation=node.organisation_id)
    if node.parent_id is None:
        return below
    return below.filter(version__achievement__issuer__node__path__startswith=node.path)


def by_time(counts: QuerySet[DailyCount], *, since: dt.date, old: dt.date, by_day: bool = False) -> list[Figure]:
    """Return numbers by month, or by day, since a day; of what nobody has answered from whatever day, parted at `old`."""
    asked = counts.filter(Q(day__gte=since) | Q(measure=Measure.UNCLAIMED, value__gt=0)).order_by()
    times = asked.annotate(time=F("day") if by_day else TruncMonth("day"), is_old=Q(day__lt=old))
    columns = ("time", "measure", "is_old")
    return [Figure(*row) for row in times.values_list(*columns).annotate(number=Sum("value"))]


def by_achievement(
    counts: QuerySet[DailyCount], achievement_ids: Iterable[uuid.UUID], *, since: dt.date
) -> dict[uuid.UUID, dict[str, int]]:
    """Return achievement → measure → number since a day; `unclaimed` is what stands open from whatever day."""
    named = counts.filter(version__achievement__in=list(achievement_ids)).order_by()
    asked = named.filter(Q(day__gte=since) | Q(measure=Measure.UNCLAIMED, value__gt=0))
    rows = asked.values_list("version__achievement_id", "measure").annotate(number=Sum("value"))
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for achievement_id, measure, number in rows:
        found[achievement_id][measure] = number
    return dict(found)
