"""Passing on: each message of a lane has its own fate, and each alarm its reason."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from credentials.documents import AwardFacts
from issuing import passing
from issuing.draining import drain
from issuing.models import Award, AwardState
from issuing.passing import pass_on
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.errors import UnavailableError
from registry.lanes import Lane, Listener
from registry.models import Alarm, OutboxMessage
from registry.outbox import Topic, publish
from registry.services import retry_messages
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """A clock that tests put forward."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def heard(settings, monkeypatch):
    """Two listeners of one topic in the slow lane: what they hear, and what the second one raises."""
    listeners = (Listener("first", Lane.SLOW), Listener("second", Lane.SLOW))
    settings.SUBSCRIPTIONS = {**settings.SUBSCRIPTIONS, Topic.CREDENTIALS_ISSUED: listeners}
    told: list[tuple[str, object]] = []
    raises: list[Exception] = []

    def listener(name: str):
        def run(**payload):
            told.append((name, payload["n"]))
            if name == "second" and raises:
                raise raises[0]

        return run

    monkeypatch.setattr(passing, "task_named", listener)
    return told, raises


def codes() -> list[str]:
    return list(Alarm.objects.filter(resolved_at=None).order_by("code").values_list("code", flat=True))


def test_listener_that_fails_is_tried_again_and_the_other_one_is_not(heard, clock):
    told, raises = heard
    raises.append(ValueError())
    publish(Topic.CREDENTIALS_ISSUED, {"n": 1})

    assert pass_on(Lane.SLOW, worker="w")
    clock.shift(3)
    assert pass_on(Lane.SLOW, worker="w")

    assert told == [("first", 1), ("second", 1), ("second", 1)]
    assert codes() == ["message_failed"]
    assert OutboxMessage.objects.get(done_at=None).failures == 2


def test_messages_that_say_the_same_are_done_once(heard):
    told, _raises = heard
    for number in (1, 2, 1, 1):
        publish(Topic.CREDENTIALS_ISSUED, {"n": number})

    pass_on(Lane.SLOW, worker="w")

    assert sorted(told) == [("first", 1), ("first", 2), ("second", 1), ("second", 2)]
    assert not OutboxMessage.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(
    "missing", [UnavailableError(code="server-away"), OperationalError("gone")], ids=["server", "database"]
)
def test_what_waits_for_what_is_not_there_never_fails_and_is_an_alarm_after_ten_minutes(heard, clock, missing):
    _told, raises = heard
    raises.append(missing)
    publish(Topic.CREDENTIALS_ISSUED, {"n": 1})
    began = timezone.now()
    while not codes():
        pass_on(Lane.SLOW, worker="w")
        clock.move_to(OutboxMessage.objects.get(done_at=None).not_before)

    assert codes() == ["message_waits"]
    assert dt.timedelta(minutes=10) <= timezone.now() - began < dt.timedelta(minutes=13)
    assert OutboxMessage.objects.get(done_at=None).failures == 0


def test_message_of_a_version_without_lanes_is_spread_over_its_listeners(heard):
    told, _raises = heard
    OutboxMessage.objects.create(topic=Topic.CREDENTIALS_ISSUED, payload={"n": 1}, not_before=timezone.now())

    pass_on(Lane.STATUS, worker="w")
    pass_on(Lane.SLOW, worker="w")

    assert told == [("first", 1), ("second", 1)]


def test_award_that_cannot_be_signed_is_put_aside_after_a_day_with_an_alarm_and_signed_when_asked(clock, monkeypatch):
    achievement = build_achievement()
    with signing_here():
        drain_all()
        award = award_achievement(order=build_order(achievement), actor=SYSTEM)
        with monkeypatch.context() as patch:
            patch.setattr("issuing.signing.chunks.AwardFacts.from_json", lambda _facts: {}["no such fact"])
            began = timezone.now()
            while not OutboxMessage.objects.filter(given_up_at__isnull=False):
                drain(worker="w", seconds=1)
                clock.shift(300)
        assert timezone.now() - began >= dt.timedelta(hours=24)
        assert codes() == ["chunk_failed", "message_given_up"]
        assert drain(worker="w", seconds=1) == 0, "nothing tries it any more"
        assert Award.objects.get(pk=award.pk).state == AwardState.ACCEPTED

        retry_messages(ids=None, actor=SYSTEM)
        assert drain(worker="w", seconds=1) == 1
    assert codes() == ["chunk_failed"]


def test_award_whose_facts_cannot_be_read_parts_with_its_neighbours(monkeypatch):
    achievement = build_achievement()
    with signing_here():
        drain_all()
        awards = [award_achievement(order=build_order(achievement), actor=SYSTEM) for _ in range(3)]
        OutboxMessage.objects.filter(done_at=None).update(done_at=timezone.now())
        publish(Topic.AWARDS_ACCEPTED, {"award_ids": [str(award.pk) for award in awards]})
        real = AwardFacts.from_json

        def failing(facts):
            return {}["no such fact"] if str(awards[1].pk) in facts else real(facts)

        monkeypatch.setattr("issuing.signing.chunks.AwardFacts.from_json", failing)
        assert drain_all() == 2

    assert codes() == ["award_set_aside", "chunk_failed"]
    assert Award.objects.get(pk=awards[1].pk).state == AwardState.ACCEPTED
