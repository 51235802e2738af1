"""What is asked of issuing, and what it answers for a file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import NamedTuple, Unpack

from catalogue.models import Achievement
from issuing.stated import FACTS, DayOrMoment, EvidenceOrder, GroundOrder, ResultOrder, Stated
from registry.refusals import Refusal
from registry.services import Recipient

__all__ = [
    "AwardOrder",
    "BatchOutcome",
    "BatchRow",
    "EvidenceOrder",
    "GroundOrder",
    "ResultOrder",
    "RowOutcome",
]


class AwardOrder:
    """One award as asked for: of what, to whom, and what it states (`issuing.stated`).

    `repeat` is needed to award a line again whose policy allows that. `send_at`: the award waits until then, and can be
    cancelled or corrected meanwhile; a day begins where the organisation is.
    """

    __slots__ = ("achievement", "recipient", "repeat", "send_at", "stated")

    def __init__(
        self,
        *,
        achievement: Achievement,
        recipient: Recipient,
        repeat: bool = False,
        send_at: DayOrMoment | None = None,
        **stated: Unpack[Stated],
    ) -> None:
        self.achievement, self.recipient, self.repeat, self.send_at = achievement, recipient, repeat, send_at
        self.stated: Stated = stated
        if unknown := stated.keys() - FACTS.keys():
            raise TypeError(f"an award does not state {sorted(unknown)}")

    def unless_stated(
        self, send_at: DayOrMoment | None, valid_until: DayOrMoment | None, *, repeat: bool
    ) -> AwardOrder:
        """Return the same order with what holds for its whole file: the order's own day and end come first."""
        own_end = self.stated.get("valid_until")
        order = AwardOrder(
            achievement=self.achievement, recipient=self.recipient, repeat=repeat, send_at=self.send_at or send_at
        )
        # For each row of a file: the facts are not looked through again.
        order.stated = self.stated | Stated(valid_until=valid_until) if valid_until and not own_end else self.stated
        return order

    def naming(self, recipient: Recipient) -> AwardOrder:
        """Return the same order for a recipient."""
        return AwardOrder(
            achievement=self.achievement,
            recipient=recipient,
            repeat=self.repeat,
            send_at=self.send_at,
            **self.stated,
        )

    def stating(self, **further: Unpack[Stated]) -> AwardOrder:
        """Return the same order with further facts, or others."""
        return AwardOrder(
            achievement=self.achievement,
            recipient=self.recipient,
            repeat=self.repeat,
            send_at=self.send_at,
            **(self.stated | further),
        )


class BatchRow(NamedTuple):
    """One row of a file: an order of what could be read, and what could not; no order where nothing could.

    Rows of a file are counted as a spreadsheet shows them: the first person stands in row 2. Others count from 1.
    `passed`: the state of a row whose results decide that this achievement is not awarded.
    """

    row: int
    order: AwardOrder | None = None
    faults: tuple[Refusal, ...] = ()
    passed: str = ""


class RowOutcome(NamedTuple):
    """What became of one row. `state`: accepted, already-awarded, refused or not-accepted (good, but others were not).

    In a file of results also `no-outcome` (none of its achievements is reached) and `other-outcome` (others of them are).

    `faults` has all that a refused row is refused for. `notes` are codes of what was changed. Where the person holds
    the award: `batch` is the file that it came from, `changed` the columns in which the row says something else, and
    `replaces` the award whose place this row's takes.
    """

    row: int
    state: str
    id: uuid.UUID | None = None
    faults: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    batch: uuid.UUID | None = None
    changed: tuple[str, ...] = ()
    replaces: uuid.UUID | None = None

    @property
    def code(self) -> str:
        """The code of the first fault, else empty."""
        return self.faults[0].code if self.faults else ""

    @property
    def column(self) -> str:
        """The place of the first fault, else empty."""
        return self.faults[0].place if self.faults else ""

    @property
    def remedy(self) -> str:
        """What to do about the first fault, else empty."""
        return self.faults[0].remedy if self.faults else ""

    def as_json(self) -> dict[str, object]:
        """Return the row for machines: the first fault as the row's own, and all as `problems`."""
        shown: dict[str, object] = {"row": self.row, "state": self.state}
        if self.id:
            shown["id"] = str(self.id)
        if self.faults:
            shown |= self.faults[0].as_json() | {"problems": [fault.as_json() for fault in self.faults]}
        others = {"batch": self.batch, "replaces": self.replaces}
        shown |= {name: str(one) for name, one in others.items() if one}
        lists = {"changed": self.changed, "notes": self.notes}
        return shown | {name: list(codes) for name, codes in lists.items() if codes}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What became of a file: every row, and the batch where any row was accepted, now or earlier."""

    rows: tuple[RowOutcome, ...]
    batch_id: uuid.UUID | None = None
    counts: dict[str, int] = field(default_factory=dict)
