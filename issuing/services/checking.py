"""Checking a file whole before anything of it is accepted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from catalogue.models import DuplicatePolicy
from issuing.models import Batch
from issuing.services.awarding import may_name_again, standing_awards
from issuing.services.basis import Basis
from issuing.services.facts import CheckedOrder, check_order
from issuing.services.naming import NamedPeople
from issuing.services.oneself import TO_ONESELF
from issuing.services.options import USUAL, BatchOptions, Handling, handling_of, rows_with
from issuing.services.orders import AwardOrder, BatchRow, RowOutcome
from issuing.services.standing import StandingAward, awards_of_editions, columns_changed, standing_facts
from registry.refusals import Refusal, RuleBrokenError, gettext_noop

CHECKED_AT_ONCE = 5_000

Progress = Callable[[str, int], None]
T = TypeVar("T")

HELD: Final = Refusal(
    "",
    "already-awarded",
    gettext_noop("This person holds the award already: leave the row out, or let the file pass over such people."),
)


class CheckedRow(NamedTuple):
    """A row that breaks no rule, and whom it names, where the organisation knew them when the file was checked.

    `replaces`: the award whose place it takes, and `changed` the columns in which it differs from that one.
    """

    row: int
    order: CheckedOrder
    learner: uuid.UUID | None
    replaces: uuid.UUID | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checking:
    """What the rows of a file are checked against; `done` are rows that were accepted of the same file before."""

    basis: Basis
    options: BatchOptions = USUAL
    follows: Batch | None = None
    done: Mapping[int, uuid.UUID] = field(default_factory=dict)

    @property
    def handling(self) -> Handling:
        """What becomes of people who hold the award."""
        return handling_of(self.options, self.basis, self.follows)


def check_rows(
    rows: Iterable[BatchRow], checking: Checking, progress: Progress
) -> tuple[dict[int, RowOutcome], list[CheckedRow]]:
    """Check every row: 1. by itself, 2. beside the rows before it, 3. beside what its person holds.

    Returns outcomes of rows that cannot or need not be accepted, and the rows that can.
    """
    outcomes: dict[int, RowOutcome] = {}
    good: list[CheckedRow] = []
    people, handling = NamedPeople(checking.basis.organisation), checking.handling
    for part in chunks(rows_with(rows, checking.options, handling), CHECKED_AT_ONCE):
        readable = list(_readable(part, checking.basis, outcomes))  # 1
        named = _told_apart(readable, people, outcomes, handling.policy)  # 2
        held, bound = _held(named, checking)  # 3
        standing = standing_facts(set(held.values())) if held else {}
        asked = {one.row: one.order for one in part} if held and handling.corrects else {}
        for one in named:
            if one.row in checking.done:
                outcomes[one.row] = RowOutcome(row=one.row, state="already-awarded", id=checking.done[one.row])
            elif one.learner in checking.basis.oneself.learners:
                outcomes[one.row] = refused_row(one.row, RuleBrokenError.of([TO_ONESELF]))
            elif one.row not in held:
                good.append(one)
            else:
                kind = handling._replace(policy=DuplicatePolicy.DENY) if one.row in bound else handling
                met = _beside(one, asked.get(one.row), standing[held[one.row]], checking.basis, kind)
                if isinstance(met, RowOutcome):
                    outcomes[one.row] = met
                else:
                    good.append(met)
        progress("checked", len(good) + len(outcomes))
    return outcomes, good


def _readable(
    rows: Sequence[BatchRow], basis: Basis, outcomes: dict[int, RowOutcome]
) -> Iterator[tuple[int, CheckedOrder]]:
    for row in rows:
        if row.passed:
            outcomes[row.row] = RowOutcome(row=row.row, state=row.passed)
            continue
        try:
            if row.order is None:
                raise RuleBrokenError.of(row.faults)
            checked = check_order(row.order, basis, row.faults)
        except RuleBrokenError as broken:
            outcomes[row.row] = refused_row(row.row, broken)
        else:
            yield row.row, checked


def refused_row(row: int, broken: RuleBrokenError) -> RowOutcome:
    """Return a row that is refused, with all its faults."""
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
            outcomes[row] = refused_row(row, broken)
    return checked


def _held(checked: Sequence[CheckedRow], checking: Checking) -> tuple[dict[int, uuid.UUID], set[int]]:
    """Return {row: award} of those who hold the line, or have an award of an earlier edition; and the rows of the latter.

    An award that was made once more holds no line, and no file takes its place. Nothing is written.
    """
    learners = [one.learner for one in checked if one.learner]
    standing = standing_awards(learners, checking.basis)
    held = {
        one.row: standing[key]
        for one in (checked if standing else ())
        if one.learner and (key := checking.basis.dedupe_key(one.learner)) in standing
    }
    earlier = awards_of_editions(checking.follows, learners)
    further = {one.row: earlier[one.learner] for one in checked if one.learner in earlier and one.row not in held}
    return held | further, set(further)


def _beside(
    one: CheckedRow, asked: AwardOrder | None, standing: StandingAward, basis: Basis, handling: Handling
) -> CheckedRow | RowOutcome:
    """Look at a row beside the award that its person holds; a correction that names no day means the day of that one."""
    if asked is not None and not asked.stated.get("awarded_on"):
        try:
            one = one._replace(order=check_order(asked.stating(awarded_on=standing.awarded_on), basis))
        except RuleBrokenError as broken:
            return refused_row(one.row, broken)
    return beside_standing(one, standing, basis, handling)


def beside_standing(
    one: CheckedRow, standing: StandingAward, basis: Basis, handling: Handling
) -> CheckedRow | RowOutcome:
    """Return a row that is accepted although its person holds the award, or what becomes of it instead."""
    if may_name_again(one.order, handling.policy):
        return one
    changed = columns_changed(one.order, standing, basis)
    if handling.policy == DuplicatePolicy.REPLACE and changed:
        return one._replace(replaces=standing.id, changed=changed)
    if handling.refuses:
        return RowOutcome(row=one.row, state="refused", id=standing.id, faults=(HELD,))
    return RowOutcome(
        row=one.row,
        state="already-awarded",
        id=standing.id,
        notes=one.order.notes,
        batch=standing.batch_id,
        changed=changed,
    )


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part
