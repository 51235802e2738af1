"""The same file given to two workers at once: whoever comes late changes nothing of what the other has brought to an end."""

import datetime as dt

import pytest

from issuing.models import Award, Batch
from issuing.services import (
    BatchOptions,
    BatchOrder,
    BatchRow,
    batches,
    confirm_batch,
    make_batch,
    reading,
    revise_batch,
    run_batch,
    running,
)
from issuing.services.kept_rows import dump_rows
from registry.actors import SYSTEM
from registry.errors import RoleRequiredError
from registry.models import NewsKind, StaffNews
from tests.issuing.builders import awarder_at, build_achievement, build_order
from tests.issuing.test_batch_jobs import csv_of, fresh, make, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(batches, "CHUNK_AWARDS", 2)


def run_beside(batch: Batch, *acts, step: str = "checked") -> None:
    """Run a file, and do something else once it is at that step for the first time."""
    waiting = list(acts)

    def meanwhile(at: str, _rows: int) -> None:
        while at == step and waiting:
            waiting.pop(0)()

    run_batch(batch_id=batch.pk, progress=meanwhile)
    assert not waiting


def acts_on(batch: Batch):
    """Return what a twin, and somebody who confirms, do with a file."""
    return (
        lambda: run_batch(batch_id=batch.pk),
        lambda: confirm_batch(batch=batch, actor=SYSTEM, on_error="skip"),
    )


def test_check_that_ends_late_takes_no_confirmation_back():
    batch = make(build_achievement(), csv_of(3), confirm=False)

    run_beside(batch, *acts_on(batch))

    assert fresh(batch).state == "confirmed"
    work()
    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"accepted": 3})


def test_check_that_ends_late_opens_no_file_again_that_is_awarded():
    batch = make(build_achievement(), csv_of(3), confirm=False)
    twin, confirm = acts_on(batch)

    run_beside(batch, twin, confirm, twin)

    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"accepted": 3})
    assert Award.objects.count() == 3


def test_what_both_have_accepted_is_told_as_accepted_and_once():
    achievement = build_achievement()
    batch = make(achievement, csv_of(5), actor=awarder_at(achievement))

    run_beside(batch, acts_on(batch)[0], step="accepted")

    done = fresh(batch)
    assert (done.state, done.rows_total, done.counts) == ("done", 5, {"accepted": 5})
    assert Award.objects.count() == Award.objects.values("row_number").distinct().count() == 5
    assert StaffNews.objects.filter(kind=NewsKind.BATCH_DONE).count() == 1


def test_two_workers_within_one_file_award_nobody_twice_even_where_repeating_is_allowed():
    achievement = build_achievement(duplicates="allow")
    rows = [BatchRow(row, build_order(achievement, repeat=True)) for row in range(1, 6)]
    order = BatchOrder(achievement=achievement, content=dump_rows(rows), kind="orders")
    batch = make_batch(order=order, actor=SYSTEM)

    run_beside(batch, acts_on(batch)[0], step="accepted")

    assert Award.objects.count() == Award.objects.values("row_number").distinct().count() == 5


def test_file_that_was_checked_is_not_checked_again_because_it_is_asked_for_twice():
    batch = make(build_achievement(), csv_of(3), confirm=False)
    run_batch(batch_id=batch.pk)
    Batch.objects.update(rows_total=77)

    run_batch(batch_id=batch.pk)

    assert (fresh(batch).state, fresh(batch).rows_total) == ("ready", 77)


def test_refusal_that_comes_late_cancels_nothing_that_is_awarded(monkeypatch):
    batch = make(build_achievement(), csv_of(3))
    real = running._basis

    def refused(own: Batch):
        monkeypatch.setattr(running, "_basis", real)
        run_batch(batch_id=own.pk)
        raise RoleRequiredError(role="awarder")

    monkeypatch.setattr(running, "_basis", refused)
    run_batch(batch_id=batch.pk)

    assert (fresh(batch).state, fresh(batch).ended_code) == ("done", "")


def test_what_another_worker_accepts_while_this_one_begins_is_told_as_accepted(monkeypatch):
    batch = make(build_achievement(), csv_of(5))
    real = running.rows_of

    def behind(own: Batch):
        monkeypatch.setattr(running, "rows_of", real)
        with pytest.raises(KeyboardInterrupt):
            run_beside(batch, dies, step="accepted")
        assert Award.objects.count() == 2
        return real(own)

    monkeypatch.setattr(running, "rows_of", behind)
    run_batch(batch_id=batch.pk)

    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"accepted": 5})


def dies() -> None:
    raise KeyboardInterrupt


def test_options_that_were_chosen_meanwhile_are_kept(monkeypatch):
    batch = make(build_achievement(), csv_of(3), confirm=False, options=BatchOptions(ask_columns=True))
    real = reading.open_award_file

    def late(*arguments, **named):
        monkeypatch.setattr(reading, "open_award_file", real)
        opened = real(*arguments, **named)
        run_batch(batch_id=batch.pk)
        chosen = BatchOptions(ask_columns=True, valid_until=dt.date(2098, 6, 30))
        revise_batch(batch=batch, actor=SYSTEM, options=chosen)
        return opened

    monkeypatch.setattr(reading, "open_award_file", late)
    run_batch(batch_id=batch.pk)
    work()

    assert fresh(batch).state == "ready"
    assert BatchOptions.of(fresh(batch)).valid_until == dt.date(2098, 6, 30)
