"""What is fixed when an award is accepted."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from credentials.documents import AwardFacts
from issuing.models import Credential
from issuing.services import award_achievement
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here

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


def signed_document(award) -> dict:
    with signing_here():
        drain_all()
    return json.loads(Credential.objects.get(pk=award.pk).document)


def test_an_award_of_the_first_of_june_begins_on_the_first_of_june_where_the_organisation_is():
    achievement = build_achievement(build_issuer(timezone="Europe/Berlin"), valid_for_days=365)
    stated = {
        "awarded_on": dt.date(2026, 6, 1),
        "learning_from": dt.date(2026, 1, 7),
        "learning_to": dt.date(2026, 5, 30),
    }
    award = award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)
    award.refresh_from_db()
    document = signed_document(award)

    times = {name: document[name] for name in ("validFrom", "validUntil", "awardedDate")}
    assert times == {
        "validFrom": "2026-06-01T00:00:00+02:00",
        "validUntil": "2027-06-01T00:00:00+02:00",
        "awardedDate": "2026-06-01T00:00:00+02:00",
    }
    subject = document["credentialSubject"]
    assert (subject["activityStartDate"], subject["activityEndDate"]) == (
        "2026-01-07T00:00:00+01:00",
        "2026-05-30T00:00:00+02:00",
    )
    assert (award.awarded_on, award.valid_from) == (
        dt.date(2026, 6, 1),
        dt.datetime(2026, 5, 31, 22, tzinfo=dt.UTC),
    )


def test_an_end_that_was_given_in_another_zone_is_counted_where_the_organisation_is():
    achievement = build_achievement(build_issuer(timezone="Asia/Kolkata"))
    end = dt.datetime(2030, 12, 31, 20, tzinfo=dt.UTC)
    award = award_achievement(order=build_order(achievement, valid_until=end), actor=SYSTEM)
    document = signed_document(award)

    assert document["validUntil"] == "2031-01-01T01:30:00+05:30"
    assert document["validFrom"].endswith("+05:30")
    assert document["validFrom"][:10] == document["awardedDate"][:10]


def test_a_day_from_when_a_place_still_counted_seconds_keeps_its_date():
    """Liberia lay 44 minutes and 30 seconds behind Greenwich until 1972; XML Schema writes whole minutes."""
    achievement = build_achievement(build_issuer(timezone="Africa/Monrovia"))
    award = award_achievement(order=build_order(achievement, awarded_on=dt.date(1971, 1, 15)), actor=SYSTEM)

    document = signed_document(award)
    assert document["validFrom"] == document["awardedDate"] == "1971-01-15T00:00:00-00:45"
