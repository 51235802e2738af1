"""Writing the state of awards: every step of `issuing.way` is written here, and nothing else writes it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from issuing.models import Award, AwardState
from issuing.way import STEPS, Act


def take_step(award_ids: Sequence[uuid.UUID], act: Act, *, revision: int | None = None) -> int:
    """Write the target of a step that has but one, where the caller queues what follows; returns how many took it.

    With `revision`, awards whose facts were fixed anew are left alone.
    """
    (step,) = (one for one in STEPS if one.act is act)
    rows = Award.objects.filter(id__any_of=award_ids, state__in=step.sources)
    if revision is not None:
        rows = rows.filter(revision=revision)
    return rows.update(state=AwardState(step.target))


def move_to(target: AwardState | None, award_ids: Sequence[uuid.UUID], **columns: Any) -> None:
    """Write a target that `issuing.services.advancing` has found, and what goes with it, in rows that it holds."""
    state = {} if target is None else {"state": target}
    if state or columns:
        Award.objects.filter(id__any_of=award_ids).update(**state, **columns)
