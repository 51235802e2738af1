"""What is asked of issuing, and what it answers for a file."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from catalogue.models import Achievement
from issuing.rules import RuleBrokenError
from registry.services import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOrder:
    """One piece of evidence; `url` is its address where it has one."""

    url: str | None = None
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOrder:
    """One result. `description` is the key of the version's result description; empty = the first one.

    `status` is one of Open Badges 3.0 ResultStatusType; `level` the key of a rubric level.
    """

    value: str | None = None
    description: str | None = None
    status: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundOrder:
    """Why an award is made without a course taken: who decided, when, under which reference."""

    body: str
    date: dt.date | None = None
    reference: str | None = None


# Not frozen: a file makes 100,000 of them, and freezing triples what that costs.
@dataclass(slots=True, kw_only=True)
class AwardOrder:
    """One award as asked for. Dates are of the organisation's time zone; what is absent is not stated.

    `learning_from` and `learning_to` may be partial words ("08/2019"). `repeat` is needed to award a line
    again whose policy allows that.
    """

    achievement: Achievement
    recipient: Recipient
    awarded_on: dt.date | None = None
    valid_until: dt.datetime | None = None
    learning_from: dt.date | str | None = None
    learning_to: dt.date | str | None = None
    participation: str | None = None
    supervision: str | None = None
    credits_earned: Decimal | None = None
    language_of_assessment: str | None = None
    evidence: tuple[EvidenceOrder, ...] = ()
    results: tuple[ResultOrder, ...] = ()
    narrative: str | None = None
    ground: GroundOrder | None = None
    language: str | None = None
    repeat: bool = False


class BatchRow(NamedTuple):
    """One row of a file: an order, or why it could not be read. Row 1 is the first after a header."""

    row: int
    order: AwardOrder | None = None
    broken: RuleBrokenError | None = None


class RowOutcome(NamedTuple):
    """What became of one row. `state`: accepted, already-awarded, refused or not-accepted (good, but others were not).

    Row 1 is the first after a header. `notes` are codes of what was changed.
    """

    row: int
    state: str
    id: uuid.UUID | None = None
    code: str = ""
    column: str = ""
    remedy: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What became of a file: every row, and the batch where any row was accepted, now or earlier."""

    rows: tuple[RowOutcome, ...]
    batch_id: uuid.UUID | None = None
    counts: dict[str, int] = field(default_factory=dict)
