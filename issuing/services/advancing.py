"""The one act that takes awards a step along their way (`issuing.way`) and queues what follows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from django.utils import timezone

from issuing.approvals_asked import note_asked, note_decided
from issuing.delivery.queueing import queue_letters
from issuing.delivery.telling import tell_of_waiting
from issuing.models import Award, AwardState, Letter, LetterKind, LetterState
from issuing.services.lines import close_ranks, give_up_lines
from issuing.services.releases import end_releases
from issuing.steps import move_to
from issuing.way import ENDED, FIRST, QUEUED, SAME, STEPS, Act, Needs, Queued, first_state, next_state, step_of
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Organisation, SigningPolicy
from registry.outbox import Topic, publish

CLAIM_DAYS: Final = 365
"""What has waited for its holder so long lapses."""
AT_ONCE: Final = 1_000
"""Awards in one piece of work."""
T = TypeVar("T")


class Passing(NamedTuple):
    """What a step reads of an award: its columns, and the signing policy of its organisation."""

    id: uuid.UUID
    state: str
    organisation_id: uuid.UUID
    version_id: uuid.UUID
    issuer_profile_id: uuid.UUID
    builder_version: int
    status_list_id: uuid.UUID
    language: str
    revision: int
    not_before: dt.datetime | None
    claim_until: dt.datetime | None
    signing_policy: str


class Entering(NamedTuple):
    """Awards that have just entered a state; `new` ones were made so, with what their rows say already."""

    rows: Sequence[Passing]
    at: dt.datetime
    new: bool = False


def advance_awards(
    award_ids: Sequence[uuid.UUID], act: Act, *, at: dt.datetime | None = None, approval: bool = False, **columns: Any
) -> list[Passing]:
    """Take a step with each of these awards that may take it, in the caller's transaction, and queue what follows.

    Args:
        award_ids: of any organisations; one that may not take the step is left alone.
        act: which step.
        at: the moment of the act, now unless given.
        approval: the award has to be approved (only a step to the first state asks).
        **columns: what else is written in these rows, such as `claimed_at`.

    Returns:
        The awards that took it, as they were.
    """
    now = at or timezone.now()
    taken: list[Passing] = []
    for ids in parts(award_ids):
        rows = held_awards(ids, sources_of(act))
        if asked := [row.id for row in rows if row.state == AwardState.AWAITING_APPROVAL]:
            note_decided(asked)
        for target, own in grouped(rows, lambda row: _target(row, act, now, approval=approval)):
            move_to(target, [row.id for row in own], **columns)
            if target is not None:
                read = {name: value for name, value in columns.items() if name in Passing._fields}
                enter(target, Entering([row._replace(**read) for row in own], now))
        taken += rows
    return taken


def record_ends(ended: Iterable[Passing], act: str, *, actor: Actor) -> None:
    """Write an entry `act` for each award that ended unsigned, in the caller's transaction: nothing else tells of them."""
    for row in ended:
        record_act(actor, act, Award(pk=row.id), organisation=Organisation(pk=row.organisation_id))


def enter(state: AwardState, entering: Entering) -> None:
    """Queue what a state asks for, for awards that have just entered it, in the caller's transaction."""
    for queued in QUEUED[state]:
        _QUEUES[queued](entering)
    if state in ENDED:
        ids = [row.id for row in entering.rows]
        close_ranks(ids)
        give_up_lines(ids)
        end_releases(ids)


def needs_of(row: Passing, *, approval: bool = False) -> Needs:
    """Return what asks for steps of an award."""
    return Needs(approval, row.not_before, row.signing_policy == SigningPolicy.AT_CLAIM)


def sources_of(act: Act) -> set[AwardState]:
    """Return the states that an act may leave."""
    return {state for step in STEPS if step.act is act for state in step.sources}


def held_awards(award_ids: Sequence[uuid.UUID], states: Iterable[AwardState]) -> list[Passing]:
    """Hold the rows of awards that are in one of these states, in an order that all acts keep."""
    rows = Award.objects.select_for_update(of=("self",)).filter(id__any_of=award_ids, state__in=states)
    columns = [*Passing._fields[:-1], "organisation__signing_policy"]
    return [Passing(*row) for row in rows.order_by("id").values_list(*columns)]


def grouped(rows: Iterable[T], key: Callable[[T], Hashable]) -> Iterator[tuple[Any, list[T]]]:
    """Yield (key, rows) in the order in which keys first come."""
    groups: dict[Hashable, list[T]] = {}
    last: Hashable = None
    own = groups[last] = []
    for row in rows:
        found = key(row)
        # What a chunk shares is mostly the same: comparing it costs less than looking it up.
        if found != last:
            last, own = found, groups.setdefault(found, [])
        own.append(row)
    yield from ((shared, rows) for shared, rows in groups.items() if rows)


def parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield a sequence in pieces of work."""
    return (items[first : first + AT_ONCE] for first in range(0, len(items), AT_ONCE))


def _target(row: Passing, act: Act, now: dt.datetime, *, approval: bool) -> AwardState | None:
    """Return where a step leads; None where the award stays in its state and only gets a time."""
    step = step_of(act, AwardState(row.state))
    target = step.target if step else SAME
    if target == SAME:
        return None
    if target == FIRST:
        return first_state(needs_of(row, approval=approval), at=now)
    if isinstance(target, AwardState):
        return target
    return next_state(AwardState(row.state), needs_of(row), at=now)


def _queue_signing(entering: Entering) -> None:
    """Ask for signatures: a chunk is of one organisation, version, issuer profile and builder."""
    for _same, own in grouped(entering.rows, lambda row: row[2:6]):
        for chunk in parts(own):
            publish(Topic.AWARDS_ACCEPTED, _payload(chunk), tenant=chunk[0].organisation_id)


def _ask_for_approval(entering: Entering) -> None:
    note_asked([row.id for row in entering.rows], at=entering.at)


def _queue_day(entering: Entering) -> None:
    for (tenant, day), own in grouped(entering.rows, lambda row: (row.organisation_id, row.not_before)):
        for chunk in parts(own):
            publish(Topic.AWARDS_DUE, _payload(chunk), tenant=tenant, not_before=day)


def end_of_claim(at: dt.datetime) -> dt.datetime:
    """Return until when what waits for its holder from now on can be accepted."""
    return at + dt.timedelta(days=CLAIM_DAYS)


def _queue_end_of_claim(entering: Entering) -> None:
    end = end_of_claim(entering.at)
    if not entering.new:
        move_to(None, [row.id for row in entering.rows], claim_until=end)
    for tenant, own in grouped(entering.rows, lambda row: row.organisation_id):
        for chunk in parts(own):
            publish(Topic.AWARDS_DUE, _payload(chunk), tenant=tenant, not_before=end)


def _queue_claim_letters(entering: Entering) -> None:
    """Write to holders. Whose letter has left gets another one for the facts that were fixed since."""
    ids = [row.id for row in entering.rows]
    if not entering.new:
        letters = Letter.objects.filter(award_id__any_of=ids, kind=LetterKind.CLAIM)
        written = set(letters.exclude(state=LetterState.WAITING).values_list("award_id", flat=True))
        again = [row for row in entering.rows if row.id in written]
        for revision, own in grouped(again, lambda row: row.revision):
            awards = [row.id for row in own]
            queue_letters(awards, kind=LetterKind.CLAIM, not_before=entering.at, occasion=str(revision))
    tell_of_waiting(ids, at=entering.at, claim_until=end_of_claim(entering.at))


def _queue_lists(entering: Entering) -> None:
    for (tenant, list_id), _own in grouped(entering.rows, lambda row: (row.organisation_id, row.status_list_id)):
        ask_for_list(list_id, tenant=tenant)


def ask_for_list(list_id: uuid.UUID, *, tenant: uuid.UUID) -> None:
    """Ask the worker to publish a status list anew, in the caller's transaction."""
    publish(Topic.STATUS_CHANGED, {"list_id": str(list_id)}, tenant=tenant)


def _payload(rows: Sequence[Passing]) -> dict[str, list[str]]:
    return {"award_ids": [str(row.id) for row in rows]}


def _queue_nothing(_entering: Entering) -> None:
    """Signing queues its letters itself: it has their languages at hand."""


_QUEUES: Final[dict[Queued, Callable[[Entering], None]]] = {
    Queued.APPROVAL: _ask_for_approval,
    Queued.SIGNING: _queue_signing,
    Queued.DAY: _queue_day,
    Queued.CLAIM_LETTER: _queue_claim_letters,
    Queued.END_OF_CLAIM: _queue_end_of_claim,
    Queued.LETTER: _queue_nothing,
    Queued.LIST: _queue_lists,
}
