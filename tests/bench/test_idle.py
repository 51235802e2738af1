"""`bench idle` in small: a house of its own, left alone for seconds instead of minutes."""

import pytest

from bench.idle import measure_idle

AWARDS = 10


@pytest.mark.slow
def test_house_left_alone_uses_little_and_notices_at_once():
    measured = measure_idle(30)

    assert measured["ratios"]["cpu_of_one_core"] <= 0.02, measured["processes"]
    assert measured["ratios"]["pss_mb"] <= 400, measured["processes"]
    # The second nudge after its acceptance: two seconds, and what the folder's look and a claim take.
    assert len(measured["claimed_within_seconds"]) == AWARDS
    assert max(measured["claimed_within_seconds"]) <= 2.5
