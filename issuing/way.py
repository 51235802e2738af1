"""The way of an award as one table: which act leads from where to where, and who may take it. Pure.

    awaiting_approval → scheduled → awaiting_claim → accepted → signed → delivered

A step that nothing asks for is left out. `refused`, `cancelled`, `declined` and `lapsed` end an award before it is signed.
`issuing.services.advancing` is the one place that takes a step; docs/architecture.md prints this table.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final, NamedTuple

from issuing.models.awards import AwardState

S = AwardState


class Act(StrEnum):
    """What can be done with an award. `accept` makes it."""

    ACCEPT = "accept"
    APPROVE = "approve"
    REFUSE = "refuse"
    CORRECT = "correct"
    SCHEDULE = "schedule"
    CLAIM = "claim"
    DECLINE = "decline"
    LAPSE = "lapse"
    CANCEL = "cancel"
    REPLACE = "replace"
    SIGN = "sign"
    FAIL = "fail"
    DELIVER = "deliver"


class Who(StrEnum):
    """Who may take a step; `body` is a co-awarding body of the award, `holder` whom it is for."""

    AWARDER = "awarder"
    APPROVER = "approver"
    BODY = "body"
    HOLDER = "holder"
    SYSTEM = "system"


class Queued(StrEnum):
    """What the step into a state puts into a queue, in the same transaction."""

    APPROVAL = "approval"
    DAY = "its day"
    CLAIM_LETTER = "claim letter"
    END_OF_CLAIM = "end of the claim"
    SIGNING = "signing"
    LETTER = "letter"
    LIST = "status list"


FIRST: Final = "first"
"""The target of a step that leads to the first state that something asks for."""
NEXT: Final = "next"
"""The target of a step that leads to the next one."""
SAME: Final = "same"
"""The target of an act that is a time, not a state: what is signed was claimed, or declined."""


class Step(NamedTuple):
    """One act, from these states to that one (or `FIRST`, `NEXT`, `SAME`), and who may take it."""

    act: Act
    sources: tuple[AwardState, ...]
    target: AwardState | str
    who: tuple[Who, ...]


ORDER: Final = (S.AWAITING_APPROVAL, S.SCHEDULED, S.AWAITING_CLAIM, S.ACCEPTED)
"""The states before signing, in their order: an award in one of them still waits."""
WAITING: Final = ORDER
SIGNED: Final = (S.SIGNED, S.DELIVERED)
ENDED: Final = (S.REFUSED, S.CANCELLED, S.DECLINED, S.LAPSED)
"""The ends without a credential; the place in the status list is set for good."""

STEPS: Final = (
    Step(Act.ACCEPT, (), FIRST, (Who.AWARDER,)),
    Step(Act.APPROVE, (S.AWAITING_APPROVAL,), NEXT, (Who.APPROVER, Who.BODY)),
    Step(Act.REFUSE, (S.AWAITING_APPROVAL,), S.REFUSED, (Who.APPROVER, Who.BODY)),
    Step(Act.CORRECT, WAITING, FIRST, (Who.AWARDER,)),
    Step(Act.SCHEDULE, (S.SCHEDULED,), NEXT, (Who.AWARDER, Who.SYSTEM)),
    Step(Act.CLAIM, (S.AWAITING_CLAIM,), S.ACCEPTED, (Who.HOLDER,)),
    Step(Act.CLAIM, (S.ACCEPTED, *SIGNED), SAME, (Who.HOLDER,)),
    Step(Act.DECLINE, (S.AWAITING_CLAIM,), S.DECLINED, (Who.HOLDER,)),
    Step(Act.DECLINE, SIGNED, SAME, (Who.HOLDER,)),
    Step(Act.LAPSE, (S.AWAITING_CLAIM,), S.LAPSED, (Who.SYSTEM,)),
    Step(Act.CANCEL, WAITING, S.CANCELLED, (Who.AWARDER,)),
    Step(Act.REPLACE, WAITING, S.CANCELLED, (Who.SYSTEM,)),
    Step(Act.SIGN, (S.ACCEPTED,), S.SIGNED, (Who.SYSTEM,)),
    Step(Act.FAIL, (S.ACCEPTED,), S.REFUSED, (Who.SYSTEM,)),
    Step(Act.DELIVER, (S.SIGNED,), S.DELIVERED, (Who.SYSTEM,)),
)

QUEUED: Final[dict[AwardState, tuple[Queued, ...]]] = {
    S.AWAITING_APPROVAL: (Queued.APPROVAL,),
    S.SCHEDULED: (Queued.DAY,),
    S.AWAITING_CLAIM: (Queued.CLAIM_LETTER, Queued.END_OF_CLAIM),
    S.ACCEPTED: (Queued.SIGNING,),
    S.SIGNED: (Queued.LETTER,),
    S.DELIVERED: (),
    **dict.fromkeys(ENDED, (Queued.LIST,)),
}


class Needs(NamedTuple):
    """What asks for steps of an award: an approval that is missing, a day to come, a holder's consent before signing."""

    approval: bool = False
    not_before: dt.datetime | None = None
    claim: bool = False


def step_of(act: Act, state: AwardState) -> Step | None:
    """Return the step that an act takes from a state; None where it may not leave it so."""
    return next((step for step in STEPS if step.act is act and state in step.sources), None)


def first_state(needs: Needs, *, at: dt.datetime) -> AwardState:
    """Return where an award begins, or goes on, that has not passed anything yet."""
    return next_state(None, needs, at=at)


def next_state(state: AwardState | None, needs: Needs, *, at: dt.datetime) -> AwardState:
    """Return the state behind `state` that something asks for."""
    asked = {
        S.AWAITING_APPROVAL: needs.approval,
        S.SCHEDULED: needs.not_before is not None and needs.not_before > at,
        S.AWAITING_CLAIM: needs.claim,
        S.ACCEPTED: True,
    }
    behind = ORDER[ORDER.index(state) + 1 :] if state is not None else ORDER
    return next(candidate for candidate in behind if asked[candidate])
