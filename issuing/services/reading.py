"""Reading a batch's kept file: as its headings are meant, and with what its results decide."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import islice

from catalogue.models import AchievementKind
from issuing.file_layouts import ColumnTarget
from issuing.formats import AwardTable, open_award_file, read_rows
from issuing.headings import checked_heading
from issuing.models import Batch, BatchFile, BatchState
from issuing.services.columns import FIRST_ROWS, first_rows_of, mapping_of, remembered_mapping
from issuing.services.deciding import Deciding
from issuing.services.kept_rows import load_rows
from issuing.services.options import BatchOptions
from issuing.services.orders import BatchRow
from issuing.services.tables import rows_of_table
from registry.refusals import Faults, RuleBrokenError, gettext_noop
from registry.tables import Table


class ColumnsNeededError(RuleBrokenError):
    """Somebody has to say what the headings of a file mean."""


def rows_of(batch: Batch) -> Iterable[BatchRow]:
    """Return the rows of a batch's file; how it was read is kept with it.

    Raises:
        ColumnsNeededError: its headings cannot be used, and it is to be asked what they mean.
        RuleBrokenError: the file cannot be used as a whole.
    """
    kept = BatchFile.objects.get(pk=batch.pk)
    content, achievement = zlib.decompress(kept.content), batch.version.achievement
    if kept.kind == "orders":
        return load_rows(content, achievement)
    deciding = deciding_of(batch)
    return rows_of_table(_table(batch, content, deciding), achievement, deciding)


def deciding_of(batch: Batch) -> Deciding:
    """Return how results decide about a batch's achievement, beside the others of its file."""
    version = batch.version
    others: tuple[dict[str, str], ...] = ()
    if batch.results_file_id is not None:
        parts = Batch.objects.filter(results_file=batch.results_file_id).exclude(state=BatchState.CANCELLED)
        rules = parts.exclude(version=version).order_by("version").values_list("version__outcome_rule", flat=True)
        others = tuple(rules)
    gives_way = version.achievement.kind == AchievementKind.PARTICIPATION
    return Deciding(version.outcome_rule, others, gives_way)


def _table(batch: Batch, content: bytes, deciding: Deciding) -> AwardTable:
    options, asked = BatchOptions.of(batch), batch.options
    opened = open_award_file(content, encoding=options.encoding)
    remembered = {} if batch.mapping else remembered_mapping(batch.organisation, opened.heading)
    batch.options = batch.options | {"remembered": remembered}
    try:
        _check_measures(checked_heading(opened.heading, mapping_of(batch)), deciding)
    except RuleBrokenError as broken:
        if not options.ask_columns or batch.confirmed_at:
            raise
        _keep_first_rows(batch, opened.heading, list(islice(opened.lines, FIRST_ROWS)))
        batch.options = batch.options | {"read_as": _read_as(opened)}
        raise ColumnsNeededError.of(broken.refusals) from broken
    table = read_rows(opened, mapping=mapping_of(batch))
    if options.ask_columns and "result_needed" not in batch.options:
        batch.options = batch.options | {
            "result_needed": bool(deciding.rule) and not table.measures.isdisjoint({"result", deciding.measure})
        }
    _keep_first_rows(batch, opened.heading, [(row.number, row.cells) for row in table.rows[:FIRST_ROWS]])
    batch.options = batch.options | {"read_as": table.read_as}
    # Whoever comes late must not write over what somebody has chosen meanwhile.
    as_asked = Batch.objects.filter(pk=batch.pk, options=asked)
    as_asked.update(rows_total=len(table.rows), options=batch.options)
    return table


def _read_as(opened: Table) -> dict[str, object]:
    return {"encoding": opened.encoding, "delimiter": opened.delimiter, "notes": list(opened.notes)}


def _keep_first_rows(batch: Batch, heading: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    BatchFile.objects.filter(pk=batch.pk).update(first_rows=first_rows_of(heading, rows))


def _check_measures(targets: Sequence[ColumnTarget], deciding: Deciding) -> None:
    """Refuse a file of results without the columns that the outcome rules measure."""
    if not deciding.others:
        return
    faults, columns = Faults(), {target.column for target in targets}
    for measure in sorted(deciding.measures - columns):
        remedy = gettext_noop("Add this column, in percent: outcome rules of the achievements ask for it.")
        faults.add(measure, "missing-column", remedy)
    faults.tell()
