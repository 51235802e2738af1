"""A batch is a draft first: kept, checked, confirmed, worked off by the worker, and begun again where it was cut off."""

import datetime as dt
import zlib

import pytest
from django.db import connection
from django.utils import timezone

from issuing.errors import BatchStateError
from issuing.fsck import check_everything
from issuing.models import Award, Batch, BatchFile, BatchState
from issuing.passing import pass_on
from issuing.services import (
    BatchOrder,
    BatchRow,
    EvidenceOrder,
    GroundOrder,
    ResultOrder,
    batches,
    cancel_batch,
    confirm_batch,
    drafts,
    dump_rows,
    forget_files,
    make_batch,
    run_batch,
)
from issuing.services.kept_rows import load_rows
from registry.actors import SYSTEM, actor_for_user
from registry.errors import RoleRequiredError
from registry.lanes import Lane
from registry.models import IdentifierType, Learner, Membership, OutboxMessage, User
from registry.services import IdentifierOrder, Recipient
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here
from tests.issuing.test_batches import lines
from tests.registry.workbooks import workbook

pytestmark = pytest.mark.django_db
BAD = "nobody,,31.01.2026\n"


def csv_of(count: int, more: str = "") -> bytes:
    return ("email,name,awarded_on\n" + lines(count).replace("\n", ",\n") + more).encode()


def make(achievement, content: bytes, actor=SYSTEM, **options) -> Batch:
    return make_batch(order=BatchOrder(achievement=achievement, content=content, kind="csv", **options), actor=actor)


def work() -> None:
    """Let the worker's slow lane take its turn."""
    while pass_on(Lane.SLOW, worker="w"):
        pass


def fresh(batch: Batch) -> Batch:
    return Batch.objects.get(pk=batch.pk)


def test_a_confirmed_file_is_awarded_by_the_worker_alone():
    achievement = build_achievement()
    batch = make(achievement, csv_of(1_500), actor=awarder_at(achievement))

    assert (batch.state, Award.objects.count()) == (BatchState.CONFIRMED, 0)
    work()
    done = fresh(batch)
    assert (done.state, done.counts, done.rows_done, done.rows_total) == ("done", {"accepted": 1_500}, 1_500, 1_500)
    assert sorted(batch.awards.values_list("row_number", flat=True)) == list(range(2, 1_502))
    with signing_here():
        assert drain_all() == 1_500
    assert list(check_everything(full=False)) == []


def test_a_draft_is_checked_and_waits_with_its_report_by_group():
    batch = make(build_achievement(), csv_of(3, BAD + "also nobody,B,\n"), confirm=False)
    work()

    ready = fresh(batch)
    assert (ready.state, ready.counts, Award.objects.count()) == ("ready", {"good": 3, "refused": 2}, 0)
    (first, *_rest) = ready.groups
    assert (first["column"], first["code"], first["count"], first["rows"]) == ("email", "bad-email", 2, [5, 6])
    assert {one["code"] for one in ready.groups} == {"bad-email", "name-missing", "bad-date"}
    assert [len(row["problems"]) for row in ready.report] == [3, 1]

    confirm_batch(batch=ready, actor=SYSTEM, on_error="skip")
    work()
    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"accepted": 3, "refused": 2})


def test_one_refused_row_stops_a_confirmed_file_and_tells_all_its_faults():
    batch = make(build_achievement(), csv_of(3, BAD))
    work()

    over = fresh(batch)
    assert (over.state, over.ended_code, over.counts) == (
        "cancelled",
        "rows-refused",
        {"not-accepted": 3, "refused": 1},
    )
    assert [one["code"] for one in over.report[0]["problems"]] == ["bad-date", "name-missing", "bad-email"]
    assert not Award.objects.exists()
    assert not Learner.objects.exists()
    assert not BatchFile.objects.exists()


def test_a_file_that_is_no_table_ends_with_what_to_do():
    batch = make(build_achievement(), b"email,shoe size\na@example.org,44\n")
    work()

    assert (fresh(batch).state, fresh(batch).ended_code) == ("cancelled", "file-refused")
    assert {one["code"] for one in fresh(batch).report[0]["problems"]} == {"missing-column", "unknown-column"}


def test_a_hundred_thousand_and_one_rows_are_refused_and_nothing_is_kept():
    batch = make(build_achievement(), b"email,name\n" + b"a@example.org,A\n" * 100_001)
    work()

    assert (fresh(batch).state, fresh(batch).report[0]["code"]) == ("cancelled", "too-many-rows")
    assert not BatchFile.objects.exists()


def test_a_workbook_is_awarded_like_any_file():
    achievement = build_achievement()
    content = workbook(["name", "email", "awarded_on"], ["Ada", "ada@example.org", dt.date(2026, 1, 31)])
    make_batch(order=BatchOrder(achievement=achievement, content=content, kind="xlsx"), actor=SYSTEM)
    work()

    assert [(award.row_number, str(award.awarded_on)) for award in Award.objects.all()] == [(2, "2026-01-31")]


def test_a_worker_that_is_lost_leaves_a_batch_that_another_one_ends(monkeypatch):
    achievement = build_achievement()
    batch = make(achievement, csv_of(2_500))
    real, chunks = batches.insert_awards, []

    def dies(*args, **kwargs):
        chunks.append(1)
        if len(chunks) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(batches, "insert_awards", dies)
    with pytest.raises(KeyboardInterrupt):
        run_batch(batch_id=batch.pk)
    half = fresh(batch)
    assert (half.state, half.rows_done, Award.objects.count()) == ("running", 1_000, 1_000)

    monkeypatch.setattr(batches, "insert_awards", real)
    work()
    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"accepted": 2_500})
    assert Award.objects.count() == Award.objects.values("row_number").distinct().count() == 2_500


def test_two_workers_at_once_award_nobody_twice_even_where_repeating_is_allowed():
    achievement = build_achievement(duplicates="allow")
    rows = [BatchRow(row, build_order(achievement, repeat=True)) for row in range(1, 41)]
    order = BatchOrder(achievement=achievement, content=dump_rows(rows), kind="orders")
    batch = make_batch(order=order, actor=SYSTEM)
    outcomes = []

    def meanwhile(step, _rows):
        if step == "checked" and not outcomes:
            outcomes.append(run_batch(batch_id=batch.pk))

    run_batch(batch_id=batch.pk, progress=meanwhile)
    assert Award.objects.count() == 40
    assert outcomes[0].counts == {"accepted": 40}


def test_the_same_file_again_is_the_same_batch_and_awards_nobody_twice():
    achievement = build_achievement()
    first = make(achievement, csv_of(3))
    work()
    again = make(achievement, csv_of(3))
    work()

    assert (again.pk, fresh(again).state, fresh(again).counts) == (first.pk, "done", {"already-awarded": 3})
    assert Award.objects.count() == 3


def test_a_cancelled_batch_makes_way_for_the_same_file():
    achievement = build_achievement()
    first = make(achievement, csv_of(3), confirm=False)
    work()
    cancel_batch(batch=first, actor=SYSTEM)
    cancel_batch(batch=first, actor=SYSTEM)
    second = make(achievement, csv_of(3))
    work()

    assert (fresh(first).state, fresh(first).ended_code) == ("cancelled", "by-hand")
    assert second.pk != first.pk
    assert Award.objects.count() == 3


def test_a_batch_that_is_cancelled_while_it_runs_stops_before_the_next_chunk():
    batch = make(build_achievement(), csv_of(2_500))

    def stop(step, _rows):
        if step == "accepted":
            cancel_batch(batch=batch, actor=SYSTEM)

    run_batch(batch_id=batch.pk, progress=stop)
    assert (fresh(batch).state, Award.objects.count()) == ("cancelled", 1_000)


@pytest.mark.parametrize("state", [BatchState.DRAFT, BatchState.CHECKING, BatchState.DONE, BatchState.CANCELLED])
def test_only_what_was_checked_is_confirmed(state):
    batch = make(build_achievement(), csv_of(1), confirm=False)
    Batch.objects.filter(pk=batch.pk).update(state=state)
    with pytest.raises(BatchStateError) as refused:
        confirm_batch(batch=batch, actor=SYSTEM)
    assert (refused.value.code, refused.value.facts["state"]) == ("state-does-not-allow", state)


def test_what_is_done_is_not_cancelled():
    batch = make(build_achievement(), csv_of(1))
    work()
    with pytest.raises(BatchStateError):
        cancel_batch(batch=batch, actor=SYSTEM)


def test_whoever_lost_the_role_meanwhile_awards_nothing():
    achievement = build_achievement()
    batch = make(achievement, csv_of(3), actor=awarder_at(achievement))
    Membership.objects.all().delete()
    work()

    assert (fresh(batch).state, fresh(batch).ended_code) == ("cancelled", "role-required")
    assert not Award.objects.exists()


def test_another_organisations_people_neither_make_nor_confirm_nor_cancel():
    achievement = build_achievement()
    stranger = actor_for_user(User.objects.create_user("stranger@example.org"))
    batch = make(achievement, csv_of(1), confirm=False)
    work()
    for act in (
        lambda: make(achievement, csv_of(2), actor=stranger),
        lambda: confirm_batch(batch=batch, actor=stranger),
        lambda: cancel_batch(batch=batch, actor=stranger),
    ):
        with pytest.raises(RoleRequiredError):
            act()


def test_files_go_after_thirty_days_and_drafts_with_them():
    achievement = build_achievement()
    draft, done = make(achievement, csv_of(1), confirm=False), make(achievement, csv_of(2))
    work()
    assert zlib.decompress(BatchFile.objects.get(batch=done).content) == csv_of(2)
    assert forget_files() == 0

    BatchFile.objects.update(kept_until=timezone.now() - dt.timedelta(seconds=1))
    assert forget_files() == 2
    assert [(fresh(one).state, fresh(one).ended_code) for one in (draft, done)] == [
        ("cancelled", "not-confirmed"),
        ("done", ""),
    ]
    assert not BatchFile.objects.exists()


def test_a_file_goes_when_the_last_of_its_people_is_erased():
    make(build_achievement(), csv_of(2))
    work()
    one, two = Learner.objects.all()
    Learner.objects.filter(pk=one.pk).update(erased_at=timezone.now())
    assert forget_files() == 0
    Learner.objects.filter(pk=two.pk).update(erased_at=timezone.now())
    assert forget_files() == 1


def test_the_queue_names_nobody():
    make(build_achievement(), csv_of(1))

    (message,) = OutboxMessage.objects.filter(topic="batch.asked")
    assert set(message.payload) == {"batch_id", "tenant"}


def test_no_more_files_are_forgotten_at_once_than_said(monkeypatch):
    monkeypatch.setattr(drafts, "FORGOTTEN_AT_ONCE", 1)
    achievement = build_achievement()
    for number in (1, 2):
        make(achievement, csv_of(number), confirm=False)
    BatchFile.objects.update(kept_until=timezone.now() - dt.timedelta(seconds=1))

    assert [forget_files(), forget_files(), forget_files()] == [1, 1, 0]


def test_rows_of_a_batch_from_before_keep_their_numbers():
    """Its first person was row 1; the same file sent again finds them."""
    achievement = build_achievement()
    batch = make(achievement, csv_of(3))
    work()
    for number in (2, 3, 4):
        Award.objects.filter(batch=batch, row_number=number).update(row_number=number - 1)
    Batch.objects.filter(pk=batch.pk).update(first_row=1)

    assert make(achievement, csv_of(3)).pk == batch.pk
    work()
    assert fresh(batch).counts == {"already-awarded": 3}
    assert sorted(Award.objects.values_list("row_number", flat=True)) == [1, 2, 3]


def test_rows_are_kept_as_they_were_asked_for():
    achievement = build_achievement()
    recipient = Recipient(
        name="Zoë",
        email="z@example.org",
        language="de",
        identifiers=(IdentifierOrder(IdentifierType.ESI, "https://x.example", "7"),),
    )
    order = build_order(
        achievement,
        recipient=recipient,
        repeat=True,
        awarded_on=dt.date(2026, 1, 31),
        valid_until=dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC),
        learning_from="08/2019",
        credits_earned=__import__("decimal").Decimal("2.50"),
        results=(ResultOrder(value="60"),),
        evidence=(EvidenceOrder(url="https://e.example/1"),),
        ground=GroundOrder(body="Senate", date=dt.date(2025, 5, 5)),
    )
    (row,) = load_rows(dump_rows([BatchRow(3, order)]), achievement)

    assert row.row == 3
    assert (row.order.recipient, row.order.stated, row.order.repeat) == (recipient, order.stated, True)


def test_a_files_content_is_in_no_list_of_batches(django_assert_num_queries):
    make(build_achievement(), csv_of(1))
    with django_assert_num_queries(1):
        list(Batch.objects.all())
    assert "content" not in {field.name for field in Batch._meta.get_fields()}
    assert connection.vendor in {"postgresql", "sqlite"}
