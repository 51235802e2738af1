"""What is kept and told of a file's outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from issuing.file_layouts import MEASURES
from issuing.models import Batch
from issuing.services.orders import BatchOutcome, RowOutcome
from issuing.services.standing import left_out
from registry.refusals import Refusal, gettext_noop

REPORTED_ROWS = 1_000
ROWS_OF_GROUP = 20
MOST_GROUPS = 100
ALREADY: Final = gettext_noop("These people hold the award already: nothing is to be done.")
CHANGED: Final = gettext_noop(
    "The award that stands says something else: send the file again so that it replaces, or correct these awards."
)
REPLACED: Final = gettext_noop("The award that stands says something else: the award of this row takes its place.")
LEFT_OUT: Final = gettext_noop(
    "An earlier edition names these people and this one does not: their awards stand. Revoke them if that is meant."
)


def report_of(outcomes: Mapping[int, RowOutcome], batch: Batch) -> dict[str, Any]:
    """Return what a batch keeps of outcomes: counts, groups of what was found, and at most 1,000 rows that need an eye.

    First those that are refused, then those that differ from an award that stands.
    """
    held = {"refused", "already-awarded"}
    eyed = [one for _row, one in sorted(outcomes.items()) if one.state in held or one.changed]
    eyed.sort(key=lambda one: (one.state != "refused", not one.changed))
    return {
        "counts": counts_of(outcomes),
        "kinds": kinds_of(outcomes),
        "groups": groups_of(outcomes) + _left_out(outcomes, batch),
        "report": [_kept(outcome) for outcome in eyed[:REPORTED_ROWS]],
    }


def _left_out(outcomes: Mapping[int, RowOutcome], batch: Batch) -> list[dict[str, Any]]:
    """Return whom earlier editions name and this one does not; nobody knows of a file with rows that were refused."""
    if batch.follows is None or any(one.state in {"refused", "not-accepted"} for one in outcomes.values()):
        return []
    named = {award_id for one in outcomes.values() for award_id in (one.id, one.replaces) if award_id}
    gone = left_out(batch.follows, named)
    return [_group(_Remark("left-out", "", "not-in-this-file", LEFT_OUT, by), rows) for by, rows in gone.items()]


def _kept(outcome: RowOutcome) -> dict[str, Any]:
    """Return a row as it is kept: remedies are translated when they are told."""
    faults = [{"column": fault.place, "code": fault.code, "remedy": fault.remedy} for fault in outcome.faults]
    first = faults[0] if faults else {}
    own = {"row": outcome.row, "state": outcome.state, "problems": faults, **first}
    ids = {"id": outcome.id, "batch": outcome.batch, "replaces": outcome.replaces}
    own |= {name: str(value) for name, value in ids.items() if value}
    return own | ({"changed": list(outcome.changed)} if outcome.changed else {})


def kept_outcomes(batch: Batch) -> list[RowOutcome]:
    """Return the kept rows."""
    return [_outcome(row) for row in batch.report]


def reported_rows(batch: Batch, state: str) -> list[dict[str, object]]:
    """Return the kept rows of a state for machines, in the reader's language."""
    return [_outcome(row).as_json() for row in batch.report if row["state"] == state]


def _outcome(kept: Mapping[str, Any]) -> RowOutcome:
    faults = kept.get("problems") or ([kept] if kept.get("code") else [])
    told = tuple(Refusal(one["column"], one["code"], one["remedy"]) for one in faults)
    award_id, batch, replaces = (
        uuid.UUID(kept[name]) if kept.get(name) else None for name in ("id", "batch", "replaces")
    )
    changed = tuple(kept.get("changed", ()))
    return RowOutcome(kept["row"], kept["state"], award_id, told, batch=batch, changed=changed, replaces=replaces)


def reported_groups(batch: Batch) -> list[dict[str, object]]:
    """Return the groups of what was found for machines, in the reader's language; each file by its edition."""
    ids = {group["batch"] for group in batch.groups if group.get("batch")}
    editions = {str(pk): number for pk, number in Batch.objects.filter(pk__in=ids).values_list("pk", "edition")}
    return [
        {
            **group,
            **Refusal(group["column"], group["code"], group["remedy"]).as_json(),
            **({"edition": editions[group["batch"]]} if group.get("batch") in editions else {}),
        }
        for group in batch.groups
    ]


def groups_of(outcomes: Mapping[int, RowOutcome]) -> list[dict[str, Any]]:
    """Return what was found, by state, column and code, the most frequent first: how many rows, the first, the remedy.

    Faults of refused rows; whom which file has awarded before; where rows say something else than the award that stands.
    """
    found: dict[_Remark, list[int]] = {}
    for row in sorted(outcomes):
        for key in _remarks(outcomes[row]):
            found.setdefault(key, []).append(row)
    frequent = sorted(found.items(), key=lambda item: -len(item[1]))[:MOST_GROUPS]
    return [_group(key, rows) for key, rows in frequent]


class _Remark(NamedTuple):
    state: str
    column: str
    code: str
    remedy: str
    batch: uuid.UUID | None = None


def _remarks(one: RowOutcome) -> Iterator[_Remark]:
    for fault in one.faults:
        yield _Remark(one.state, fault.place, fault.code, fault.remedy)
    if one.state == "already-awarded":
        yield _Remark(one.state, "", "already-awarded", ALREADY, one.batch)
    code, remedy = ("replaced", REPLACED) if one.replaces else ("changed", CHANGED)
    for column in one.changed:
        yield _Remark(one.state, column, code, remedy)


def _group(remark: _Remark, rows: list[int]) -> dict[str, Any]:
    group: dict[str, Any] = {name: value for name, value in remark._asdict().items() if name != "batch"}
    by = {"batch": str(remark.batch)} if remark.batch else {}
    return group | {"count": len(rows), "rows": rows[:ROWS_OF_GROUP]} | by


def counts_of(outcomes: Mapping[int, RowOutcome]) -> dict[str, int]:
    """Return how many rows ended how."""
    counts: dict[str, int] = {}
    for outcome in outcomes.values():
        counts[outcome.state] = counts.get(outcome.state, 0) + 1
    return counts


def kinds_of(outcomes: Mapping[int, RowOutcome]) -> dict[str, int]:
    """Return how many rows were refused for what: each counts once, so that they add up to those that were refused.

    `duplicate`: named further up, and nothing else; `no-result`, `no-evidence`: that is missing or cannot be read, and
    nothing else; `error`: the others.
    """
    kinds: dict[str, int] = {}
    for outcome in outcomes.values():
        if outcome.state == "refused":
            kind = kind_of(outcome)
            kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def kind_of(refused: RowOutcome) -> str:
    """Return what a row was refused for."""
    found = {kind_of_fault(fault.place, fault.code) for fault in refused.faults}
    return found.pop() if len(found) == 1 else "error"


def kind_of_fault(column: str, code: str) -> str:
    """Return the kind of a fault by itself."""
    return _KINDS.get((column, code)) or _KINDS.get(("", code), "error")


_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("", "duplicate-row"): "duplicate",
    ("", "result-missing"): "no-result",
    **{(column, "bad-number"): "no-result" for column in ("result", *MEASURES)},
    ("", "evidence-missing"): "no-evidence",
}


def outcome_of(outcomes: Mapping[int, RowOutcome], batch: Batch | None) -> BatchOutcome:
    """Return every row in order."""
    ordered = tuple(outcomes[row] for row in sorted(outcomes))
    return BatchOutcome(rows=ordered, batch_id=batch.pk if batch else None, counts=counts_of(outcomes))
