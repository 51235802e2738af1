"""The rows of a kept file that were refused, as a file that can be mended and sent again."""

from __future__ import annotations

import zlib

from issuing.errors import BatchStateError
from issuing.formats import read_award_file
from issuing.models import Batch, BatchFile
from issuing.services.batch_reports import kept_outcomes
from issuing.services.columns import mapping_of
from issuing.written_files import FailedRow, write_failed_rows
from registry.refusals import RuleBrokenError


def failed_rows_of(batch: Batch) -> bytes:
    """Return the refused rows of a file as CSV, their cells as they stood and what to do about each; it names people.

    At most as many as a batch's report keeps.

    Raises:
        BatchStateError: its file is gone.
    """
    kept = BatchFile.objects.filter(pk=batch.pk).first()
    if kept is None or kept.kind == "orders":
        raise BatchStateError(state=batch.state)
    try:
        encoding = batch.options.get("read_as", {}).get("encoding", "")
        table = read_award_file(zlib.decompress(kept.content), mapping=mapping_of(batch), encoding=encoding)
    except RuleBrokenError as error:
        raise BatchStateError(state=batch.state) from error
    cells = {row.number: row.cells for row in table.rows}
    refused = [row for row in kept_outcomes(batch) if row.state == "refused" and row.row in cells]
    return write_failed_rows(table.columns, [FailedRow(row.row, cells[row.row], row.faults) for row in refused])
