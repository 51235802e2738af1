"""When letters leave and how long their links open: few, early enough to act on, and never the same thing thrice."""

from __future__ import annotations

import datetime as dt

CLAIM_LINK_LASTS = dt.timedelta(days=180)
"""A link in a mailbox is a key under a mat: long enough for an application or a summer, and then it ends."""
REMIND_AFTER = dt.timedelta(days=14)
"""Two weeks without an answer: a first reminder, past a holiday and before the mail is forgotten."""
LAST_CALL = dt.timedelta(days=7)
"""A second and last reminder a week before an award lapses, so that a working day lies between."""
EXPIRY_NOTICE = dt.timedelta(days=30)
"""A month to renew: courses and offices need that long."""


def link_until(sent_at: dt.datetime, claim_until: dt.datetime | None) -> dt.date:
    """Return the last day of a link that leaves at a time: never before the day on which its award lapses."""
    end = sent_at + CLAIM_LINK_LASTS
    return max(end, claim_until or end).date()


def reminders(*, letter_at: dt.datetime, claim_until: dt.datetime | None) -> list[tuple[str, dt.datetime]]:
    """Return occasion and time of the reminders of an award that waits for its holder: two at most, a week apart.

    Args:
        letter_at: when the claim letter may leave.
        claim_until: when the award lapses, None where it never does: then one reminder is enough.
    """
    first = letter_at + REMIND_AFTER
    if claim_until is None:
        return [("1", first)]
    last = claim_until - LAST_CALL
    found = [("1", first)] if first + LAST_CALL <= last else []
    return [*found, ("2", last)] if last >= letter_at + LAST_CALL else found


def expiry_notice(*, signed_at: dt.datetime, valid_until: dt.datetime) -> dt.datetime | None:
    """Return when the end of a validity is told, None for what is valid too briefly to be told of it twice."""
    notice = valid_until - EXPIRY_NOTICE
    return notice if notice >= signed_at + EXPIRY_NOTICE else None
