"""Times and days as builder 2 writes them: with the offset that the facts keep, so that a date cut off is the right one."""

from datetime import date, datetime, tzinfo
from functools import lru_cache


def moment(time: datetime) -> str:
    """Write an aware time to the second: `2026-06-01T09:30:00+02:00`, `2026-06-01T07:30:00Z`."""
    # Equal moments of two zones are equal keys, and written differently.
    return _written(time, time.tzinfo)


# A batch shares its dates: writing each once is cheaper than writing it per award.
@lru_cache(maxsize=4096)
def _written(time: datetime, _zone: tzinfo | None) -> str:
    text = time.isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def first_moment(day: date) -> str:
    """Return a day as the date-time that the tables of Open Badges 3.0 ask for: its first moment where it was counted.

    A day without a time zone begins in UTC.
    """
    return moment(day) if isinstance(day, datetime) else _midnight(day)


@lru_cache(maxsize=4096)
def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
