"""Files of awards that are worked off later: a draft is made, checked, confirmed or cancelled; the worker does the rest."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalogue.models import Achievement
from issuing.errors import BatchStateError
from issuing.models import FIRST_ROW_OF_FILES, Award, Batch, BatchFile, BatchState, ResultsFile
from issuing.services.basis import basis_of
from issuing.services.options import USUAL, BatchOptions, OnError, check_day, require_options
from issuing.stated import DayOrMoment
from registry.actors import Actor
from registry.audit import record_act
from registry.models import NewsKind, Role
from registry.outbox import Topic, publish
from registry.permissions import require_role
from registry.selectors import as_now
from registry.telling_staff import note_news

KEPT_FOR = dt.timedelta(days=30)
FORGOTTEN_AT_ONCE = 100
BY_HAND = "by-hand"
MAKER_LEFT = "maker-left"
"""The code of a file whose awards stopped on their day: who answered for it holds no role any more."""
MANDATE_OVER = "mandate-over"
"""That of one whose awards are in the name of an organisation that mandates their issuer no more."""
STOPPED_ON_THEIR_DAY = frozenset({MAKER_LEFT, MANDATE_OVER})
FileKind = Literal["csv", "xlsx", "orders"]
AT_WORK = (BatchState.CHECKING, BatchState.CONFIRMED, BatchState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """A file to be awarded: of what, the bytes and their kind, and how.

    `confirm`: award as soon as it is checked; else it waits to be confirmed. `sent` are the bytes by which the same
    file is known again, where they are not what is kept. `follows`: the batch of the file that this one corrects.
    `results_file`: the file of results of which it is one achievement's part.
    """

    achievement: Achievement
    content: bytes
    kind: FileKind
    options: BatchOptions = USUAL
    confirm: bool = True
    mapping: Mapping[str, str] = field(default_factory=dict)
    sent: bytes | None = None
    follows: Batch | None = None
    results_file: ResultsFile | None = None


@transaction.atomic
def make_batch(*, order: BatchOrder, actor: Actor, by_worker: bool = True) -> Batch:
    """Keep a file to be checked and, if confirmed, awarded; the same file for the same version is the same batch.

    A file that was sent before is looked at again; while it is being worked on, that goes on. With `by_worker` false
    the caller runs it (`run_batch`).

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded (any more).
        BatchStateError: it is being worked on, and is asked for otherwise now.
        Others: as `require_options` and `check_day`.
    """
    achievement = order.achievement
    require_role(actor, achievement.issuer.node, Role.AWARDER)
    basis = basis_of(achievement)
    require_options(order.options, basis=basis, follows=order.follows, actor=actor)
    check_day(order.options, basis)
    standing = Batch.objects.exclude(state=BatchState.CANCELLED).select_for_update()
    batch, made = standing.get_or_create(
        organisation=basis.organisation,
        version=basis.version,
        file_sha=hashlib.sha256(order.sent or order.content).hexdigest(),
        defaults={"first_row": FIRST_ROW_OF_FILES if order.kind != "orders" else 1},
    )
    if batch.state in (*AT_WORK, BatchState.DRAFT) and BatchFile.objects.filter(batch=batch).exists():
        if _is_asked_alike(batch, order):
            # Whoever was at it may have been lost without a message that would bring it back.
            if by_worker:
                ask_worker(batch)
            return batch
        if batch.state in AT_WORK:
            raise BatchStateError(state=batch.state)
    _ask_for(batch, order, actor)
    kept = {"kind": order.kind, "content": zlib.compress(order.content, 1), "kept_until": timezone.now() + KEPT_FOR}
    BatchFile.objects.update_or_create(batch=batch, defaults=kept)
    record_act(actor, "batch.made" if made else "batch.sent_again", batch, organisation=basis.organisation)
    if by_worker:
        ask_worker(batch)
    return batch


def _is_asked_alike(batch: Batch, order: BatchOrder) -> bool:
    follows = None if order.follows is None or order.follows.pk == batch.pk else order.follows.pk
    mapping = dict(order.mapping)
    if batch.state == BatchState.DRAFT and order.confirm:
        return False
    return BatchOptions.of(batch) == order.options and batch.mapping == mapping and batch.follows_id == follows


def _ask_for(batch: Batch, order: BatchOrder, actor: Actor) -> None:
    """Write down who asks for what."""
    batch.made_by_kind, batch.made_by, batch.made_by_scopes = actor.kind, actor.id, sorted(actor.scopes)
    batch.mapping, batch.options = dict(order.mapping), order.options.kept()
    batch.state = BatchState.CONFIRMED if order.confirm else BatchState.DRAFT
    batch.confirmed_at = timezone.now() if order.confirm else None
    batch.ended_at, batch.ended_code, batch.results_file = None, "", order.results_file
    if order.follows is not None and order.follows.pk != batch.pk:
        batch.follows, batch.edition = order.follows, order.follows.edition + 1
    batch.save()


@transaction.atomic
def confirm_batch(
    *, batch: Batch, actor: Actor, on_error: OnError | None = None, send_at: DayOrMoment | None = None
) -> Batch:
    """Let a file that was checked be awarded; with `skip` the good rows are taken. Safe to repeat.

    `send_at`: another day to wait for than the one that the draft names.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place, or not with its options.
        BatchStateError: it is being checked, was awarded or cancelled, or its file is gone.
        FactsRefusedError: the day that it is to wait for is over.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded any more.
    """
    batch = held_batch(batch, actor)
    if batch.state in {BatchState.CONFIRMED, BatchState.RUNNING}:
        return batch
    if batch.state != BatchState.READY or not BatchFile.objects.filter(batch=batch).exists():
        raise BatchStateError(state=batch.state)
    options, basis = BatchOptions.of(batch), basis_of(batch.version.achievement)
    options = replace(options, on_error=on_error or options.on_error, send_at=send_at or options.send_at)
    require_options(options, basis=basis, follows=batch.follows, actor=actor)
    check_day(options, basis)
    batch.state, batch.confirmed_at = BatchState.CONFIRMED, timezone.now()
    batch.made_by_kind, batch.made_by, batch.made_by_scopes = actor.kind, actor.id, sorted(actor.scopes)
    batch.options = batch.options | options.kept()
    batch.save()
    record_act(actor, "batch.confirmed", batch, organisation=batch.organisation)
    ask_worker(batch)
    return batch


@transaction.atomic
def cancel_batch(*, batch: Batch, actor: Actor) -> Batch:
    """End a batch; its file is deleted, what was accepted of it stays. Safe to repeat.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        BatchStateError: it is done.
    """
    batch = held_batch(batch, actor)
    if batch.state == BatchState.CANCELLED:
        return batch
    if batch.state == BatchState.DONE:
        raise BatchStateError(state=batch.state)
    end_batch(batch, code=BY_HAND)
    record_act(actor, "batch.cancelled", batch, organisation=batch.organisation)
    return batch


def end_batch(batch: Batch, *, code: str, **report: object) -> None:
    """Cancel a batch in the caller's transaction, and delete its file; `code` says why."""
    batch.state, batch.ended_code, batch.ended_at = BatchState.CANCELLED, code, timezone.now()
    for name, value in report.items():
        setattr(batch, name, value)
    batch.save()
    BatchFile.objects.filter(batch=batch).delete()
    if code != BY_HAND:
        tell_maker(batch, NewsKind.BATCH_STOPPED)


def tell_maker(batch: Batch, kind: NewsKind) -> None:
    """Let whoever sent a file hear what became of it, in the caller's transaction; machines look themselves."""
    if batch.made_by_kind == "user":
        node = batch.version.achievement.issuer.node
        note_news(kind, node, about=f"{batch.pk}:{batch.ended_code}", reader=batch.made_by)


@transaction.atomic
def forget_files() -> int:
    """Delete files that were kept long enough, and those all of whose people were erased; at most a hundred at once.

    A draft that nobody confirmed ends with its file. Returns how many files were deleted.
    """
    living = Award.objects.filter(batch=OuterRef("batch_id"), learner__isnull=False, learner__erased_at=None)
    named = Award.objects.filter(batch=OuterRef("batch_id"))
    over = BatchFile.objects.filter(kept_until__lt=timezone.now())
    erased = BatchFile.objects.filter(Exists(named), ~Exists(living), batch__state=BatchState.DONE)
    ids = [
        *over.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE],
        *erased.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE],
    ]
    for batch in Batch.objects.filter(pk__in=ids).exclude(state__in=(BatchState.DONE, BatchState.CANCELLED)):
        end_batch(batch, code="not-confirmed" if batch.confirmed_at is None else "not-finished")
    BatchFile.objects.filter(pk__in=ids).delete()
    return len(ids)


def held_batch(batch: Batch, actor: Actor) -> Batch:
    """Return a batch as it is now, its row held until the act ends; the role is asked once it is."""
    held = Batch.objects.select_for_update(of=("self",)).select_related(
        "version__achievement__issuer__node", "version__achievement__organisation", "organisation", "follows__version"
    )
    found = held.get(pk=batch.pk)
    require_role(as_now(actor), found.version.achievement.issuer.node, Role.AWARDER)
    return found


def parts_with(batch: Batch) -> list[Batch]:
    """Return a batch and, of a file of results, the other achievements' parts that were not cancelled."""
    if batch.results_file_id is None:
        return [batch]
    parts = Batch.objects.filter(results_file=batch.results_file_id).exclude(state=BatchState.CANCELLED)
    return list(parts.order_by("id"))


def ask_worker(batch: Batch) -> None:
    """Have the worker look at a batch."""
    publish(Topic.BATCH_ASKED, {"batch_id": str(batch.pk)}, tenant=batch.organisation_id)


def batch_of(batch_id: uuid.UUID) -> Batch:
    """Return a batch with all that working it off needs."""
    return Batch.objects.select_related(
        "version__achievement__issuer__node", "version__achievement__organisation", "organisation", "follows__version"
    ).get(pk=batch_id)
