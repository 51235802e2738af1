"""How often certificates were checked, by day: nothing about who checked.

A page is asked for far more often than a row should be written, so a process keeps its counts for some seconds and
writes them together. One that is killed loses those seconds; a count of checks is worth no more.
"""

from __future__ import annotations

import atexit
import datetime as dt
import threading
import uuid
from collections import Counter
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from issuing.counting import Counted, count_up
from issuing.models import Award, Measure
from verification.models import VerificationCount

MOST_KEPT: Final = 10_000
Checks = Counter[tuple[dt.date, uuid.UUID]]
log = structlog.get_logger(__name__)


class _Kept:
    """What this process has counted and not written yet."""

    def __init__(self) -> None:
        self.lock, self.checks = threading.Lock(), Checks()
        self.timer: threading.Timer | None = None

    def add(self, checks: Checks) -> None:
        """Keep counts, and see that they are written."""
        with self.lock:
            self.checks.update(checks)
            # More than this stays uncounted, rather than in memory for a database that is away.
            while len(self.checks) > MOST_KEPT:
                self.checks.popitem()
            if self.timer is None and settings.CHECKS_WRITTEN_AFTER_SECONDS:
                self.timer = threading.Timer(settings.CHECKS_WRITTEN_AFTER_SECONDS, write_in_background)
                self.timer.daemon = True
                self.timer.start()

    def take(self) -> Checks:
        """Return what is kept, and keep it no longer."""
        with self.lock:
            taken, self.checks, self.timer = self.checks, Checks(), None
            return taken


_kept: Final = _Kept()


def count_check(credential_id: uuid.UUID) -> None:
    """Count that somebody had a certificate of ours checked, just now."""
    _kept.add(Checks({(timezone.now().date(), credential_id): 1}))


def write_checks() -> int:
    """Write what this process has counted; returns how many checks. Where the database is away they are kept."""
    taken = _kept.take()
    try:
        with transaction.atomic():
            _write(taken)
    except DatabaseError:
        _kept.add(taken)
        raise
    return sum(taken.values())


def write_in_background() -> None:
    """Write the counts in a thread of its own, and leave no connection behind."""
    try:
        write_checks()
    except DatabaseError:
        log.warning("checks.not_written")
    finally:
        connection.close()


@atexit.register
def write_at_exit() -> None:
    """Write what would have been written in some seconds."""
    if _kept.timer is not None:
        write_in_background()


def _write(checks: Checks) -> None:
    awards = Award.objects.filter(id__any_of=list({pk for _day, pk in checks}), credential__isnull=False)
    versions = {pk: (org, version) for pk, org, version in awards.values_list("pk", "organisation_id", "version_id")}
    daily: Counter[Counted] = Counter()
    for (day, pk), number in sorted(checks.items(), key=str):
        if pk not in versions:
            continue
        row = VerificationCount.objects.filter(day=day, credential_id=pk)
        if not row.update(count=F("count") + number):
            VerificationCount.objects.bulk_create(
                [VerificationCount(day=day, credential_id=pk)], ignore_conflicts=True
            )
            row.update(count=F("count") + number)
        daily[Counted(*versions[pk], day, Measure.CHECKED)] += number
    count_up(daily)
