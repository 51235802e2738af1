"""The act of awarding a whole file: everything is checked first, then accepted chunk by chunk.

Each chunk is one transaction, found again by (batch, row) and by who holds what: a file that was cut off in the
middle of being accepted is completed by sending it again, and a file sent twice awards nobody twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from catalogue.models import Achievement, DuplicatePolicy
from issuing.collecting import rare_collections
from issuing.models import Award, Batch, BatchState
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
REPORTED_ROWS = 1_000

OnError = Literal["refuse", "skip"]
Progress = Callable[[str, int], None]
T = TypeVar("T")


class CheckedRow(NamedTuple):
    """A row that breaks no rule, and whom it names, where the organisation knew them when the file was checked."""

    row: int
    order: CheckedOrder
    learner: uuid.UUID | None


@rare_collections()
def award_batch(
    *,
    achievement: Achievement,
    rows: Iterable[BatchRow],
    file_sha: str,
    actor: Actor,
    on_error: OnError = "refuse",
    progress: Progress = lambda _step, _rows: None,
) -> BatchOutcome:
    """Accept the awards of a file; with `refuse` one bad row stops all, with `skip` the good rows are taken.

    `progress` hears ("checked" | "accepted", rows so far). Refused rows are outcomes, not exceptions.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded (any more).
    """
    require_role(actor, achievement.issuer.node, Role.AWARDER)
    basis = basis_of(achievement)
    batch = _standing(basis, file_sha).first()
    outcomes, good = _checked_file(rows, basis, batch, progress)
    refused = any(outcome.state == "refused" for outcome in outcomes.values())
    if refused and on_error == "refuse":
        for one in good:
            outcomes[one.row] = RowOutcome(row=one.row, state="not-accepted", notes=one.order.notes)
        return _outcome(outcomes, batch)
    if good:
        batch = batch or _new_batch(basis, file_sha)
        _accept_all(good, outcomes, Accepting(basis, batch, actor, progress))
        _close(batch, outcomes)
    return _outcome(outcomes, batch)


class Accepting:
    """What accepting a file's chunks shares."""

    def __init__(self, basis: Basis, batch: Batch, actor: Actor, progress: Progress) -> None:
        self.basis, self.batch, self.actor, self.progress = basis, batch, actor, progress
        self.done = 0


def _checked_file(
    rows: Iterable[BatchRow], basis: Basis, batch: Batch | None, progress: Progress
) -> tuple[dict[int, RowOutcome], list[CheckedRow]]:
    """Check every row: by itself, against the rows before it, and against what its learner holds."""
    outcomes: dict[int, RowOutcome] = {}
    good: list[CheckedRow] = []
    people = NamedPeople(basis.organisation)
    done = dict(Award.objects.filter(batch=batch).values_list("row_number", "id")) if batch else {}
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


def _new_batch(basis: Basis, file_sha: str) -> Batch:
    batch, _created = _standing(basis, file_sha).get_or_create(
        organisation=basis.organisation,
        file_sha=file_sha,
        version=basis.version,
        defaults={"state": BatchState.RUNNING},
    )
    return batch


def _standing(basis: Basis, file_sha: str) -> QuerySet[Batch]:
    same = Batch.objects.filter(organisation=basis.organisation, file_sha=file_sha, version=basis.version)
    return same.exclude(state=BatchState.CANCELLED)


def _accept_all(good: Sequence[CheckedRow], outcomes: dict[int, RowOutcome], accepting: Accepting) -> None:
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
    recipients = [one.order.recipient for one in rows]
    learners = learners_for(recipients, organisation=accepting.basis.organisation, known={})
    return _accept(rows, learners, {}, accepting)


@transaction.atomic
def _accept_chunk(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, RowOutcome]:
    """Accept one chunk in one transaction; who was awarded since the check keeps that award."""
    basis = accepting.basis
    learners = learners_for([one.order.recipient for one in rows], organisation=basis.organisation)
    standing = standing_awards(learners, basis)
    policy = basis.version.achievement.duplicates
    outcomes: dict[int, RowOutcome] = {}
    taken: list[CheckedRow] = []
    theirs: list[uuid.UUID] = []
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
        theirs.append(learner)
    replaced = newest_of(standing_ones) if standing_ones else {}
    return outcomes | (_accept(taken, theirs, replaced, accepting) if taken else {})


def _accept(
    rows: Sequence[CheckedRow], learners: Sequence[uuid.UUID], replaced: dict[int, uuid.UUID], accepting: Accepting
) -> dict[int, RowOutcome]:
    """Insert the awards of one chunk, with their entry in the audit trail."""
    basis, batch = accepting.basis, accepting.batch
    orders, numbers = [one.order for one in rows], [one.row for one in rows]
    accepted = Accepted(orders, learners, numbers, basis, accepting.actor, batch)
    ids = insert_awards(accepted, replaced=replaced)
    record_act(accepting.actor, "batch.accepted", batch, organisation=basis.organisation, count=len(ids))
    return {
        one.row: RowOutcome(row=one.row, state="accepted", id=award_id, notes=one.order.notes)
        for one, award_id in zip(rows, ids, strict=True)
    }


def _close(batch: Batch, outcomes: dict[int, RowOutcome]) -> None:
    """Keep the counts and the rows that were not accepted; the file itself is not kept."""
    report = [outcome.told() for outcome in outcomes.values() if outcome.state == "refused"]
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.DONE, counts=_counts(outcomes), report=report[:REPORTED_ROWS]
    )


def _counts(outcomes: dict[int, RowOutcome]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in outcomes.values():
        counts[outcome.state] = counts.get(outcome.state, 0) + 1
    return counts


def _outcome(outcomes: dict[int, RowOutcome], batch: Batch | None) -> BatchOutcome:
    ordered = tuple(outcomes[row] for row in sorted(outcomes))
    return BatchOutcome(rows=ordered, batch_id=batch.pk if batch else None, counts=_counts(outcomes))


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part
