"""Times with a zone, and nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from credentials.timestamps import format_timestamp, parse_timestamp


def test_time_is_read_in_its_zone_and_written_in_utc() -> None:
    moment = parse_timestamp("2023-02-25T19:10:39.447-06:00")

    assert moment == datetime(2023, 2, 26, 1, 10, 39, 447000, tzinfo=UTC)
    assert format_timestamp(moment.replace(tzinfo=timezone(timedelta(hours=2)))).endswith("17:10:39Z")


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-25T19:10:39",
        "2023-02-25",
        "2023-02-30T00:00:00Z",
        "2023-02-25 19:10:39Z",
        "2023-02-25T19:10:39z",
        "2023-02-25T19:10:39Z\n",
        "２023-02-25T19:10:39Z",
        20230225,
        None,
    ],
)
def test_text_without_a_moment_or_a_zone_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    early = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert [format_timestamp(early.replace(fold=fold)) for fold in (0, 1)] == [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
    ]
