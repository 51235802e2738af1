"""When letters leave and how long their links open: few, early enough to act on, and never the same thing thrice."""

from __future__ import annotations

import datetime as dt

CLAIM_LINK_LASTS = dt.timedelta(days=180)
"""A link in a mailbox is a key under a mat: long enough for an application or a summer, and then it ends."""
REMIND_AFTER = (3, 14, 30)
"""Days without an answer after which somebody is reminded: before the mail is forgotten, past a holiday, and once more."""
LAST_CALL = dt.timedelta(days=7)
"""A last reminder a week before an award lapses, so that a working day lies between."""
EXPIRY_NOTICE = dt.timedelta(days=30)
"""A month to renew: courses and offices need that long."""
LATER_NOTICES = (7, 1)
"""Days before the end of a validity on which it is told again."""


def link_until(sent_at: dt.datetime, claim_until: dt.datetime | None) -> dt.date:
    """Return the last day of a link that leaves at a time: never before the day on which its award lapses."""
    end = sent_at + CLAIM_LINK_LASTS
    return max(end, claim_until or end).date()


def reminders(*, letter_at: dt.datetime, claim_until: dt.datetime | None) -> list[tuple[str, dt.datetime]]:
    """Return occasion and time of the reminders of an award that waits for its holder; a week lies before the last one.

    Args:
        letter_at: when the claim letter may leave.
        claim_until: when the award lapses, None where it never does: then there is no last one.
    """
    found = [(str(days), letter_at + dt.timedelta(days=days)) for days in REMIND_AFTER]
    if claim_until is None:
        return found
    last = claim_until - LAST_CALL
    found = [(occasion, when) for occasion, when in found if when + LAST_CALL <= last]
    return [*found, ("last", last)] if last >= letter_at + LAST_CALL else found


def expiry_notices(*, signed_at: dt.datetime, valid_until: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Return occasion and time of what tells the end of a validity; none within as many days of signing."""
    asked = [("", EXPIRY_NOTICE), *((str(days), dt.timedelta(days=days)) for days in LATER_NOTICES)]
    return [
        (occasion, valid_until - before) for occasion, before in asked if valid_until - before >= signed_at + before
    ]
