"""Work that killed its workers more than once: nobody begins it before its next turn, and what stands behind it goes on."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from issuing import passing
from issuing.delivery.sending import send_waiting
from issuing.draining import worker_name
from issuing.models import Letter
from issuing.passing import pass_on
from issuing.signing.intents import lease_chunk
from registry.lanes import Lane, Listener
from registry.leases import LOST, LOST_AGAIN
from registry.models import LeasedRow, OutboxMessage
from registry.outbox import Topic, publish
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, sign

pytestmark = pytest.mark.django_db


def killed(row: LeasedRow) -> None:
    """Leave a row as it is when the second worker has died of it."""
    past = timezone.now() - dt.timedelta(seconds=1)
    lost = {"claimed_by": "dead", "lease_until": past, "failures": 2, "last_error": LOST}
    type(row)._default_manager.filter(pk=row.pk).update(**lost)


def held_back(row: LeasedRow) -> bool:
    row.refresh_from_db()
    return row.last_error == LOST_AGAIN and row.not_before > timezone.now() and row.claimed_by == ""


def test_letter_is_not_written_again_and_the_one_behind_it_leaves(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    achievement = build_achievement()
    deadly, _other = award_now(achievement), award_now(achievement)
    sign()
    killed(letter := Letter.objects.get(award=deadly))

    assert send_waiting(worker="w", until=timezone.now() + dt.timedelta(seconds=20)) == len(mail.outbox) == 1
    assert held_back(letter)


def test_chunk_is_not_signed_again_and_the_one_behind_it_is_taken():
    award_now(build_achievement())
    other = award_now(build_achievement())
    chunks = OutboxMessage.objects.filter(topic=Topic.AWARDS_ACCEPTED).order_by("pk")
    killed(deadly := chunks[0])

    taken = lease_chunk(worker=worker_name(), lease_seconds=60)

    assert taken is not None
    assert taken.payload["award_ids"] == [str(other.pk)]
    assert held_back(deadly)


def test_message_is_not_handed_over_again_and_the_one_behind_it_is(settings, monkeypatch):
    heard: list[int] = []
    settings.SUBSCRIPTIONS = {**settings.SUBSCRIPTIONS, Topic.CREDENTIALS_ISSUED: (Listener("one", Lane.SLOW),)}
    monkeypatch.setattr(passing, "task_named", lambda _name: lambda **payload: heard.append(payload["n"]))
    for n in (1, 2):
        publish(Topic.CREDENTIALS_ISSUED, {"n": n})
    killed(deadly := OutboxMessage.objects.order_by("pk")[0])

    while pass_on(Lane.SLOW, worker="w"):
        pass

    assert heard == [2]
    assert held_back(deadly)
