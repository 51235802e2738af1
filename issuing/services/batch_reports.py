"""What is kept and told of a file's outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from issuing.models import Batch
from issuing.services.orders import BatchOutcome, RowOutcome
from registry.refusals import Refusal

REPORTED_ROWS = 1_000
ROWS_OF_GROUP = 20
MOST_GROUPS = 100


def report_of(outcomes: Mapping[int, RowOutcome]) -> dict[str, Any]:
    """Return what a batch keeps of outcomes: counts, groups of faults, and at most 1,000 rows that need an eye."""
    eyed = [outcomes[row] for row in sorted(outcomes) if outcomes[row].state in {"refused", "already-awarded"}]
    refused_first = sorted(eyed, key=lambda outcome: outcome.state != "refused")
    return {
        "counts": counts_of(outcomes),
        "groups": groups_of(outcomes),
        "report": [_kept(outcome) for outcome in refused_first[:REPORTED_ROWS]],
    }


def _kept(outcome: RowOutcome) -> dict[str, Any]:
    """Return a row as it is kept: remedies are translated when they are told."""
    faults = [{"column": fault.place, "code": fault.code, "remedy": fault.remedy} for fault in outcome.faults]
    first = faults[0] if faults else {}
    own = {"row": outcome.row, "state": outcome.state, "problems": faults, **first}
    return own | ({"id": str(outcome.id)} if outcome.id else {})


def reported_rows(batch: Batch, state: str) -> list[dict[str, object]]:
    """Return the kept rows of a state for machines, in the reader's language."""
    return [_outcome(row).as_json() for row in batch.report if row["state"] == state]


def _outcome(kept: Mapping[str, Any]) -> RowOutcome:
    faults = kept.get("problems") or ([kept] if kept.get("code") else [])
    told = tuple(Refusal(one["column"], one["code"], one["remedy"]) for one in faults)
    award_id = kept.get("id")
    return RowOutcome(kept["row"], kept["state"], award_id and uuid.UUID(award_id), told)


def reported_groups(batch: Batch) -> list[dict[str, object]]:
    """Return the groups of faults for machines, in the reader's language."""
    return [{**group, **Refusal(group["column"], group["code"], group["remedy"]).as_json()} for group in batch.groups]


def groups_of(outcomes: Mapping[int, RowOutcome]) -> list[dict[str, Any]]:
    """Return faults by column and code, the most frequent first: how many rows, the first of them, and the remedy."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for row in sorted(outcomes):
        for fault in outcomes[row].faults:
            found.setdefault((fault.place, fault.code, fault.remedy), []).append(row)
    return [
        {"column": place, "code": code, "remedy": remedy, "count": len(rows), "rows": rows[:ROWS_OF_GROUP]}
        for (place, code, remedy), rows in sorted(found.items(), key=lambda item: -len(item[1]))[:MOST_GROUPS]
    ]


def counts_of(outcomes: Mapping[int, RowOutcome]) -> dict[str, int]:
    """Return how many rows ended how."""
    counts: dict[str, int] = {}
    for outcome in outcomes.values():
        counts[outcome.state] = counts.get(outcome.state, 0) + 1
    return counts


def outcome_of(outcomes: Mapping[int, RowOutcome], batch: Batch | None) -> BatchOutcome:
    """Return every row in order."""
    ordered = tuple(outcomes[row] for row in sorted(outcomes))
    return BatchOutcome(rows=ordered, batch_id=batch.pk if batch else None, counts=counts_of(outcomes))
