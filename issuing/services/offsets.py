"""Moments and days as they are counted where an organisation is: with the offset of that day, as documents write them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from credentials.timestamps import in_fixed_offset


def counted_in(timezone_name: str, moment: dt.datetime) -> dt.datetime:
    """Return a moment as it is counted in a time zone, with the offset of that day."""
    # Of equal moments in two zones the first would be kept: all are asked in UTC.
    return _counted(timezone_name, moment.astimezone(dt.UTC))


# The rows of a file share their times.
@lru_cache(maxsize=4_096)
def _counted(timezone_name: str, moment: dt.datetime) -> dt.datetime:
    return in_fixed_offset(moment.astimezone(ZoneInfo(timezone_name)))


@lru_cache(maxsize=4_096)
def first_moment_of(day: dt.date, timezone_name: str) -> dt.datetime:
    """Return the first moment of a day in a time zone, with the offset that was counted in there on that day."""
    return in_fixed_offset(dt.datetime.combine(day, dt.time(), ZoneInfo(timezone_name)))
