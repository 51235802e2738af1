"""Times and days as builder 1 writes them: everything in UTC."""

from datetime import UTC, date, datetime
from functools import lru_cache


def moment(time: datetime) -> str:
    """Write an aware time in UTC, to the second: `2026-11-21T18:00:00Z`."""
    return _written(time.astimezone(UTC))


# A batch shares its dates: writing each once is cheaper than writing it per award.
@lru_cache(maxsize=4096)
def _written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=4096)
def midnight(day: date) -> str:
    """Return a day as the date-time that the tables of Open Badges 3.0 ask for, `2026-11-21T00:00:00Z`."""
    return f"{day.isoformat()[:10]}T00:00:00Z"
