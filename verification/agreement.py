"""N3: how often something was checked on a day is what the counts of its certificates say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from issuing.fsck.breaches import Breach, breach_of
from issuing.models import Award, DailyCount, Measure
from verification.models import VerificationCount

AT_ONCE: Final = 1_000


def checks_agree() -> Iterator[Breach]:
    """N3: the checks of a version on a day are those of its certificates."""
    stored = DailyCount.objects.filter(measure=Measure.CHECKED).values_list("version_id", "day", "value")
    counted = {(version, day): value for version, day, value in stored.iterator()}
    versions: dict[tuple[Any, dt.date], int] = Counter()
    rows = VerificationCount.objects.order_by("day", "credential_id").values_list("credential_id", "day", "count")
    for chunk in _parts(rows.iterator()):
        of = dict(Award.objects.filter(id__any_of=[row[0] for row in chunk]).values_list("pk", "version_id"))
        for credential_id, day, number in chunk:
            versions[of.get(credential_id), day] += number
    differing = [key for key in counted.keys() | versions.keys() if counted.get(key, 0) != versions.get(key, 0)]
    ids = sorted(f"{version} {day}" for version, day in differing)
    yield from breach_of("N3", "days whose count of checked is not that of the rows", ids)


def _parts(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while part := list(islice(rows, AT_ONCE)):
        yield part
