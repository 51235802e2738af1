"""The act of awarding a whole file: everything is checked first, then accepted chunk by chunk.

Each chunk is one transaction, found again by (batch, row) and by who holds what: a file that was cut off in the
middle of being accepted is completed by sending it again, and a file sent twice awards nobody twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalogue.models import Achievement, AchievementVersion
from issuing.errors import BatchStoppedError
from issuing.garbage import rare_garbage_collection
from issuing.models import FIRST_ROW_OF_FILES, Award, Batch, BatchState, StatusPurpose
from issuing.services.advancing import grouped
from issuing.services.awarding import (
    CHUNK_AWARDS,
    Accepted,
    insert_awards,
    may_name_again,
    retried,
    standing_awards,
)
from issuing.services.basis import Basis, basis_of
from issuing.services.batch_reports import outcome_of, report_of
from issuing.services.checking import CheckedRow, Checking, Progress, beside_standing, check_rows, chunks, refused_row
from issuing.services.lines import newest_of
from issuing.services.naming import broken_by, repeated
from issuing.services.options import USUAL, BatchOptions, Handling, check_day, handling_of, require_options
from issuing.services.orders import BatchOutcome, BatchRow, RowOutcome
from issuing.services.standing import standing_facts
from issuing.way import ENDED
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Role
from registry.permissions import require_role
from registry.services import NotOnePersonError, learners_for


# The plan of `award_batch`. The same file sent again finds what is there and does the rest: wherever this is killed, sending it
# again is the remedy, and no row is awarded twice.
#
# 1. Who may, what the awards rest on (role, version, policy, issuer as they are now), and what may be asked for with them.
# 2. The batch of the same file and version, where it was sent before, and the rows that it has.
# 3. Every row is checked; nothing is written. Killed here, nothing has happened.
# 4. With `refuse` a bad row stops all of them, still before anything is written.
# 5. The batch. What fits into one chunk is one transaction from here to the end. Of more, killed here, it stands empty and
#    is found again by 2.
# 6. The good rows, a chunk a transaction: awards, places, letters and what the worker signs are kept together or not at
#    all. Killed between two chunks, the earlier ones are signed and the later ones are not there.
# 7. The batch is done, with its counts. Killed before, it is closed when the file is sent again, though no row is left.
@rare_garbage_collection()
def award_batch(
    *,
    achievement: Achievement,
    rows: Iterable[BatchRow],
    file_sha: str,
    actor: Actor,
    options: BatchOptions = USUAL,
    mapping: Mapping[str, str] | None = None,
    follows: Batch | None = None,
    first_row: int = FIRST_ROW_OF_FILES,
    progress: Progress = lambda _step, _rows: None,
) -> BatchOutcome:
    """Accept awards here and now; with `on_error` "refuse" one bad row stops all, with "skip" the good rows are taken.

    For few rows; many are made a draft of (`make_batch`). `follows` is the batch of the file that this one corrects,
    `first_row` the number of the first person's row; `progress` hears ("checked" | "accepted", rows so far). Refused
    rows are outcomes, not exceptions.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded (any more).
        Others: as `require_options` and `check_day`.
    """
    require_role(actor, achievement.issuer.node, Role.AWARDER)  # 1
    basis = basis_of(achievement, actor)
    require_options(options, basis=basis, follows=follows, actor=actor)
    check_day(options, basis)
    batch = _standing(basis, file_sha).first()  # 2
    checking = Checking(basis, options, follows, done_rows(basis.version, file_sha, first_row))
    outcomes, good = check_rows(rows, checking, progress)  # 3
    if is_refused(outcomes) and options.on_error == "refuse":  # 4
        stop_all(outcomes, good)
        return outcome_of(outcomes, batch)
    with transaction.atomic() if len(good) <= CHUNK_AWARDS else nullcontext():
        if good:
            batch = batch or _new_batch(checking, file_sha, first_row=first_row, mapping=mapping, actor=actor)  # 5
            accept_rows(good, outcomes, Accepting(basis, batch, actor, first_row, progress))  # 6
        if batch and (good or batch.state == BatchState.RUNNING):
            close_batch(batch, outcomes)  # 7
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
    def handling(self) -> Handling:
        """What becomes of people who hold the award."""
        return handling_of(BatchOptions.of(self.batch), self.basis, self.batch.follows)

    @property
    def shift(self) -> int:
        """What is added to a row's number to keep it: batches from before count from 1."""
        return self.batch.first_row - self.first_row


def done_rows(version: AchievementVersion, file_sha: str, first_row: int) -> dict[int, uuid.UUID]:
    """Return {row: award} of what was accepted of the same file before, also by a batch that was cancelled meanwhile.

    What a cancelled one accepted counts while it stands: what ended or was revoked since can be awarded anew.
    """
    organisation = version.achievement.organisation_id
    same = Batch.objects.filter(organisation=organisation, version=version, file_sha=file_sha)
    done: dict[int, uuid.UUID] = {}
    for batch in same.only("first_row", "state"):
        awards = Award.objects.filter(batch=batch)
        if batch.state == BatchState.CANCELLED:
            revoked = Q(credential__status_changes__purpose=StatusPurpose.REVOCATION)
            awards = awards.exclude(state__in=ENDED).exclude(revoked)
        done |= _rows_of(awards, batch, first_row)
    return done


def own_rows(batch: Batch, first_row: int, *, since: dt.datetime) -> dict[int, uuid.UUID]:
    """Return {row: award} of what a batch has accepted since a moment."""
    # Awards carry whole seconds.
    awards = Award.objects.filter(batch=batch, accepted_at__gte=since.replace(microsecond=0))
    return _rows_of(awards, batch, first_row)


def _rows_of(awards: QuerySet[Award], batch: Batch, first_row: int) -> dict[int, uuid.UUID]:
    numbers = awards.values_list("row_number", "id")
    return {number + first_row - batch.first_row: award_id for number, award_id in numbers if number is not None}


def is_refused(outcomes: Mapping[int, RowOutcome]) -> bool:
    """Say whether a row was refused."""
    return any(outcome.state == "refused" for outcome in outcomes.values())


def stop_all(outcomes: dict[int, RowOutcome], good: Sequence[CheckedRow]) -> None:
    """Note that rows were good and are not accepted for others' sake."""
    for one in good:
        outcomes[one.row] = RowOutcome(row=one.row, state="not-accepted", notes=one.order.notes)


def _new_batch(
    checking: Checking, file_sha: str, *, first_row: int, mapping: Mapping[str, str] | None, actor: Actor
) -> Batch:
    basis, follows = checking.basis, checking.follows
    batch, _created = _standing(basis, file_sha).get_or_create(
        organisation=basis.organisation,
        file_sha=file_sha,
        version=basis.version,
        defaults={
            "state": BatchState.RUNNING,
            "first_row": first_row,
            "made_by_kind": actor.kind,
            "made_by": actor.id,
            "made_by_scopes": sorted(actor.scopes),
            "mapping": dict(mapping or {}),
            "options": checking.options.kept(),
            "follows": follows,
            "edition": follows.edition + 1 if follows else 1,
        },
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
        refused = {part[n].row: refused_row(part[n].row, broken_by(why)) for n, why in error.refusals.items()}
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
    basis, handling = accepting.basis, accepting.handling
    if done := _hold(rows, accepting):
        rest = [one for one in rows if one.row not in done]
        theirs = {row: RowOutcome(row=row, state="accepted", id=award_id) for row, award_id in done.items()}
        return theirs | (_accept_part(rest, accepting) if rest else {})
    outcomes: dict[int, RowOutcome] = {}
    learners = learners_for([one.order.recipient for one in rows], organisation=basis.organisation)
    standing = standing_awards(learners, basis)
    facts = standing_facts(set(standing.values())) if standing else {}
    taken: list[CheckedRow] = []
    holders: list[uuid.UUID] = []
    met: set[uuid.UUID] = set()
    for one, learner in zip(rows, learners, strict=True):
        if learner in met and not may_name_again(one.order, handling.policy):
            outcomes[one.row] = refused_row(one.row, repeated(one.order.recipient))
            continue
        met.add(learner)
        held = standing.get(basis.dedupe_key(learner)) if standing else None
        row = beside_standing(one, facts[held], basis, handling) if held else one._replace(replaces=None)
        if isinstance(row, RowOutcome):
            outcomes[one.row] = row
            continue
        taken.append(row)
        holders.append(learner)
    standing_ones = {place: row.replaces for place, row in enumerate(taken) if row.replaces}
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
            outcomes[one.row] = accepted_row(one, award_id)
    record_act(accepting.actor, "batch.accepted", batch, organisation=basis.organisation, count=len(rows))
    return outcomes


def accepted_row(one: CheckedRow, award_id: uuid.UUID | None, *, state: str = "accepted") -> RowOutcome:
    """Return a row that is accepted, or would be."""
    return RowOutcome(one.row, state, award_id, (), one.order.notes, None, one.changed, one.replaces)


def _hold(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, uuid.UUID]:
    """Keep the batch for this chunk alone; return {row: award} of what another worker has accepted of it since.

    Raises:
        BatchStoppedError: it was cancelled.
    """
    held = Batch.objects.filter(pk=accepting.batch.pk)
    if not held.exclude(state=BatchState.CANCELLED).update(rows_done=F("rows_done") + len(rows)):
        raise BatchStoppedError
    done = _done_by_others(rows, accepting)
    if done:
        held.update(rows_done=F("rows_done") - len(rows))
    return done


def _done_by_others(rows: Sequence[CheckedRow], accepting: Accepting) -> dict[int, uuid.UUID]:
    span = (rows[0].row + accepting.shift, rows[-1].row + accepting.shift)
    theirs = Award.objects.filter(batch=accepting.batch, row_number__range=span).values_list("row_number", "id")
    found = {number - accepting.shift: award_id for number, award_id in theirs if number is not None}
    # What another row of the span has is no row of this chunk.
    return {one.row: found[one.row] for one in rows if one.row in found} if found else {}


def close_batch(batch: Batch, outcomes: Mapping[int, RowOutcome]) -> None:
    """Keep the counts, the groups of what was found, and the first rows that need an eye."""
    Batch.objects.filter(pk=batch.pk).exclude(state=BatchState.CANCELLED).update(
        state=BatchState.DONE,
        ended_at=timezone.now(),
        rows_total=len(outcomes),
        rows_done=len(outcomes),
        **report_of(outcomes, batch),
    )
