"""The drain: how work is claimed, and in which order."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from issuing.delivery.sending import claim_deliveries
from issuing.draining import drain, pass_on
from issuing.models import Credential, Delivery, PublishedStatusList
from issuing.services import award_achievement, revoke_credential
from registry.actors import SYSTEM
from registry.models import OutboxMessage
from registry.outbox import Topic, claim_messages, publish
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def use_nested_loops(table: str) -> None:
    """Make PostgreSQL choose the plan that runs a plain subquery once per row (it does so by itself at times)."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
        for plan in ("hashjoin", "mergejoin", "hashagg", "material", "memoize", "sort"):
            cursor.execute(f"SET LOCAL enable_{plan} = off")


def test_claim_never_takes_more_than_was_asked_for_whatever_the_plan():
    for number in range(5):
        publish(Topic.KEY_REQUESTED, {"n": number})
    use_nested_loops("registry_outboxmessage")

    claimed = claim_messages(worker="w", lease_seconds=60, topics=[Topic.KEY_REQUESTED])

    assert len(claimed) == 1
    assert OutboxMessage.objects.filter(claimed_by="w").count() == 1


def test_handful_of_mails_is_never_more_than_a_hundred_whatever_the_plan(monkeypatch):
    achievement = build_achievement()
    for _ in range(4):
        award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
    monkeypatch.setattr("issuing.delivery.sending.CLAIMED_AT_ONCE", 1)
    use_nested_loops("issuing_delivery")

    assert len(claim_deliveries(worker="w")) == 1
    assert Delivery.objects.filter(claimed_by="w").count() == 1


def test_revocation_does_not_wait_behind_a_backlog():
    achievement = build_achievement()
    first = award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
        for _ in range(3):
            award_achievement(order=build_order(achievement), actor=SYSTEM)
        revoke_credential(credential_id=first.pk, reason="Error", actor=SYSTEM)
        assert pass_on(worker="w", lease_seconds=60)

    assert PublishedStatusList.objects.latest("version").version == 2
    assert Credential.objects.count() == 1, "the backlog was not touched"


def test_drain_ends_when_its_turn_is_over_and_the_rest_stays():
    achievement = build_achievement()
    award_achievement(order=build_order(achievement), actor=SYSTEM)

    with signing_here():
        assert drain(worker="w", seconds=0) == 0

    assert OutboxMessage.objects.filter(done_at=None, claimed_by="").exists()


def test_message_whose_task_fails_comes_back_later():
    publish(Topic.STATUS_CHANGED, {"list_id": "no id"})

    with signing_here():
        drain_all()

    message = OutboxMessage.objects.get()
    assert (message.done_at, message.last_error) == (None, "ValueError")
    assert message.not_before > timezone.now() - dt.timedelta(seconds=1)
