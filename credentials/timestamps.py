"""Times as documents write them: XML Schema dateTimeStamp, always with a time zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
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


def offset_timestamp(moment: datetime) -> str:
    """Write an aware time to the second with its own offset: `2026-06-01T00:00:00+02:00`, in UTC with a Z."""
    # Equal moments of two zones are equal keys, and written differently.
    return _with_offset(moment, moment.tzinfo)


def in_fixed_offset(moment: datetime) -> datetime:
    """Return what a clock showed, with the offset that its zone had then, in whole minutes as XML Schema demands.

    Source: https://www.w3.org/TR/xmlschema11-2/#rf-lexicalMappings-datetime (timezoneFrag). Before 1972 some places
    counted seconds; there the day is what is kept, not the second.
    """
    offset = moment.utcoffset() or timedelta()
    return moment.replace(tzinfo=_fixed(offset // timedelta(minutes=1)), fold=0)


@lru_cache(maxsize=4096)
def _fixed(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


@lru_cache(maxsize=4096)
def _with_offset(moment: datetime, _zone: tzinfo | None) -> str:
    text = moment.isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


# A batch shares its dates: writing each once is cheaper than writing it per award.
@lru_cache(maxsize=4096)
def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
