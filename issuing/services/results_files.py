"""One file of results that decides about several achievements: who gets which of them, by their outcome rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from django.db import transaction

from catalogue.models import Achievement
from issuing.errors import BatchStateError, OutcomeRuleMissingError
from issuing.models import Batch, BatchState, ResultsFile
from issuing.services.basis import basis_of
from issuing.services.drafts import BatchOrder, FileKind, cancel_batch, confirm_batch, make_batch, parts_with
from issuing.services.options import BatchOptions
from issuing.services.undoing import send_batch, undo_batch
from registry.actors import Actor

Decision = Literal["confirm", "cancel", "undo", "send"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsOrder:
    """A file of results, the achievements that it decides about, and how it is read and awarded."""

    achievements: Sequence[Achievement]
    content: bytes
    kind: FileKind
    options: BatchOptions
    mapping: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def make_results(*, order: ResultsOrder, actor: Actor) -> ResultsFile:
    """Keep a file of results to be checked: each of its achievements has a batch of its own, a part of it.

    The same file for the same achievements is the same, whoever sends it.

    Raises:
        OutcomeRuleMissingError: one of the achievements has no outcome rule, or they are fewer than two.
        Others: as `make_batch`, of each achievement.
    """
    bases = [basis_of(achievement) for achievement in order.achievements]
    if len(bases) < 2 or not all(basis.version.outcome_rule for basis in bases):  # noqa: PLR2004 - several
        raise OutcomeRuleMissingError
    versions = sorted(str(basis.version.pk) for basis in bases)
    sent = b"\0".join([order.content, b"results", *(version.encode() for version in versions)])
    results, _made = ResultsFile.objects.get_or_create(
        organisation=bases[0].organisation, file_sha=hashlib.sha256(sent).hexdigest()
    )
    for achievement in sorted(order.achievements, key=lambda one: one.pk):
        part = BatchOrder(
            achievement=achievement,
            content=order.content,
            kind=order.kind,
            options=order.options,
            confirm=False,
            mapping=order.mapping,
            sent=sent,
            results_file=results,
        )
        make_batch(order=part, actor=actor)
    return results


@transaction.atomic
def decide_results(
    *, batch: Batch, decision: Decision, actor: Actor, send_at: dt.datetime | None = None
) -> list[Batch]:
    """Confirm, cancel, undo or send a file of results: all of its achievements together, or none. Safe to repeat.

    Raises:
        BatchStateError: a part of it is in a state that does not allow this; nothing of it is confirmed before all are
            checked.
        Others: as the act on one batch.
    """
    parts = parts_with(batch)
    if decision == "confirm" and any(part.state in _UNCHECKED for part in parts):
        raise BatchStateError(state=next(part for part in parts if part.state in _UNCHECKED).get_state_display())
    if decision == "confirm":
        return [confirm_batch(batch=part, actor=actor, on_error="skip", send_at=send_at) for part in parts]
    return [
        _ACTS[decision](batch=part, actor=actor) for part in parts if part.state != BatchState.DONE or _holds(part)
    ]


def _holds(part: Batch) -> bool:
    """Say whether anything was awarded by a part: where nothing was, there is nothing to undo or send."""
    return bool(part.counts.get("accepted"))


_UNCHECKED: Final = frozenset({BatchState.DRAFT, BatchState.COLUMNS, BatchState.CHECKING})
_ACTS: Final[Mapping[str, Callable[..., Batch]]] = {"cancel": cancel_batch, "undo": undo_batch, "send": send_batch}
