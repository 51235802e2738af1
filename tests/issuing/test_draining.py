"""The drain: how work is claimed, and in which order."""

import datetime as dt
import hashlib
import pkgutil

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from issuing import draining
from issuing.delivery.leasing import lease_letters
from issuing.draining import drain
from issuing.formats import read_award_file
from issuing.models import Credential, Letter, PublishedStatusList
from issuing.passing import pass_on
from issuing.services import award_achievement, award_batch, revoke_credential, rows_of_table
from issuing.signing.intents import lease_chunk
from registry.actors import SYSTEM
from registry.lanes import Lane
from registry.models import OutboxMessage
from registry.outbox import OUTBOX, Topic, publish
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

    claimed = OUTBOX.lease(worker="w", lease_seconds=60, lane=Lane.STATUS)

    assert len(claimed) == 1
    assert OutboxMessage.objects.filter(claimed_by="w").count() == 1


def test_handful_of_mails_is_never_more_than_a_hundred_whatever_the_plan(monkeypatch):
    achievement = build_achievement()
    for _ in range(4):
        award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
    monkeypatch.setattr("issuing.delivery.leasing.LEASED_AT_ONCE", 1)
    use_nested_loops("issuing_letter")

    assert len(lease_letters(worker="w")) == 1
    assert Letter.objects.filter(claimed_by="w").count() == 1


def test_revocation_does_not_wait_behind_a_backlog():
    achievement = build_achievement()
    first = award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
        for _ in range(3):
            award_achievement(order=build_order(achievement), actor=SYSTEM)
        revoke_credential(credential_id=first.pk, reason="Error", actor=SYSTEM)
        assert pass_on(Lane.STATUS, worker="w", lease_seconds=60)

    assert PublishedStatusList.objects.latest("version").version == 2
    assert Credential.objects.count() == 1, "the backlog was not touched"


def backlog(count: int) -> None:
    """Queue chunks of an issuer who has a key already."""
    achievement = build_achievement()
    with signing_here():
        drain_all()
    for _ in range(count):
        award_achievement(order=build_order(achievement), actor=SYSTEM)


def test_urgent_work_that_comes_up_between_chunks_is_done_before_the_backlog_ends(monkeypatch):
    backlog(3)
    left = []
    monkeypatch.setattr(draining, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(draining, "pass_on_everything", lambda **_kind: left.append(3 - Credential.objects.count()))

    with signing_here():
        assert drain(worker="w") == 3
    assert left == [3, 2, 1, 0]


def test_urgent_work_is_not_looked_for_between_all_chunks_and_again_before_the_end(monkeypatch):
    backlog(3)
    left, busy = [], iter([True, False, True, False])

    def look(**_kind):
        left.append(3 - Credential.objects.count())
        return next(busy)

    monkeypatch.setattr(draining, "LOOK_EVERY_SECONDS", 1_000)
    monkeypatch.setattr(draining, "pass_on_everything", look)

    with signing_here():
        assert drain(worker="w") == 3
    assert left == [3, 2, 0, 0], "again at once while there is some, then not until the chunks are done"


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


SLOW_STEPS = (
    "credentials.stencils.stencil.CredentialStencil.sign_same_shape",
    "issuing.editions.check_slots",
    "issuing.signing.chunks.check_independently",
)
SLOW_CHUNK = 8
SLOW_SECONDS = 60
SHORT_LEASE_SECONDS = 180


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests put forward, for what the database compares and for what a worker measures."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        monkeypatch.setattr("registry.leases.monotonic", lambda: timezone.now().timestamp())
        yield traveller


def slow_chunk(monkeypatch, clock, meanwhile, *, step: str = SLOW_STEPS[0]) -> None:
    """Queue a chunk with one step that outlasts a short lease; `meanwhile` runs after each of its awards."""
    achievement = build_achievement()
    with signing_here():
        drain_all()
    data = "".join(["email,name\n", *(f"slow{n}@example.org,Slow {n}\n" for n in range(SLOW_CHUNK))]).encode()
    rows = rows_of_table(read_award_file(data), achievement)
    award_batch(achievement=achievement, rows=rows, file_sha=hashlib.sha256(data).hexdigest(), actor=SYSTEM)
    owner, _, name = step.rpartition(".")
    real = getattr(pkgutil.resolve_name(owner), name)

    def slowly(*arguments, **named):
        result = real(*arguments, **named)
        clock.shift(SLOW_SECONDS)
        meanwhile()
        return result

    monkeypatch.setattr(step, slowly)
    monkeypatch.setattr("issuing.signing.chunks.CHECKED_ONE_IN", 1)


@pytest.mark.parametrize("step", SLOW_STEPS)
def test_chunk_that_outlasts_its_lease_is_kept_while_it_is_worked_on(monkeypatch, clock, step):
    """Without that, the workers of a slow machine take chunks away from each other."""
    taken = []
    slow_chunk(monkeypatch, clock, lambda: taken.append(lease_chunk(worker="other", lease_seconds=60)), step=step)

    with signing_here():
        assert drain(worker="slow", lease_seconds=SHORT_LEASE_SECONDS) == SLOW_CHUNK
    assert taken == [None] * SLOW_CHUNK
    assert OutboxMessage.objects.get(topic=Topic.AWARDS_ACCEPTED).attempts == 1


def test_chunk_that_another_worker_has_taken_is_not_signed_to_its_end(monkeypatch, clock):
    signed = []

    def overtaken():
        signed.append(1)
        OutboxMessage.objects.filter(done_at=None).update(claimed_by="other")

    slow_chunk(monkeypatch, clock, overtaken)

    with signing_here():
        assert drain(worker="slow", lease_seconds=SHORT_LEASE_SECONDS) == 0
    assert 0 < len(signed) < SLOW_CHUNK
    assert OutboxMessage.objects.get(done_at=None).claimed_by == "other"
    assert not Credential.objects.exists()
