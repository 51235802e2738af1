"""Times as documents write them: XML Schema dateTimeStamp, always with a time zone."""

import re
from datetime import UTC, datetime
from functools import lru_cache

_DATE_TIME_STAMP = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII
)


def parse_timestamp(text: object) -> datetime:
    """Read a dateTimeStamp.

    Returns:
        An aware time.

    Raises:
        ValueError: not text, no time zone, or no such moment.

    Source: https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp
    """
    if not isinstance(text, str) or not _DATE_TIME_STAMP.fullmatch(text):
        raise ValueError("not a date and time with a time zone")
    return datetime.fromisoformat(text)


def format_timestamp(moment: datetime) -> str:
    """Write an aware time in UTC, to the second: `2026-11-21T18:00:00Z`."""
    return _written(moment.astimezone(UTC))


# A batch shares its dates: writing each once is cheaper than writing it per award.
@lru_cache(maxsize=4096)
def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
