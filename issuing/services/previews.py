"""How a file that is to be awarded was read: for the eye that sees at once whether its letters are the right ones."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import Any

from issuing.formats import MAX_ROWS
from issuing.models import Batch, BatchFile, BatchState
from registry.refusals import RuleBrokenError
from registry.tables import read_table

FIRST_ROWS = 5
LONGEST_CELL_TOLD = 200


def read_as(batch: Batch, *, with_rows: bool) -> dict[str, Any]:
    """Return how a batch's file was read: `encoding`, `delimiter`, `notes`; {} where it was not yet, or is no table.

    With rows, and while a checked CSV waits to be confirmed: `first_rows`, the heading being the first. They name
    people: for those alone who may award it.
    """
    told: dict[str, Any] = batch.options.get("read_as") or {}
    if not told.get("encoding") or not with_rows or batch.state != BatchState.READY:
        return told
    kept = BatchFile.objects.filter(pk=batch.pk).first()
    return told | ({"first_rows": _first_rows(zlib.decompress(kept.content), told["encoding"])} if kept else {})


def _first_rows(content: bytes, encoding: str) -> list[dict[str, Any]]:
    try:
        table = read_table(content, most_rows=MAX_ROWS, too_many="", encoding=encoding)
        rows = [(1, table.heading), *islice(table.lines, FIRST_ROWS)]
    except RuleBrokenError:
        return []
    return [{"row": number, "cells": [cell[:LONGEST_CELL_TOLD] for cell in cells]} for number, cells in rows]
