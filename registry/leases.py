"""Leases: the one way in which rows are leased, kept, finished, put back and given up, in every table of that kind.

A table whose model is a `LeasedRow` has one `LeasedTable`, which says when a row still waits and whose it is:

    LETTERS = LeasedTable(Letter, waiting={"state": "waiting"}, tenant="own.organisation_id")

A worker then goes this way, each step a short transaction of its own unless the caller has one open:

1. `lease` takes what is due and marks it as its own for some seconds. Who finds the lease of another worker ended takes
   the row over; that the other was lost counts as a failure, since the row may be what killed it.
2. The work. Between its steps `Lease.keep` renews the lease where it is time; around one long step, `Lease.kept` renews
   it from a thread. A worker that is dead, or at one step for longer than its time, renews nothing: the row gets free.
3. `finish`, in the transaction that stores the result. It says whether the row was still this worker's: if not, another
   one has it, and what was done here must be thrown away.
4. Or else `put_back` (later, nothing has failed), `wait` (for a key, a database, a server: never given up for it) or
   `fail` (with a growing delay; given up when `Patience` ends). What `kills_its_workers` fails before it is begun.

The same statements run on SQLite and PostgreSQL; only PostgreSQL adds SKIP LOCKED so that those who lease do not queue.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.models import QuerySet
from django.utils import timezone

from registry.models import LeasedRow

RENEWED_AFTER = 1 / 3
"""The share of a lease after which it is renewed."""
SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 60.0
WAIT_SHARE = 0.25
"""What has waited for a minute is looked at again after a quarter of one."""
LOST, LOST_AGAIN = "worker-lost", "workers-lost"
Row = TypeVar("Row", bound=LeasedRow)
log = structlog.get_logger(__name__)


class LeaseLostError(RuntimeError):
    """Another worker took the work over, or its key was marked compromised: this result is discarded."""


@dataclass(frozen=True, slots=True)
class Patience:
    """When work that fails is given up: after so many failures, but not before so much time has passed."""

    failures: int = 10
    period: dt.timedelta = dt.timedelta(hours=24)
    longest_delay_seconds: float = 300

    def delay_seconds(self, failures: int) -> float:
        """Return how long to wait after so many failures: twice as long each time."""
        return min(2.0 ** min(failures, 20), self.longest_delay_seconds)

    def is_over(self, failures: int, *, failing_for: dt.timedelta) -> bool:
        """Tell whether work is to be given up."""
        return failures >= self.failures and failing_for >= self.period


PATIENCE = Patience()


def kills_its_workers(row: LeasedRow) -> bool:
    """Tell of a leased row whose workers were lost more than once: `fail` it first, with LOST_AGAIN.

    The first loss costs no time, since houses are restarted.
    """
    return row.last_error == LOST and row.failures > 1


@dataclass(frozen=True, slots=True)
class LeasedTable(Generic[Row]):
    """One table of leased rows.

    Attributes:
        model: its rows.
        waiting: columns and the values that they have while a row is not done; None means NULL.
        tenant: SQL for whose a row is; the table itself is called `own` in it.
        join: SQL that joins what `tenant` needs.
    """

    model: type[Row]
    waiting: Mapping[str, Any]
    tenant: str
    join: str = ""

    # -- 1 -------------------------------------------------------------------------------------------
    def lease(
        self, *, worker: str, lease_seconds: float, limit: int = 1, fair: bool = False, **only: Any
    ) -> list[Row]:
        """Take up to `limit` due rows for `lease_seconds`, among those whose columns have the values of `only`.

        The oldest come first; with `fair`, the oldest of each tenant, in no order among tenants, so that whoever has
        thousands keeps nobody waiting who has one. That looks at everything that waits: see `registry.turns`. Lease
        one at a time where a row may kill its worker: all that it had count as failed.
        """
        table = self.model._meta.db_table
        columns = {**self.waiting, **only}
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        until = connection.ops.adapt_datetimefield_value(timezone.now() + dt.timedelta(seconds=lease_seconds))
        due = " AND ".join(
            f"own.{name} " + ("IS NULL" if value is None else "= %s") for name, value in columns.items()
        )
        due += " AND own.not_before <= %s AND (own.lease_until IS NULL OR own.lease_until < %s)"
        values = [value for value in columns.values() if value is not None] + [now, now]
        turns = f"""
            JOIN (SELECT own.id AS turn_id, row_number() OVER (
                    PARTITION BY {self.tenant} ORDER BY own.not_before, own.id) AS turn
                  FROM {table} AS own {self.join} WHERE {due}) AS turns ON turn_id = own.id"""  # noqa: S608 - ours
        skip = " FOR UPDATE OF own SKIP LOCKED" if connection.vendor == "postgresql" else ""
        # MATERIALIZED: as a plain subquery, PostgreSQL may run it once per row and lease more than the limit.
        sql = f"""
            WITH picked AS MATERIALIZED (
                SELECT own.id FROM {table} AS own{turns if fair else ""}
                WHERE {due}
                ORDER BY {"turn, random()" if fair else "own.not_before, own.id"} LIMIT %s{skip})
            UPDATE {table} SET attempts = attempts + 1,
                failures = CASE WHEN claimed_by = '' THEN failures ELSE failures + 1 END,
                failing_since = CASE WHEN claimed_by = '' THEN failing_since ELSE COALESCE(failing_since, %s) END,
                last_error = CASE WHEN claimed_by = '' THEN last_error ELSE '{LOST}' END,
                claimed_by = %s, lease_until = %s
            WHERE id IN (SELECT id FROM picked)
            RETURNING *"""  # noqa: S608 - tables, columns and conditions are ours
        leased = self.model._default_manager.raw(sql, values * (1 + fair) + [limit, now, worker, until])
        return sorted(leased, key=lambda row: (row.not_before, row.pk))

    # -- 2 -------------------------------------------------------------------------------------------
    def renew(self, rows: Sequence[Row], *, worker: str, lease_seconds: float) -> bool:
        """Hold leased rows for `lease_seconds` from now; False means: none of them is ours any more."""
        until = timezone.now() + dt.timedelta(seconds=lease_seconds)
        return bool(self._held(rows, worker).update(lease_until=until))

    # -- 3 -------------------------------------------------------------------------------------------
    def finish(self, rows: Sequence[Row], *, worker: str, **done: Any) -> int:
        """Write what makes rows done, in the caller's transaction; returns how many of them were still ours."""
        return self._held(rows, worker).update(lease_until=None, **done)

    # -- 4 -------------------------------------------------------------------------------------------
    def put_back(self, rows: Sequence[Row], *, worker: str, error: str, delay_seconds: float = 0, **also: Any) -> None:
        """Give rows back for later. `error` is a type or code, never a text with people in it."""
        later = timezone.now() + dt.timedelta(seconds=delay_seconds)
        also = {"claimed_by": "", "lease_until": None, "last_error": error[:120], "not_before": later, **also}
        self._held(rows, worker).update(**also)

    def wait(self, rows: Sequence[Row], *, worker: str, error: str) -> dt.timedelta:
        """Give back what needs something that is not there; returns for how long it has been missing.

        Soon again at first, since it heals by itself; what waits for long is tried once a minute, so that an issuer
        whose key is damaged does not keep the workers busy.
        """
        now = timezone.now()
        since = min((row.failing_since or now for row in rows), default=now)
        delay = min(max(WAIT_SHARE * (now - since).total_seconds(), SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
        self.put_back(rows, worker=worker, error=error, delay_seconds=delay, failing_since=since)
        return now - since

    def fail(
        self, rows: Sequence[Row], *, worker: str, error: str, end: Mapping[str, Any], patience: Patience = PATIENCE
    ) -> list[Row]:
        """Count a failure and give rows back with a growing delay; those of which patience ends get the values `end`.

        `error` is a type or code; with LOST_AGAIN nothing is counted, since the lease has done it.

        Returns:
            The rows that were given up.
        """
        now, ended = timezone.now(), []
        for row in rows:
            failures = row.failures + (error != LOST_AGAIN)
            since = row.failing_since if row.failures and row.failing_since else now
            over = patience.is_over(failures, failing_for=now - since)
            also = {"failures": failures, "failing_since": since, **(end if over else {})}
            self.put_back([row], worker=worker, error=error, delay_seconds=patience.delay_seconds(failures), **also)
            if over:
                ended.append(row)
        return ended

    def _held(self, rows: Sequence[Row], worker: str) -> QuerySet[Row]:
        return self.model._default_manager.filter(pk__in=[row.pk for row in rows], claimed_by=worker, **self.waiting)


class Lease(Generic[Row]):
    """The lease of rows, from when they were taken. A worker that is dead or hangs renews nothing."""

    def __init__(self, table: LeasedTable[Row], rows: Sequence[Row], *, worker: str, seconds: float) -> None:
        """Take over what has just been leased for `seconds`."""
        self._table, self._rows, self._worker, self._seconds = table, rows, worker, seconds
        self._renew_at = monotonic() + seconds * RENEWED_AFTER

    def keep(self) -> None:
        """Renew the lease if it is time; to be called between two pieces of work, since it mostly does nothing.

        Raises:
            LeaseLostError: another worker has the rows by now; going on would be for nothing.
        """
        now = monotonic()
        if now < self._renew_at:
            return
        if not self._table.renew(self._rows, worker=self._worker, lease_seconds=self._seconds):
            raise LeaseLostError("lease")
        self._renew_at = now + self._seconds * RENEWED_AFTER

    @contextmanager
    def kept(self, *, most_seconds: float | None = None) -> Iterator[None]:
        """Renew the lease from a thread while one long step is taken, for `most_seconds` at most.

        The default is what Celery gives a task: what takes longer hangs, and somebody else may try.
        """
        over = threading.Event()
        until = monotonic() + (settings.CELERY_TASK_TIME_LIMIT if most_seconds is None else most_seconds)
        thread = threading.Thread(target=self._renew_until, args=(over, until), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(self._seconds)

    def _renew_until(self, over: threading.Event, until: float) -> None:
        try:
            while not over.wait(self._seconds * RENEWED_AFTER) and monotonic() < until:
                try:
                    self._table.renew(self._rows, worker=self._worker, lease_seconds=self._seconds)
                except DatabaseError as error:
                    log.warning("lease.not_renewed", error=type(error).__name__)
        finally:
            connections.close_all()
