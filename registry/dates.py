"""Days as people and files state them: read in one place, and only days that can be meant.

A day outside 1900 … a hundred years from now is a slip of the keyboard, and the ends of the calendar cannot be moved
into another time zone.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, TypeVar

D = TypeVar("D", bound=dt.date)
FIRST_DAY: Final = dt.date(1900, 1, 1)
YEARS_AHEAD: Final = 100
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
