"""What holds for all rows of a file: asked for with it, kept with its batch, and shown by whoever shows the batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from catalogue.models import DuplicatePolicy
from issuing.errors import FollowsAnotherError, RepeatNotAllowedError
from issuing.file_layouts import MEASURES
from issuing.models import Batch
from issuing.services.awarding import refusal_of
from issuing.services.basis import Basis
from issuing.services.facts import sending_moment
from issuing.services.kept_rows import read_kept_day
from issuing.services.orders import AwardOrder, BatchRow
from issuing.stated import DayOrMoment
from registry.actors import Actor
from registry.models import Role
from registry.permissions import Scope, require_role
from registry.refusals import Refusal, RuleBrokenError, gettext_noop

OnError = Literal["refuse", "skip"]
Duplicates = Literal["policy", "skip", "refuse", "allow", "replace"]
ON_ERROR: Final = get_args(OnError)
DUPLICATES: Final = get_args(Duplicates)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """How a file is awarded.

    `on_error`: one bad row stops all, or is left out. `duplicates`, for people who hold the award: `policy`, as the
    achievement says (deny and allow: left as they are, unless a row says `repeat`; replace: replaced where the row says
    something else); `skip`, left as they are; `refuse`, the row is refused; `allow`, awarded once more; `replace`.
    `send_at` and `valid_until` are for rows that name none; `encoding` is that of a CSV, if somebody named one.
    `ask_columns`: a heading that cannot be used is asked about, and does not end the file. `result_needed` and
    `evidence_needed`: a row without one is refused, where else the awarder vouches.
    """

    on_error: OnError = "refuse"
    duplicates: Duplicates = "policy"
    send_at: DayOrMoment | None = None
    valid_until: DayOrMoment | None = None
    encoding: str = ""
    ask_columns: bool = False
    result_needed: bool = False
    evidence_needed: bool = False

    def kept(self) -> dict[str, Any]:
        """Return them as they are kept and told."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in said.items()}

    @classmethod
    def of(cls, batch: Batch) -> BatchOptions:
        """Return those of a batch."""
        kept: dict[str, Any] = {name: batch.options[name] for name in cls.__slots__ if name in batch.options}
        for name in ("send_at", "valid_until"):
            if name in kept:
                kept[name] = read_kept_day(kept[name])
        return cls(**kept)


USUAL: Final = BatchOptions()


RESULT_MISSING: Final = Refusal("result", "result-missing", gettext_noop("Enter the result, or leave the row out."))
EVIDENCE_MISSING: Final = Refusal(
    "evidence_url", "evidence-missing", gettext_noop("Enter the address of the learner's work, or leave the row out.")
)


class Handling(NamedTuple):
    """What is done with people who hold the award, in one file.

    `corrects`: a row that names no day of award means that of the award that stands.
    """

    policy: str
    corrects: bool = False
    refuses: bool = False


def handling_of(options: BatchOptions, basis: Basis, follows: Batch | None) -> Handling:
    """Return what becomes of them. A file that follows another awards nobody once more."""
    asked, own = options.duplicates, basis.version.achievement.duplicates
    policy = own if asked == "policy" else _POLICIES[asked]
    corrects = follows is not None or asked == "replace"
    if follows is not None and policy == DuplicatePolicy.ALLOW:
        policy = DuplicatePolicy.DENY
    return Handling(policy, corrects, refuses=asked == "refuse")


_POLICIES: Final[Mapping[str, DuplicatePolicy]] = {
    "skip": DuplicatePolicy.DENY,
    "refuse": DuplicatePolicy.DENY,
    "allow": DuplicatePolicy.ALLOW,
    "replace": DuplicatePolicy.REPLACE,
}


def require_options(options: BatchOptions, *, basis: Basis, follows: Batch | None, actor: Actor) -> None:
    """Refuse what may not be asked for here, or not by `actor`.

    Raises:
        FollowsAnotherError: the file is to follow one of another achievement.
        RepeatNotAllowedError: people are to be awarded again, and the achievement does not allow it.
        RoleRequiredError, ScopeRequiredError: who corrects awards that stand may also revoke them.
    """
    achievement = basis.version.achievement
    if follows is not None and follows.version.achievement_id != achievement.pk:
        raise FollowsAnotherError
    if options.duplicates == "allow" and (achievement.duplicates != DuplicatePolicy.ALLOW or follows is not None):
        raise RepeatNotAllowedError
    if options.duplicates == "replace" and achievement.duplicates != DuplicatePolicy.REPLACE:
        require_role(actor, achievement.issuer.node, Role.AWARDER, scope=Scope.CREDENTIALS_REVOKE)


def check_day(options: BatchOptions, basis: Basis) -> None:
    """Refuse a day to wait for that is over already.

    Raises:
        FactsRefusedError: it is.
    """
    if options.send_at is None:
        return
    try:
        sending_moment(options.send_at, basis)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken


def rows_with(rows: Iterable[BatchRow], options: BatchOptions, handling: Handling) -> Iterator[BatchRow]:
    """Yield rows with what holds for all of them, where they say nothing of their own."""
    again = True if options.duplicates == "allow" else None if handling.policy == DuplicatePolicy.ALLOW else False
    for row in rows:
        order = row.order
        if order is not None:
            repeat = order.repeat if again is None else again
            if repeat != order.repeat or options.send_at or options.valid_until:
                order = order.unless_stated(options.send_at, options.valid_until, repeat=repeat)
                row = row._replace(order=order)  # noqa: PLW2901 - the row that goes on
            if (options.result_needed or options.evidence_needed) and (
                faults := [*_missing(order, row.faults, options)]
            ):
                row = row._replace(faults=(*row.faults, *faults))  # noqa: PLW2901
        yield row


def _missing(order: AwardOrder, known: Sequence[Refusal], options: BatchOptions) -> Iterator[Refusal]:
    """Yield what is needed of a row and is not there; what is there and cannot be read was told."""
    told = {fault.place for fault in known}
    if options.result_needed and not order.stated.get("results") and not told & {"result", *MEASURES}:
        yield RESULT_MISSING
    if options.evidence_needed and not order.stated.get("evidence") and "evidence_url" not in told:
        yield EVIDENCE_MISSING
