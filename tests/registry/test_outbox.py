"""The outbox: a message is done once for each listener, by one worker, whoever dies."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.lanes import Lane, Listener
from registry.models import OutboxMessage
from registry.outbox import OUTBOX, Topic, finish_messages, publish

pytestmark = pytest.mark.django_db


def claimed_by(worker: str, *, lease_seconds: float = 30, limit: int = 1) -> list[OutboxMessage]:
    return OUTBOX.lease(worker=worker, lease_seconds=lease_seconds, lane=Lane.STATUS, limit=limit)


def test_claimed_message_is_not_given_to_a_second_worker():
    publish(Topic.KEY_REQUESTED, {"n": 1})

    (message,) = claimed_by("one")
    assert (message.payload, message.claimed_by, message.attempts) == ({"n": 1}, "one", 1)
    assert (message.task, message.lane, message.failures) == ("issuing.make_key", Lane.STATUS, 0)
    assert claimed_by("two") == []


def test_messages_are_claimed_in_the_order_in_which_they_are_due():
    soon = timezone.now() - dt.timedelta(seconds=10)
    for number, due in enumerate((soon, soon - dt.timedelta(hours=1), soon)):
        publish(Topic.KEY_REQUESTED, {"n": number}, not_before=due)

    assert [message.payload["n"] for message in claimed_by("one", limit=2)] == [1, 0]


def test_each_listener_of_a_topic_has_a_row_and_an_end_of_its_own(settings):
    publish(Topic.CREDENTIALS_ISSUED, {})
    assert not OutboxMessage.objects.exists(), "nobody listens"

    listeners = (Listener("one.listener", Lane.STATUS), Listener("another.listener", Lane.SLOW))
    settings.SUBSCRIPTIONS = {**settings.SUBSCRIPTIONS, Topic.CREDENTIALS_ISSUED: listeners}
    publish(Topic.CREDENTIALS_ISSUED, {})
    finish_messages(claimed_by("one"), worker="one")

    rows = [(row.task, row.lane, row.done_at is None) for row in OutboxMessage.objects.order_by("id")]
    assert rows == [("one.listener", Lane.STATUS, False), ("another.listener", Lane.SLOW, True)]


def test_other_lanes_are_left_alone():
    publish(Topic.AWARDS_ACCEPTED, {})

    assert claimed_by("one") == []


def test_message_for_later_waits():
    publish(Topic.KEY_REQUESTED, {}, not_before=timezone.now() + dt.timedelta(hours=1))

    assert claimed_by("one") == []
