"""What is fixed when an award is accepted."""

import datetime as dt

import pytest
from django.utils import timezone

from credentials.documents import AwardFacts
from issuing.services import award_achievement
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement, build_order

pytestmark = pytest.mark.django_db


def test_award_made_on_paper_before_begins_and_may_end_in_the_past():
    end = dt.datetime(2021, 3, 1, tzinfo=dt.UTC)
    order = build_order(build_achievement(), awarded_on=dt.date(2019, 3, 1), valid_until=end)

    award = award_achievement(order=order, actor=SYSTEM)
    award.refresh_from_db()

    assert award.valid_from == dt.datetime(2019, 3, 1, tzinfo=dt.UTC)
    assert award.valid_until == end
    assert AwardFacts.from_json(award.facts).valid_from == award.valid_from


def test_award_of_today_begins_now():
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)

    assert abs(award.valid_from - timezone.now()) < dt.timedelta(seconds=60)
