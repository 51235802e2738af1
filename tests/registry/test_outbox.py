"""The outbox: a message is done once, by one worker, whoever dies."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.models import OutboxMessage
from registry.outbox import Topic, claim_messages, finish_message, publish, put_back, renew_lease

pytestmark = pytest.mark.django_db
TOPICS = [Topic.KEY_REQUESTED]


def claimed_by(worker: str, *, lease_seconds: float = 30) -> list[OutboxMessage]:
    return claim_messages(worker=worker, lease_seconds=lease_seconds, topics=TOPICS)


def test_claimed_message_is_not_given_to_a_second_worker():
    publish(Topic.KEY_REQUESTED, {"n": 1})

    (message,) = claimed_by("one")
    assert (message.payload, message.claimed_by, message.attempts) == ({"n": 1}, "one", 1)
    assert claimed_by("two") == []


def test_messages_are_claimed_in_the_order_in_which_they_are_due():
    soon = timezone.now() - dt.timedelta(seconds=10)
    for number, due in enumerate((soon, soon - dt.timedelta(hours=1), soon)):
        publish(Topic.KEY_REQUESTED, {"n": number}, not_before=due)

    claimed = claim_messages(worker="one", lease_seconds=30, topics=TOPICS, limit=2)

    assert [message.payload["n"] for message in claimed] == [1, 0]


def test_topic_is_written_down_for_listeners_alone(settings):
    publish(Topic.CREDENTIALS_ISSUED, {})
    assert not OutboxMessage.objects.exists()

    settings.SUBSCRIPTIONS = {**settings.SUBSCRIPTIONS, Topic.CREDENTIALS_ISSUED: ("a.listener",)}
    publish(Topic.CREDENTIALS_ISSUED, {})
    assert OutboxMessage.objects.get().topic == Topic.CREDENTIALS_ISSUED


def test_message_of_a_dead_worker_goes_to_the_next_and_the_dead_cannot_finish_it():
    publish(Topic.KEY_REQUESTED, {})
    (first,) = claimed_by("dead", lease_seconds=-1)
    (second,) = claimed_by("alive")

    assert not finish_message(first, worker="dead")
    assert finish_message(second, worker="alive")
    assert not finish_message(second, worker="alive")
    assert claimed_by("third") == []


def test_lease_is_renewed_by_its_holder_alone_and_not_after_the_end():
    publish(Topic.KEY_REQUESTED, {})
    (message,) = claimed_by("one", lease_seconds=-1)

    assert not renew_lease(message, worker="two", lease_seconds=30)
    assert renew_lease(message, worker="one", lease_seconds=30)
    assert claimed_by("two") == []

    assert finish_message(message, worker="one")
    assert not renew_lease(message, worker="one", lease_seconds=30)


def test_failed_message_comes_back_later_with_a_growing_delay():
    publish(Topic.KEY_REQUESTED, {})
    (message,) = claimed_by("one")

    put_back(message, worker="one", error="UnavailableError")

    assert claimed_by("one") == []
    message.refresh_from_db()
    assert message.last_error == "UnavailableError"
    assert timezone.now() < message.not_before <= timezone.now() + dt.timedelta(seconds=2)


def test_other_topics_are_left_alone():
    publish(Topic.STATUS_CHANGED, {})

    assert claimed_by("one") == []


def test_message_for_later_waits():
    publish(Topic.KEY_REQUESTED, {}, not_before=timezone.now() + dt.timedelta(hours=1))

    assert claimed_by("one") == []
