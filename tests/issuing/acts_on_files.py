"""What is done with files of awards that wait, as cases: read anew, decided as results, rows taken out."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from catalogue.models import Achievement
from issuing.models import ApprovalKind
from issuing.services import (
    ApprovalOrder,
    BatchOptions,
    BatchOrder,
    ResultsOrder,
    decide_results,
    make_batch,
    make_results,
    refuse_rows,
    revise_batch,
    run_batch,
    set_approval,
)
from registry.actors import SYSTEM
from registry.models import Role
from tests.at_once import Case
from tests.issuing.builders import build_achievement

CSV = b"email,name\na@example.org,Ada\nb@example.org,Bob\n"


def _revising() -> Case:
    achievement = build_achievement()
    order = BatchOrder(achievement=achievement, content=CSV, kind="csv", confirm=False)
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    options = BatchOptions(duplicates="skip")
    return Case(
        do=lambda actor: revise_batch(batch=batch, options=options, actor=actor),
        node=achievement.issuer.node,
        entry="batch.revised",
        row=batch,
    )


def _results() -> tuple[Achievement, ResultsOrder]:
    """Return a file of results about two achievements of one issuer, and the first of them."""
    rules = [{"measure": "score", "at_least": least, "scale": "percent"} for least in ("60", "70")]
    first = build_achievement(outcome_rule=rules[0])
    second = build_achievement(first.issuer, outcome_rule=rules[1])
    content = b"email,name,score\na@example.org,Ada,65\nb@example.org,Bob,75\n"
    options = BatchOptions(on_error="skip")
    return first, ResultsOrder(achievements=[first, second], content=content, kind="csv", options=options)


def _keeping_results() -> Case:
    achievement, order = _results()
    return Case(
        do=lambda actor: make_results(order=order, actor=actor),
        node=achievement.issuer.node,
        entry="batch.made",
        entries=2,
    )


def _deciding_results() -> Case:
    achievement, order = _results()
    parts = list(make_results(order=order, actor=SYSTEM).parts.order_by("id"))
    for part in parts:
        run_batch(batch_id=part.pk)
    return Case(
        do=lambda actor: decide_results(batch=parts[0], decision="confirm", actor=actor),
        node=achievement.issuer.node,
        entry="batch.confirmed",
        entries=2,
        row=parts[0],
    )


def _taking_rows_out() -> Case:
    achievement = build_achievement()
    order = ApprovalOrder(place=achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    batch = make_batch(order=BatchOrder(achievement=achievement, content=CSV, kind="csv"), actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    return Case(
        do=lambda actor: refuse_rows(batch_id=batch.pk, rows=[2], reason="Because", actor=actor),
        of_unknown=lambda actor: refuse_rows(batch_id=uuid.uuid4(), rows=[2], reason="Because", actor=actor),
        node=achievement.issuer.node,
        role=Role.APPROVER,
        entry="award.refused",
        second="state-does-not-allow",
        row=batch,
    )


FILE_CASES: dict[str, Callable[[], Case]] = {
    "revise_batch": _revising,
    "make_results": _keeping_results,
    "decide_results": _deciding_results,
    "refuse_rows": _taking_rows_out,
}
