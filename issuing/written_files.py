"""Files of awards that we write: the template to fill in, and the rows that failed. Pure: values in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from issuing.headings import COLUMNS, REPORT_COLUMNS
from registry.refusals import Refusal
from registry.spreadsheets import spreadsheet


def award_template() -> bytes:
    """Return a table to fill in, as CSV (UTF-8 with a mark): a column for all that an award can state, and one example."""
    example = {"name": "Ana Beispiel", "email": "ana@example.org", "awarded_on": "2026-11-30", "language": "de"}
    rows = [COLUMNS, tuple(example.get(column, "") for column in COLUMNS)]
    return b"\xef\xbb\xbf" + spreadsheet(rows).encode()


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that was not accepted: its cells, and everything that is to be done about it, in the reader's language."""

    number: int
    cells: Sequence[str]
    faults: tuple[Refusal, ...]


def write_failed_rows(columns: Sequence[str], rows: Iterable[FailedRow]) -> bytes:
    """Return the rows that failed as CSV (UTF-8 with a mark, for spreadsheets), to be corrected and sent again.

    A row's faults stand in one cell each of codes, columns and remedies. Cells that a spreadsheet would take for
    formulas are made plain text.
    """
    kept = [place for place, column in enumerate(columns) if column and column not in REPORT_COLUMNS]
    table: list[tuple[str, ...]] = [(*(columns[place] for place in kept), *REPORT_COLUMNS)]
    for row in rows:
        cells = (row.cells[place] if place < len(row.cells) else "" for place in kept)
        table.append((*cells, str(row.number), *_fault_cells(row.faults)))
    return b"\xef\xbb\xbf" + spreadsheet(table).encode()


def _fault_cells(faults: Sequence[Refusal]) -> tuple[str, str, str]:
    """Return codes, columns and remedies; where there are several, each remedy names its column."""
    codes = " ".join(fault.code for fault in faults)
    columns = " ".join(fault.place for fault in faults if fault.place)
    if len(faults) == 1:
        return codes, columns, faults[0].sentence()
    return codes, columns, " | ".join(f"{fault.place}: {fault.sentence()}" for fault in faults)
