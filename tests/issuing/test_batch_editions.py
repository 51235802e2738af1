"""A corrected file follows the one before it: what is new, what has changed, and what is the same."""

import pytest

from issuing.errors import FollowsAnotherError
from tests.issuing.builders import build_achievement
from tests.issuing.test_batch_jobs import csv_of, fresh, make, work

pytestmark = pytest.mark.django_db


def test_a_corrected_file_is_the_next_edition_of_the_one_it_follows():
    achievement = build_achievement()
    first = make(achievement, csv_of(2))
    second = make(achievement, csv_of(3), follows=first)
    again = make(achievement, csv_of(3), follows=second)
    work()

    assert (fresh(first).edition, fresh(first).follows) == (1, None)
    assert (fresh(second).edition, fresh(second).follows) == (2, first)
    assert again.pk == second.pk


def test_a_file_follows_none_of_another_achievement():
    first = make(build_achievement(), csv_of(2))
    with pytest.raises(FollowsAnotherError):
        make(build_achievement(), csv_of(3), follows=first)
