"""What the headings of a file mean: recognised, remembered from the last file like it, or chosen by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from issuing.errors import BatchStateError
from issuing.file_layouts import key_of, layout_of, target_of
from issuing.formats import open_award_file
from issuing.headings import READ_COLUMNS, REPORT_COLUMNS, checked_heading, meant_by
from issuing.models import Batch, BatchFile, BatchState, ColumnMapping
from issuing.services.awarding import file_refusal_of
from issuing.services.basis import basis_of
from issuing.services.drafts import ask_worker, held_batch, parts_with
from issuing.services.options import BatchOptions, check_day, require_options
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Organisation
from registry.refusals import RuleBrokenError

Known = Literal["recognised", "remembered", "chosen", "unknown", "not-used"]
FIRST_ROWS = 5
LONGEST_CELL_KEPT = 200


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A heading of a file, its first value that is not empty, the target that it goes to, and how that is known."""

    heading: str
    first: str
    target: str
    known: Known


def remembered_mapping(organisation: Organisation, heading: Sequence[str]) -> dict[str, str]:
    """Return what the organisation said last that these headings mean; {} where it was never asked."""
    kept = ColumnMapping.objects.filter(organisation=organisation, headings_sha=_sha_of(heading)).first()
    there = {cell.strip() for cell in heading}
    return {one: target for one, target in kept.mapping.items() if one in there} if kept else {}


def mapping_for(
    organisation: Organisation, data: bytes, *, mapping: Mapping[str, str], encoding: str = ""
) -> dict[str, str]:
    """Return the mapping by which a file that is read at once is read: the one sent, else what is remembered.

    Raises:
        RuleBrokenError: as `open_award_file`.
    """
    if mapping:
        return dict(mapping)
    return remembered_mapping(organisation, open_award_file(data, encoding=encoding).heading)


def _sha_of(heading: Sequence[str]) -> str:
    """Return what headings are found again by: in their order, without those that we added to failed rows."""
    keys = [key for cell in heading if (key := key_of(cell)) not in REPORT_COLUMNS]
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def mapping_of(batch: Batch) -> dict[str, str]:
    """Return the mapping by which a batch's file is read: its own, else what was remembered when it was read."""
    return dict(batch.mapping or batch.options.get("remembered", {}))


def column_uses(batch: Batch) -> list[ColumnUse]:
    """Return what becomes of each column of a batch's file; [] where it was not read yet, or is gone."""
    kept = BatchFile.objects.filter(pk=batch.pk).only("first_rows").first()
    if kept is None or not kept.first_rows:
        return []
    heading, *rows = [row["cells"] for row in kept.first_rows]
    mapping = mapping_of(batch)
    targets, plain = meant_by(heading, mapping), meant_by(heading, {})
    uses = []
    for place, (cell, target, own) in enumerate(zip(heading, targets, plain, strict=True)):
        first = next((row[place] for row in rows if place < len(row) and row[place].strip()), "")
        known = _known(cell.strip(), str(target), str(own), mapping, batch)
        uses.append(ColumnUse(cell.strip(), first, str(target) if known != "unknown" else "", known))
    return [use for use in uses if use.heading or use.first]


def _known(cell: str, target: str, own: str, mapping: Mapping[str, str], batch: Batch) -> Known:
    if cell in mapping and target != own:
        return "chosen" if batch.mapping else "remembered"
    if not target:
        return "not-used"
    column = target_of(target).column
    return "recognised" if column in READ_COLUMNS else "not-used" if column in REPORT_COLUMNS else "unknown"


def layout_name(batch: Batch) -> str:
    """Return the name of the other system whose layout a batch's file has; empty where it is none that is known."""
    kept = BatchFile.objects.filter(pk=batch.pk).only("first_rows").first()
    found = layout_of(kept.first_rows[0]["cells"]) if kept and kept.first_rows else None
    return found.name if found else ""


@transaction.atomic
def revise_batch(
    *, batch: Batch, actor: Actor, mapping: Mapping[str, str] | None = None, options: BatchOptions | None = None
) -> Batch:
    """Have a file that nobody has confirmed read and checked anew: by other columns, or with other options.

    Of a file of results: for all of its achievements.

    What its headings mean is remembered for the organisation's next file like it. Safe to repeat.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place, or not so.
        BatchStateError: it was confirmed, is being checked, or its file is gone.
        FileRefusedError: the headings cannot mean that.
        FactsRefusedError, RepeatNotAllowedError, FollowsAnotherError: as `make_batch`.
    """
    for part in parts_with(batch):
        _revise(part, actor, mapping, options)
    batch.refresh_from_db()
    return batch


def _revise(batch: Batch, actor: Actor, mapping: Mapping[str, str] | None, options: BatchOptions | None) -> None:
    batch = held_batch(batch, actor)
    asked = options or BatchOptions.of(batch)
    alike = asked == BatchOptions.of(batch) and (mapping is None or dict(mapping) == batch.mapping)
    if alike and batch.state in {BatchState.DRAFT, BatchState.CHECKING} and batch.confirmed_at is None:
        return
    kept = BatchFile.objects.filter(pk=batch.pk).only("first_rows").first()
    if batch.state not in {BatchState.COLUMNS, BatchState.READY} or kept is None or not kept.first_rows:
        raise BatchStateError(state=batch.get_state_display())
    if options is not None:
        basis = basis_of(batch.version.achievement)
        require_options(options, basis=basis, follows=batch.follows, actor=actor)
        check_day(options, basis)
        batch.options = {"remembered": batch.options.get("remembered", {})} | options.kept()
        batch.options["result_needed"] = options.result_needed
    if mapping is not None:
        _choose(batch, kept.first_rows[0]["cells"], mapping)
    batch.state, batch.rows_done, batch.counts, batch.groups, batch.report = BatchState.DRAFT, 0, {}, [], []
    batch.save()
    record_act(actor, "batch.revised", batch, organisation=batch.organisation)
    ask_worker(batch)


def _choose(batch: Batch, heading: Sequence[str], mapping: Mapping[str, str]) -> None:
    try:
        checked_heading(heading, mapping)
    except RuleBrokenError as broken:
        raise file_refusal_of(broken) from broken
    batch.mapping = dict(mapping)
    ColumnMapping.objects.update_or_create(
        organisation=batch.organisation, headings_sha=_sha_of(heading), defaults={"mapping": batch.mapping}
    )


def first_rows_of(heading: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> list[dict[str, Any]]:
    """Return the heading and the rows behind it as a file keeps them, for the eye that sees whether they are right."""
    shown = [(1, heading), *rows[:FIRST_ROWS]]
    return [{"row": number, "cells": [cell[:LONGEST_CELL_KEPT] for cell in cells]} for number, cells in shown]
