"""Days and times: how they are read, and how they are written in full, for pages, mails, files and machines alike.

Only days that can be meant are read. A day outside 1900 … a hundred years from now is a slip of the keyboard, and the ends of the calendar cannot be moved
into another time zone.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

D = TypeVar("D", bound=dt.date)
FIRST_DAY: Final = dt.date(1900, 1, 1)
YEARS_AHEAD: Final = 100
# The framework's names of months are messages that share their catalogue with ours: a button called “May” would rename the month.
_MONTHS: Final = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}
_SHORT: Final = 3
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class DayOutOfRangeError(ValueError):
    """A day that is one, and cannot be meant."""


def read_day(text: str) -> dt.date:
    """Read `2026-11-21`, and no other way of writing a day.

    Raises:
        DayOutOfRangeError: before 1900, or more than a hundred years away.
        ValueError: not written so, or no such day.
    """
    # Python 3.11 reads 20261121 and 2026-W47-6 too; spreadsheets write that for other things.
    if _ISO_DAY.fullmatch(text) is None:
        raise ValueError("not a day")
    return meant_day(dt.date.fromisoformat(text))


def meant_day(day: D) -> D:
    """Return a day (or a time, by its own day) that can be meant.

    Raises:
        DayOutOfRangeError: before 1900, or more than a hundred years away.
    """
    if not FIRST_DAY.year <= day.year <= dt.datetime.now(dt.UTC).year + YEARS_AHEAD:
        raise DayOutOfRangeError("before 1900 or too far away")
    return day


def end_of_day(last: dt.date, timezone: str) -> dt.datetime:
    """Return when a day is over in a time zone (IANA name)."""
    return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=ZoneInfo(timezone))


def last_day_before(end: dt.datetime, timezone: str) -> dt.date:
    """Return the last day that is over at a moment or before it, as `end_of_day` was given it."""
    return (end.astimezone(ZoneInfo(timezone)) - dt.timedelta(microseconds=1)).date()


def day_in_words(value: dt.date | None, language: str = "") -> str:
    """Write a day in full: 21 November 2026, 21. November 2026; of a time the day at its own offset, as it is written.

    Our own times are in UTC. A document's midnight in Berlin is that day, and not the evening before in Greenwich.

    Args:
        value: the day, or a time; nothing is written for None.
        language: whose words; without it the reader's.
    """
    if value is None:
        return ""
    return f"{_number(value, language)} {_month(value, language)} {value.year:04}"


def day_in_short(value: dt.date) -> str:
    """Write a day of a year that is known, in the reader's language: 21 Nov."""
    return f"{_number(value)} {_month(value)[:_SHORT]}"


def month_in_short(value: dt.date) -> str:
    """Write a month in the reader's language: Nov 2026."""
    return f"{_month(value)[:_SHORT]} {value.year:04}"


def _number(value: dt.date, language: str = "") -> str:
    return f"{value.day}." if _language_of(language) == "de" else f"{value.day}"


def _month(value: dt.date, language: str = "") -> str:
    return _MONTHS[_language_of(language)][value.month - 1]


def _language_of(language: str) -> str:
    """Return the language of whose months we have the names: that of a tag, or English."""
    own = (language or get_language() or "en").lower().partition("-")[0]
    return own if own in _MONTHS else "en"


def moment_in_words(value: dt.datetime | None, language: str = "") -> str:
    """Write a time in full: 21 November 2026, 14:03 UTC. One that UTC's calendar lacks is written as it is."""
    if value is None:
        return ""
    with suppress(OverflowError, ValueError):  # 9999-12-31T23:59:59-05:00
        value = value.astimezone(dt.UTC)
    return f"{day_in_words(value, language)}, {value:%H:%M} UTC"
