"""How a file that is to be awarded was read: for the eye that sees at once whether its letters are the right ones."""

from __future__ import annotations

from typing import Any

from issuing.models import Batch, BatchFile, BatchState


def read_as(batch: Batch, *, with_rows: bool) -> dict[str, Any]:
    """Return how a batch's file was read: `encoding`, `delimiter`, `notes`, `layout`; {} where it was not yet, or is none.

    With rows, and while it waits for its columns or to be confirmed: `first_rows`, the heading being the first. They
    name people: for those alone who may award it.
    """
    told: dict[str, Any] = batch.options.get("read_as") or {}
    if not told or not with_rows or batch.state not in {BatchState.READY, BatchState.COLUMNS}:
        return told
    kept = BatchFile.objects.filter(pk=batch.pk).only("first_rows").first()
    return told | ({"first_rows": kept.first_rows} if kept and kept.first_rows else {})
