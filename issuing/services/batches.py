"""The act of awarding a whole file: everything is checked first, then accepted chunk by chunk.

Each chunk is one transaction, found again by (batch, row) and by who holds what: a file that was cut off in the
middle of being accepted is completed by sending it again, and a file sent twice awards nobody twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from catalogue.models import Achievement, DuplicatePolicy
from issuing.errors import BatchStoppedError
from issuing.garbage import rare_garbage_collection
from issuing.models import FIRST_ROW_OF_FILES, Award, Batch, BatchState
from issuing.services.advancing import grouped
from issuing.services.awarding import (
    CHUNK_AWARDS,
    Accepted,
    insert_awards,
    may_name_again,
    may_repeat,
    retried,
    standing_awards,
)
from issuing.services.basis import Basis, basis_of
from issuing.services.batch_reports import outcome_of, report_of
from issuing.services.facts import CheckedOrder, check_order
from issuing.services.lines import newest_of
from issuing.services.naming import NamedPeople, broken_by, repeated
from issuing.services.orders import BatchOutcome, BatchRow, RowOutcome
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Role
from registry.permissions import require_role
from registry.refusals import RuleBrokenError
from registry.services import NotOnePersonError, learners_for

CHECKED_AT_ONCE = 5_000

OnError = Literal["refuse", "skip"]
Progress = Callable[[str, int], None]
T = TypeVar("T")


class CheckedRow(NamedTuple):
    """A row that breaks no rule, and whom it names, where the organisation knew them when the file was checked."""

    row: int
    order: CheckedOrder
    learner: uuid.UUID | None


@rare_garbage_collection()
def award_batch(
    *,
    achievement: Achievement,
    rows: Iterable[BatchRow],
    file_sha: str,
    actor: Actor,
    on_error: OnError = "refuse",
    first_row: int = FIRST_ROW_OF_FILES,
    progress: Progress = lambda _step, _rows: None,
) -> BatchOutcome:
    """Accept awards here and now; with `refuse` one bad row stops all, with `skip` the good rows are taken.

    For few rows; many are made a draft of (`make_batch`). `first_row` is the number of the first person's row;
    `progress` hears ("checked" | "accepted", rows so far). Refused rows are outcomes, not exceptions.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded (any more).
    """
    require_role(actor, achievement.issuer.node, Role.AWARDER)
    basis = basis_of(achievement)
    batch = _standing(basis, file_sha).first()
    outcomes, good = check_rows(rows, basis, done_rows(batch, first_row), progress)
    if is_refused(outcomes) and on_error == "refuse":
        stop_all(outcomes, good)
        return outcome_of(outcomes, batch)
    if good:
        # What fits into one chunk is taken as a whole, its batch with it, or not at all.
        with transaction.atomic() if len(good) <= CHUNK_AWARDS else nullcontext():
            batch = batch or _new_batch(basis, file_sha, first_row)
            accept_rows(good, outcomes, Accepting(basis, batch, actor, first_row, progress))
            close_batch(batch, outcomes)
    return outcome_of(outcomes, batch)


@dataclass(slots=True)
class Accepting:
    """What accepting a file's chunks shares; `first_row` is the number of the first person's row in what was sent."""

    basis: Basis
    batch: Batch
    actor: Actor
    first_row: int
    progress: Progress
    done: int = 0

    @property
    def shift(self) -> int:
        """What is added to a row's number to keep it: batches from before count from 1."""
        return self.batch.first_row - self.first_row


def done_rows(batch: Batch | None, first_row: int, *, since: dt.datetime | None = None) -> dict[int, uuid.UUID]:
    """Return {row: award} of what a batch has accepted before, or since a moment."""
    if batch is None:
        return {}
    awards = Award.objects.filter(batch=batch)
    # Awards carry whole seconds.
    awards = awards.filter(accepted_at__gte=since.replace(microsecond=0)) if since else awards
    numbers = awards.values_list("row_number", "id")
    return {number + first_row - batch.first_row: award_id for number, award_id in numbers if number is not None}


def is_refused(outcomes: Mapping[int, RowOutcome]) -> bool:
    """Say whether a row was refused."""
    return any(outcome.state == "refused" for outcome in outcomes.values())


def stop_all(outcomes: dict[int, RowOutcome], good: Sequence[CheckedRow]) -> None:
    """Note that rows were good and are not accepted for others' sake."""
    for one in good:
        outcomes[one.row] = RowOutcome(row=one.row, state="not-accepted", notes=one.order.notes)


def check_rows(
    rows: Iterable[BatchRow], basis: Basis, done: Mapping[int, uuid.UUID], progress: Progress
) -> tuple[dict[int, RowOutcome], list[CheckedRow]]:
    """Check every row: by itself, against the rows before it, and against what its learner holds.

    `done` are rows that this batch has accepted before. Returns outcomes of rows that cannot or need not be accepted,
    and the rows that can.
    """
    outcomes: dict[int, RowOutcome] = {}
    good: list[CheckedRow] = []
    people = NamedPeople(basis.organisation)
    for part in chunks(rows, CHECKED_AT_ONCE):
        readable = list(_readable(part, basis, outcomes))
        checked = _told_apart(readable, people, outcomes, basis.version.achievement.duplicates)
        held = _held(checked, basis)
        for one in checked:
            standing = done.get(one.row) or held.get(one.row)
            if standing and (one.row in done or not may_repeat(one.order, basis.version.achievement.duplicates)):
                outcomes[one.row] = RowOutcome(row=one.row, state="already-awarded", id=standing)
            else:
                good.append(one)
        progress("checked", len(good) + len(outcomes))
    return outcomes, good


def _readable(
    rows: Sequence[BatchRow], basis: Basis, outcomes: dict[int, RowOutcome]
) -> Iterator[tuple[int, CheckedOrder]]:
    for row in rows:
        try:
            if row.order is None:
                raise RuleBrokenError.of(row.faults)
            checked = check_order(row.order, basis, row.faults)
        except RuleBrokenError as broken:
            outcomes[row.row] = _refused(row.row, broken)
        else:
            yield row.row, checked


def _refused(row: int, broken: RuleBrokenError) -> RowOutcome:
    return RowOutcome(row=row, state="refused", faults=broken.refusals)


def _told_apart(
    rows: Sequence[tuple[int, CheckedOrder]], people: NamedPeople, outcomes: dict[int, RowOutcome], policy: str
) -> list[CheckedRow]:
    """Find out who is named; a row that names two people, or somebody from further up, is refused."""
    people.look_up(order.recipient for _row, order in rows)
    checked: list[CheckedRow] = []
    for row, order in rows:
        try:
            again = may_name_again(order, policy)
            checked.append(CheckedRow(row, order, people.record_of(order.recipient, row=row, again=again)))
        except RuleBrokenError as broken:
            outcomes[row] = _refused(row, broken)
    return checked


def _held(checked: Sequence[CheckedRow], basis: Basis) -> dict[int, uuid.UUID]:
    """Return {row: award} of those who hold the line; nothing is written."""
    standing = standing_awards([one.learner for one in checked if one.learner], basis)
    held = {one.row: standing.get(basis.dedupe_key(one.learner)) for one in checked if one.learner} if standing else {}
    return {row: award_id for row, award_id in held.items() if award_id}


def _new_batch(basis: Basis, file_sha: str, first_row: int) -> Batch:
    batch, _created = _standing(basis, file_sha).get_or_create(
        organisation=basis.organisation,
        file_sha=file_sha,
        version=basis.version,
        defaults={"state": BatchState.RUNNING, "first_row": first_row},
    )
    return batch


def _standing(basis: Basis, file_sha: str) -> QuerySet[Batch]:
    same = Batch.objects.filter(organisation=basis.organisation, file_sha=file_sha, version=basis.version)
    return same.exclude(state=BatchState.CANCELLED)


def accept_rows(good: Sequence[CheckedRow], outcomes: dict[int, RowOutcome], accepting: Accepting) -> None:
    """Accept rows that were checked, chunk by chunk; their outcomes are added.

    Raises:
        BatchStoppedError: the batch was cancelled meanwhile; what was accepted stays.
    """
    for part in chunks(good, CHUNK_AWARDS):
        outcomes.update(_accept_part(part, accepting))
        accepting.done += len(part)
        accepting.progress("accepted", accepting.done)


def _accept_part(part: Sequence[CheckedRow], accepting: Accepting) -> dict[int, RowOutcome]:
    """Accept a chunk; rows whose people have become two since the file was checked are refused, the others are not."""
    try:
        if not any(one.learner for one in part):
            with suppress(IntegrityError):
                return _accept_strangers(part, accepting)
        return retried(partial(_accept_chunk, part, accepting))
    except NotOnePersonError as error:
        refused = {part[n].row: _refused(part[n].row, broken_by(why)) for n, why in error.refusals.items()}
        rest = [one for one in part if one.row not in refused]
        return refused | (_accept_part(rest, accepting) if rest else {})


@transaction.atomic
def _accept_strangers(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, RowOutcome]:
    """Accept a chunk of people whom the check did not find, without asking for them again.

    Raises:
        IntegrityError: another act has made one of them since, or an earlier chunk of this one.
    """
    if _hold(rows, accepting):
        raise IntegrityError("another worker has accepted these rows")
    recipients = [one.order.recipient for one in rows]
    learners = learners_for(recipients, organisation=accepting.basis.organisation, known={})
    return _accept(rows, learners, {}, accepting)


@transaction.atomic
def _accept_chunk(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, RowOutcome]:
    """Accept one chunk in one transaction; who was awarded since the check keeps that award."""
    basis = accepting.basis
    if done := _hold(rows, accepting):
        rest = [one for one in rows if one.row not in done]
        theirs = {row: RowOutcome(row=row, state="accepted", id=award_id) for row, award_id in done.items()}
        return theirs | (_accept_part(rest, accepting) if rest else {})
    outcomes: dict[int, RowOutcome] = {}
    learners = learners_for([one.order.recipient for one in rows], organisation=basis.organisation)
    standing = standing_awards(learners, basis)
    policy = basis.version.achievement.duplicates
    taken: list[CheckedRow] = []
    holders: list[uuid.UUID] = []
    met: set[uuid.UUID] = set()
    standing_ones: dict[int, uuid.UUID] = {}
    for one, learner in zip(rows, learners, strict=True):
        if learner in met and not may_name_again(one.order, policy):
            outcomes[one.row] = _refused(one.row, repeated(one.order.recipient))
            continue
        met.add(learner)
        held = standing.get(basis.dedupe_key(learner)) if standing else None
        if held and not may_repeat(one.order, policy):
            outcomes[one.row] = RowOutcome(row=one.row, state="already-awarded", id=held, notes=one.order.notes)
            continue
        if held and policy == DuplicatePolicy.REPLACE:
            standing_ones[len(taken)] = held
        taken.append(one)
        holders.append(learner)
    replaced = newest_of(standing_ones) if standing_ones else {}
    return outcomes | (_accept(taken, holders, replaced, accepting) if taken else {})


def _accept(
    rows: Sequence[CheckedRow], learners: Sequence[uuid.UUID], replaced: dict[int, uuid.UUID], accepting: Accepting
) -> dict[int, RowOutcome]:
    """Insert the awards of one chunk, those of each day together, with their entry in the audit trail."""
    basis, batch = accepting.basis, accepting.batch
    outcomes: dict[int, RowOutcome] = {}
    for _day, places in grouped(range(len(rows)), lambda place: rows[place].order.send_at):
        own = [rows[place] for place in places]
        accepted = Accepted(
            [one.order for one in own],
            [learners[place] for place in places],
            [one.row + accepting.shift for one in own],
            basis,
            accepting.actor,
            batch,
        )
        ids = insert_awards(
            accepted, replaced={new: replaced[old] for new, old in enumerate(places) if old in replaced}
        )
        for one, award_id in zip(own, ids, strict=True):
            outcomes[one.row] = RowOutcome(row=one.row, state="accepted", id=award_id, notes=one.order.notes)
    record_act(accepting.actor, "batch.accepted", batch, organisation=basis.organisation, count=len(rows))
    return outcomes


def _hold(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, uuid.UUID]:
    """Keep the batch for this chunk alone; return {row: award} of what another worker has accepted of it since.

    Raises:
        BatchStoppedError: it was cancelled.
    """
    batch = Batch.objects.select_for_update().only("state").get(pk=accepting.batch.pk)
    if batch.state == BatchState.CANCELLED:
        raise BatchStoppedError
    done = _done_by_others(rows, accepting)
    if not done:
        Batch.objects.filter(pk=batch.pk).update(rows_done=F("rows_done") + len(rows))
    return done


def _done_by_others(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, uuid.UUID]:
    span = (rows[0].row + accepting.shift, rows[-1].row + accepting.shift)
    theirs = Award.objects.filter(batch=accepting.batch, row_number__range=span).values_list("row_number", "id")
    found = {number - accepting.shift: award_id for number, award_id in theirs if number is not None}
    # What another row of the span has is no row of this chunk.
    return {one.row: found[one.row] for one in rows if one.row in found} if found else {}


def close_batch(batch: Batch, outcomes: Mapping[int, RowOutcome]) -> None:
    """Keep the counts, the groups of faults, and the first rows that need an eye."""
    Batch.objects.filter(pk=batch.pk).exclude(state=BatchState.CANCELLED).update(
        state=BatchState.DONE,
        ended_at=timezone.now(),
        rows_total=len(outcomes),
        rows_done=len(outcomes),
        **report_of(outcomes),
    )


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part
