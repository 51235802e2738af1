"""Which mails a worker sends next, and for how long they are its own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from issuing.models import Letter, LetterState

CLAIMED_AT_ONCE = 100
LEASE_SECONDS = 8
ONE_MAIL_SECONDS = 120
"""The lease of the mail that is being handed over: a slow server takes its time, and must not get it twice."""


def claim_letters(*, worker: str, fair: bool = False) -> list[Letter]:
    """Take up to 100 due mails under a lease, in the order in which to send them; claimers pass each other by.

    The oldest come first; with `fair` each organisation's first, then each one's second, and so on, so that whoever
    has thousands keeps nobody waiting who has one. That looks at everything that waits: see `registry.turns`.
    """
    table = Letter._meta.db_table
    skip = " FOR UPDATE OF waiting SKIP LOCKED" if connection.vendor == "postgresql" else ""
    due = "state = 'waiting' AND not_before <= %s AND (lease_until IS NULL OR lease_until < %s)"
    turns = f"""
            JOIN (SELECT id AS own_id, row_number() OVER (
                    PARTITION BY organisation_id ORDER BY not_before, id) AS turn
                  FROM {table} WHERE {due}) AS turns ON own_id = id"""  # noqa: S608 - the tables are ours
    # MATERIALIZED: as a plain subquery, PostgreSQL may run it once per row and claim more than the limit.
    sql = f"""
        WITH picked AS MATERIALIZED (
            SELECT id FROM {table} AS waiting{turns if fair else ""}
            WHERE {due}
            ORDER BY {"turn, " if fair else ""}not_before, id LIMIT %s{skip})
        UPDATE {table} SET claimed_by = %s, lease_until = %s, attempts = attempts + 1
        WHERE id IN (SELECT id FROM picked)
        RETURNING id"""  # noqa: S608 - the tables are ours
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value
    until = moment(now + dt.timedelta(seconds=LEASE_SECONDS))
    values = [moment(now), moment(now)] * (1 + fair) + [CLAIMED_AT_ONCE, worker, until]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        ids = [row[0] for row in cursor.fetchall()]
    found = Letter.objects.select_related("award")
    return _in_turns(found.filter(pk__in=ids).order_by("not_before", "id"))


def _in_turns(letters: Iterable[Letter]) -> list[Letter]:
    """Let organisations take turns, so that a slow server of one's recipients is not met a hundred times in a row."""
    taken: Counter[uuid.UUID | None] = Counter()
    turns = []
    for one in letters:
        turns.append((taken[one.organisation_id], one))
        taken[one.organisation_id] += 1
    return [one for _turn, one in sorted(turns, key=itemgetter(0))]


@contextmanager
def light_commits() -> Iterator[None]:
    """Let PostgreSQL answer a commit before it is on disk: noting each mail would cost more than sending it (measured).

    Nothing but notes of mails may be written inside. A database server that loses power forgets those of its last half
    second, and these mails leave once more, under the same Message-ID.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")
        except DatabaseError:
            # Whatever is wrong with it, this connection must not be used for what may not be lost.
            connection.close()


def still_ours(letter: Letter, *, worker: str) -> bool:
    """Hold the mail that is sent next, long enough for one; False: somebody else has it by now."""
    ours = Letter.objects.filter(pk=letter.pk, claimed_by=worker, state=LetterState.WAITING)
    return bool(ours.update(lease_until=timezone.now() + dt.timedelta(seconds=ONE_MAIL_SECONDS)))
