"""One item, one fate: what is wrong with one chunk, message or award keeps nothing else waiting."""

import uuid

import pytest
import time_machine
from django.utils import timezone

from credentials.stencils.stencil import CredentialStencil
from integrations.tasks import forget_what_expired
from issuing.draining import drain
from issuing.models import Award, AwardState
from issuing.services import award_achievement
from issuing.signing.intents import lease_chunk
from registry.actors import SYSTEM
from registry.lanes import Lane
from registry.models import OutboxMessage
from registry.outbox import OUTBOX, TENANT, Topic, publish
from registry.turns import PAUSE_PER_LOOK, Turns
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def one_chunk_of(count: int) -> tuple[OutboxMessage, list[Award]]:
    """Return a chunk with so many awards of an issuer that has its key."""
    achievement = build_achievement()
    with signing_here():
        drain_all()
    awards = [award_achievement(order=build_order(achievement), actor=SYSTEM) for _ in range(count)]
    waiting = OutboxMessage.objects.filter(topic=Topic.AWARDS_ACCEPTED)
    waiting.update(done_at=timezone.now())
    tenant = awards[0].organisation_id
    publish(Topic.AWARDS_ACCEPTED, {"award_ids": [str(award.pk) for award in awards]}, tenant=tenant)
    return OutboxMessage.objects.get(topic=Topic.AWARDS_ACCEPTED, done_at=None), awards


@pytest.mark.parametrize(
    "step", ["issuing.editions.check_slots", "credentials.stencils.stencil.CredentialStencil.sign_same_shape"]
)
def test_award_that_raises_what_nobody_foresaw_leaves_its_chunk_and_is_tried_alone(monkeypatch, step):
    chunk, awards = one_chunk_of(3)
    owner, _, name = step.rpartition(".")
    real = CredentialStencil.sign_same_shape if "Stencil" in owner else __import__(owner, fromlist=[name]).check_slots

    def failing(*arguments):
        facts = next(one for one in arguments if hasattr(one, "credential_id"))
        if facts.credential_id.endswith(str(awards[1].pk)):
            raise RecursionError
        return real(*arguments)

    monkeypatch.setattr(step, failing)
    with signing_here():
        assert drain_all() == 2

    chunk.refresh_from_db()
    assert chunk.done_at is not None
    alone = OutboxMessage.objects.get(done_at=None)
    assert alone.payload == {"award_ids": [str(awards[1].pk)], TENANT: str(awards[1].organisation_id)}
    assert (alone.last_error, alone.attempts) == ("RecursionError", 1)
    assert Award.objects.get(pk=awards[1].pk).state == AwardState.ACCEPTED

    monkeypatch.setattr(step, real)
    OutboxMessage.objects.update(not_before=timezone.now())
    with signing_here():
        assert drain_all() == 1


def test_chunk_whose_intent_cannot_be_written_keeps_no_other_waiting():
    publish(Topic.AWARDS_ACCEPTED, {"award_ids": []})
    chunk, _awards = one_chunk_of(1)

    claimed = lease_chunk(worker="w", lease_seconds=60)

    assert claimed is not None
    assert claimed.pk == chunk.pk
    bad = OutboxMessage.objects.get(last_error="IndexError")
    assert bad.not_before > timezone.now()
    assert bad.claimed_by == ""


def test_chunk_that_cannot_be_signed_is_tried_more_and_more_seldom():
    one_chunk_of(1)
    delays = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            drain(worker="w", seconds=5)
            delays.append((OutboxMessage.objects.get(done_at=None).not_before - timezone.now()).total_seconds())
            clock.shift(60)

    assert delays == [2, 15, 30, 45]


def tenants_messages(counts: dict[str, int]) -> None:
    for tenant, count in counts.items():
        for number in range(count):
            publish(Topic.STATUS_CHANGED, {"list_id": f"{tenant} {number}"}, tenant=uuid.UUID(tenant * 32))


def claimed(limit: int, *, fair: bool) -> list[str]:
    messages = OUTBOX.lease(worker="w", lease_seconds=60, lane=Lane.STATUS, limit=limit, fair=fair)
    return sorted(message.payload[TENANT][0] for message in messages)


def test_tenants_take_turns_in_the_outbox():
    tenants_messages({"a": 5, "b": 1, "c": 2})

    assert claimed(3, fair=False) == ["a", "a", "a"]
    assert claimed(3, fair=True) == ["a", "b", "c"]
    assert claimed(9, fair=True) == ["a", "c"]


def test_single_award_does_not_wait_for_anothers_file():
    """The oldest chunk is not always next: in ten looks every tenant has its turn, whoever came first."""
    for _ in range(20):
        publish(Topic.AWARDS_ACCEPTED, {"award_ids": []}, tenant=uuid.UUID("a" * 32))
    publish(Topic.AWARDS_ACCEPTED, {"award_ids": []}, tenant=uuid.UUID("b" * 32))

    turns = [
        OUTBOX.lease(worker="w", lease_seconds=60, lane=Lane.SIGN, fair=True)[0].payload[TENANT][0] for _ in range(20)
    ]

    assert "b" in turns


def test_looks_at_everybody_take_a_thirtieth_of_the_time_at_most(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("registry.turns.monotonic", lambda: now[0])
    turns, looks = Turns(), 0
    for _ in range(1_000):
        with turns.next() as look:
            now[0] += 0.5 if look else 0.1
            looks += look

    assert looks * 0.5 <= (now[0] - 100) / PAUSE_PER_LOOK + 0.5
    assert looks > 1


def test_what_cannot_be_forgotten_keeps_nothing_else_from_it(monkeypatch):
    forgotten = []

    def failing():
        raise ValueError

    monkeypatch.setattr("integrations.tasks.forget_old_answers", failing)
    monkeypatch.setattr("integrations.tasks.forget_old_counts", lambda: forgotten.append(1))

    forget_what_expired()

    assert forgotten == [1]
