"""A file whose awards wait is undone, or sent at once: decided in one row, worked off by the worker, nothing twice."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing.errors import BatchStateError, StateError
from issuing.models import Award, AwardState, Batch, Credential, Letter
from issuing.services import (
    BatchOptions,
    BatchOrder,
    advance_due,
    end_wait,
    make_batch,
    run_batch,
    send_batch,
    send_now,
    undo_batch,
)
from registry.actors import SYSTEM
from registry.models import AuditEntry, OutboxMessage
from tests.issuing.builders import build_achievement
from tests.issuing.ways import LATER, breaches, sign

pytestmark = pytest.mark.django_db
CSV = b"email,name\na@example.org,Ada\nb@example.org,Bob\nc@example.org,Cem\n"


def waiting_file(content=CSV, achievement=None, wait=LATER) -> Batch:
    order = BatchOrder(
        achievement=achievement or build_achievement(),
        content=content,
        kind="csv",
        options=BatchOptions(send_at=timezone.now() + wait),
    )
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def work_off(batch: Batch) -> None:
    """Do what the worker does with what was decided, twice."""
    payload = OutboxMessage.objects.filter(topic="batch.wait_ended").latest("id").payload
    told = {name: payload[name] for name in ("ending", "by_kind", "by")}
    for _again in range(2):
        end_wait(batch_id=batch.pk, **told)


def states(batch: Batch) -> set[str]:
    return set(Award.objects.filter(batch=batch).values_list("state", flat=True))


def test_undone_file_leaves_no_certificate_and_no_letter():
    batch = waiting_file()

    undo_batch(batch=batch, actor=SYSTEM)
    work_off(batch)

    assert states(batch) == {AwardState.CANCELLED}
    assert sign() == 0
    assert not Letter.objects.exists()
    assert AuditEntry.objects.filter(act="batch.undone").count() == 1
    assert AuditEntry.objects.filter(act="award.cancelled").count() == 3
    assert breaches() == []


def test_undoing_holds_from_that_moment_though_the_worker_has_not_come_to_it():
    batch = waiting_file()
    ids = list(Award.objects.filter(batch=batch).values_list("pk", flat=True))
    undo_batch(batch=batch, actor=SYSTEM)

    Award.objects.filter(pk__in=ids).update(not_before=timezone.now() - dt.timedelta(minutes=1))
    advance_due(award_ids=ids)
    with pytest.raises(StateError):
        send_now(award_id=ids[0], actor=SYSTEM)

    assert states(batch) == {AwardState.SCHEDULED}
    assert sign() == 0
    work_off(batch)
    assert states(batch) == {AwardState.CANCELLED}


def test_what_went_out_before_stays():
    batch = waiting_file()
    first = Award.objects.filter(batch=batch).order_by("row_number")[0]
    send_now(award_id=first.pk, actor=SYSTEM)
    sign()

    undo_batch(batch=batch, actor=SYSTEM)
    work_off(batch)

    assert Credential.objects.get().pk == first.pk
    assert Award.objects.filter(batch=batch, state=AwardState.CANCELLED).count() == 2


def test_file_is_sent_at_once():
    batch = waiting_file()

    send_batch(batch=batch, actor=SYSTEM)
    work_off(batch)
    sign()

    assert Credential.objects.count() == 3
    assert AuditEntry.objects.filter(act="batch.sent").count() == 1
    assert breaches() == []


@pytest.mark.parametrize("act", [undo_batch, send_batch])
def test_what_waits_no_more_is_neither_undone_nor_sent(act):
    batch = waiting_file()
    send_batch(batch=batch, actor=SYSTEM)
    work_off(batch)

    with pytest.raises(BatchStateError):
        act(batch=batch, actor=SYSTEM)


def test_undone_file_is_not_sent_any_more():
    batch = waiting_file()
    undo_batch(batch=batch, actor=SYSTEM)

    with pytest.raises(BatchStateError):
        send_batch(batch=batch, actor=SYSTEM)


def test_undone_people_can_be_awarded_by_another_file():
    batch = waiting_file()
    undo_batch(batch=batch, actor=SYSTEM)
    work_off(batch)

    again = waiting_file(CSV + b"d@example.org,Dora\n", achievement=batch.version.achievement)

    assert again.counts == {"accepted": 4}
