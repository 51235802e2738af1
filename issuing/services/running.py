"""Working a kept file off: checked whole, then accepted chunk by chunk. It may be cut off anywhere and begun again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from django.db import transaction

from issuing.errors import BatchStoppedError
from issuing.garbage import rare_garbage_collection
from issuing.models import FIRST_ROW_OF_FILES, Batch, BatchState
from issuing.services.basis import Basis, basis_of
from issuing.services.batch_reports import groups_of, outcome_of, report_of
from issuing.services.batches import (
    Accepting,
    accept_rows,
    accepted_row,
    close_batch,
    done_rows,
    is_refused,
    own_rows,
    stop_all,
)
from issuing.services.checking import CheckedRow, Checking, Progress, check_rows
from issuing.services.drafts import ask_worker, batch_of, end_batch, tell_maker
from issuing.services.offsets import counted_in
from issuing.services.options import BatchOptions, require_options
from issuing.services.orders import BatchOutcome, RowOutcome
from issuing.services.reading import ColumnsNeededError, rows_of
from registry.actors import Actor
from registry.errors import ConflictError, ForbiddenError
from registry.models import NewsKind, Role
from registry.permissions import require_role
from registry.refusals import RuleBrokenError
from registry.selectors import actor_again

NOTHING = BatchOutcome(rows=())
OVER: Final = (BatchState.DONE, BatchState.CANCELLED)
NOTHING_TO_DO: Final = (*OVER, BatchState.READY, BatchState.COLUMNS)
"""Where a batch is over, or waits for somebody: a message that comes twice finds it so."""


@rare_garbage_collection()
def run_batch(*, batch_id: uuid.UUID, progress: Progress = lambda _step, _rows: None) -> BatchOutcome:
    """Check a kept file and, once it is confirmed, accept its awards; safe to repeat, and to run twice at once.

    1. whoever asked still may award, and the achievement can be; 2. the file is read; 3. every row is checked, and
    the report kept; 4. confirmed, the good rows are accepted.

    A batch that cannot go on is cancelled with a code: `role-required`, `scope-required`, what the achievement is
    refused for, `file-refused`, `rows-refused`.

    Returns:
        Every row; none where the batch was over before.
    """
    begun = _begun(batch_id)
    if begun is None:
        return NOTHING
    batch = begun.batch
    try:
        basis = _basis(batch)  # 1
        rows = rows_of(batch)  # 2
    except (ConflictError, ForbiddenError) as refusal:
        return _ended(batch, {}, code=refusal.code)
    except RuleBrokenError as broken:
        return _not_read(batch, broken)
    checking = Checking(basis, BatchOptions.of(batch), batch.follows, begun.done)
    outcomes, good = check_rows(rows, checking, _written_down(batch, progress))  # 3
    outcomes |= _own(begun)
    good = [one for one in good if one.row not in outcomes]
    if is_refused(outcomes) and batch.confirmed_at and checking.options.on_error != "skip":
        stop_all(outcomes, good)
        return _ended(batch, outcomes, code="rows-refused")
    if not _checked(batch, outcomes, good) or not batch.confirmed_at:
        return outcome_of(outcomes, batch)
    actor = actor_again(batch.made_by_kind, batch.made_by, batch.made_by_scopes)
    try:  # 4
        accept_rows(good, outcomes, Accepting(basis, batch, actor, _first_row(batch), progress))
    except BatchStoppedError:
        return outcome_of(outcomes, batch)
    except (ConflictError, ForbiddenError) as refusal:
        return _ended(batch, outcomes, code=refusal.code)
    return _done(batch, outcomes)


@transaction.atomic
def _done(batch: Batch, outcomes: dict[int, RowOutcome]) -> BatchOutcome:
    if _as_asked(batch) is not None:
        close_batch(batch, outcomes)
        tell_maker(batch, NewsKind.BATCH_DONE)
    return outcome_of(outcomes, batch)


class _Begun(NamedTuple):
    """A batch as a worker finds it: {row: award} of what was accepted of its file, and whether another one was at it."""

    batch: Batch
    done: dict[int, uuid.UUID]
    goes_on: bool


@transaction.atomic
def _begun(batch_id: uuid.UUID) -> _Begun | None:
    """Return a batch that is to be worked on; None where it is over, was checked, or its file is gone."""
    waiting = Batch.objects.select_for_update().filter(pk=batch_id, file__isnull=False)
    before = waiting.exclude(state__in=NOTHING_TO_DO).first()
    if before is None:
        return None
    # One that was running goes on: what it has accepted is its own.
    again = Batch.objects.filter(pk=batch_id)
    again.exclude(state=BatchState.RUNNING).update(state=BatchState.CHECKING)
    again.update(rows_done=0)
    batch = batch_of(batch_id)
    # Asked while it is held: what is accepted from here on, by whomever, is its own.
    done = done_rows(batch.version, batch.file_sha, _first_row(batch))
    return _Begun(batch, done, before.state in (BatchState.CHECKING, BatchState.RUNNING))


def _own(begun: _Begun) -> dict[int, RowOutcome]:
    """Return what a batch has accepted itself: before its worker was lost, or by another one that is at it."""
    batch = begun.batch
    if batch.confirmed_at is None:
        return {}
    own = own_rows(batch, _first_row(batch), since=batch.confirmed_at)
    done = {} if begun.goes_on else begun.done
    return {
        row: RowOutcome(row=row, state="accepted", id=award_id) for row, award_id in own.items() if row not in done
    }


def _as_asked(batch: Batch) -> Batch | None:
    """Hold a batch that still waits for what this worker was asked for; None where that is over, or is asked otherwise.

    Whoever comes late must neither take a confirmation back nor open again what another worker has brought to its end.
    """
    held = Batch.objects.select_for_update().exclude(state__in=OVER).filter(pk=batch.pk).first()
    if held is None or held.confirmed_at != batch.confirmed_at or held.mapping != batch.mapping:
        return None
    return held if BatchOptions.of(held) == BatchOptions.of(batch) else None


def _basis(batch: Batch) -> Basis:
    """Return what the awards rest on, as it is now.

    Raises:
        ForbiddenError: whoever asked may not award here any more.
        ConflictError: the achievement cannot be awarded any more, or has another version by now.
    """
    actor = actor_again(batch.made_by_kind, batch.made_by, batch.made_by_scopes)
    _may_award(batch, actor)
    basis = basis_of(batch.version.achievement, actor)
    if basis.version.pk != batch.version_id:
        raise ConflictError(code="version-replaced")
    if batch.confirmed_at:
        # A day to wait for that passes while the worker is at it is at once, not over.
        asked = counted_in(basis.organisation.timezone, batch.confirmed_at)
        basis = replace(basis, asked_on=asked.date())
    require_options(BatchOptions.of(batch), basis=basis, follows=batch.follows, actor=actor)
    return basis


def _may_award(batch: Batch, actor: Actor) -> None:
    """Look who asked up again: roles, keys and clients end.

    Raises:
        ForbiddenError: they may not award here any more.
    """
    require_role(actor, batch.version.achievement.issuer.node, Role.AWARDER)


def _first_row(batch: Batch) -> int:
    return 1 if batch.file.kind == "orders" else FIRST_ROW_OF_FILES


@transaction.atomic
def _not_read(batch: Batch, broken: RuleBrokenError) -> BatchOutcome:
    """End a batch whose file cannot be used; a draft whose headings are not understood waits for somebody who says."""
    outcome = RowOutcome(row=0, state="refused", faults=broken.refusals)
    if not isinstance(broken, ColumnsNeededError):
        return _ended(batch, {0: outcome}, code="file-refused")
    if _as_asked(batch) is not None:
        groups = groups_of({0: outcome})
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.COLUMNS, options=batch.options, groups=groups)
    return NOTHING


def _written_down(batch: Batch, progress: Progress) -> Callable[[str, int], None]:
    """Write down how far the check is, for whoever looks."""

    def tell(step: str, rows: int) -> None:
        Batch.objects.filter(pk=batch.pk).update(rows_done=rows)
        progress(step, rows)

    return tell


@transaction.atomic
def _checked(batch: Batch, outcomes: dict[int, RowOutcome], good: list[CheckedRow]) -> bool:
    """Keep the report of the check; False: it is over meanwhile, or asked for otherwise."""
    if _as_asked(batch) is None:
        return False
    report = report_of(outcomes | {one.row: accepted_row(one, None, state="good") for one in good}, batch)
    state = BatchState.RUNNING if batch.confirmed_at else BatchState.READY
    total = len(outcomes) + len(good)
    Batch.objects.filter(pk=batch.pk).update(state=state, rows_total=total, rows_done=len(outcomes), **report)
    return True


@transaction.atomic
def _ended(batch: Batch, outcomes: dict[int, RowOutcome], *, code: str) -> BatchOutcome:
    held = _as_asked(batch)
    if held is not None and held.made_by != batch.made_by:
        # It was handed over meanwhile: whoever answers for it now goes on.
        ask_worker(held)
    elif held is not None:
        end_batch(held, code=code, rows_total=len(outcomes), **report_of(outcomes, batch))
    return outcome_of(outcomes, held or batch)
