"""The history bench, in small: both installations are filled, every act works, and each ratio is told."""

import pytest
from django.core.management.base import CommandError

from bench.history import ACTS, measure_history, seed
from issuing.services import award_achievement
from tests.issuing.builders import awarder_at, build_achievement, build_order


@pytest.mark.django_db(transaction=True)
def test_every_act_is_measured_in_both_installations():
    told = measure_history(60, small=20, rounds=2, at_once=2)

    assert set(told["ratios"]) == set(ACTS) == {"award", "page", "list", "status_list"}
    assert all(ratio > 0 for ratio in told["ratios"].values())
    assert (told["figures"]["rows"], told["figures"]["small"], told["figures"]["repetitions"]) == (60, 20, 4)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_seeded_beside_somebody_elses_awards():
    achievement = build_achievement()
    award_achievement(order=build_order(achievement), actor=awarder_at(achievement))

    with pytest.raises(CommandError, match="empty one"):
        seed(10)
