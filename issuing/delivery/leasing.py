"""Which letters a worker sends next, and for how long they are its own."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter

from django.db import DatabaseError, connection

from issuing.models import Award, Letter, LetterState
from registry.leases import LeasedTable

LETTERS = LeasedTable(Letter, waiting={"state": LetterState.WAITING.value}, tenant="own.organisation_id")
LEASED_AT_ONCE = 100
LEASE_SECONDS = 8
ONE_MAIL_SECONDS = 120
"""The lease of the mail that is being handed over: a slow server takes its time, and must not get it twice. A letter
that kills its worker is due again long after those that were leased with it."""


def lease_letters(*, worker: str, fair: bool = False) -> list[Letter]:
    """Take up to 100 due letters under a lease, in the order in which to send them, their awards loaded.

    The oldest come first; with `fair` each organisation's first, then each one's second, and so on.
    """
    letters = LETTERS.lease(worker=worker, lease_seconds=LEASE_SECONDS, limit=LEASED_AT_ONCE, fair=fair)
    awards = Award.objects.in_bulk([one.award_id for one in letters if one.award_id])
    for one in letters:
        one.award = awards.get(one.award_id) if one.award_id else None
    return _in_turns(letters)


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
    """Hold the letter that is sent next, long enough for one; False: somebody else has it by now."""
    return LETTERS.renew([letter], worker=worker, lease_seconds=ONE_MAIL_SECONDS)
