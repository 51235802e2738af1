"""Files of awards. Pure: bytes in, typed rows and refusals out; nothing is looked up and nothing kept.

How a file is read as a table, and how its rows are counted: `registry.tables`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from credentials.documents.rules import check_iri
from credentials.errors import DataModelError
from issuing.garbage import rare_garbage_collection
from issuing.rules import DAY_REMEDY, checked_language, exact_number, read_day_or_moment
from issuing.stated import COLUMN_OF, FACTS, DayOrMoment, EvidenceOrder, FactKind, ResultOrder, Stated
from registry.dates import DayOutOfRangeError, read_day
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.spreadsheets import spreadsheet
from registry.tables import Table, read_table

MAX_ROWS: Final = 100_000
NAMING: Final = ("email", "identifier", "learner")
"""Columns that say who a row's person is; a file has at least one of them."""


class Person(NamedTuple):
    """Whom a row names, as the cells say it: cleaned and checked later."""

    name: str = ""
    email: str = ""
    identifier: str = ""
    learner: str = ""
    identifier_type: str = ""
    identifier_scope: str = ""


SEND_AT: Final = "send_at"
"""The column of the day that a row's award waits for: asked of the award, not stated in it."""
COLUMNS: Final = (*Person._fields, *COLUMN_OF, SEND_AT)
REPORT_COLUMNS: Final = ("row", "code", "column", "remedy")
"""Columns of a file of failed rows; ignored, so that such a file can be corrected and sent again."""

_TOO_MANY: Final = gettext_noop("The file has more than 100,000 rows: split it into several files.")
_ISO_REMEDY: Final = gettext_noop("Write dates as year-month-day: 2026-11-21.")
_SAME: Final = {"e_mail": "email"}


class TableRow(NamedTuple):
    """One row: the person as named, what could be read of the rest, what could not; `cells` as they stood in the file.

    `whole` is false where cells cannot be told apart, so that nothing of the row is read.
    """

    number: int
    cells: Sequence[str]
    person: Person = Person()
    stated: Stated = cast(Stated, {})
    faults: tuple[Refusal, ...] = ()
    whole: bool = True
    send_at: DayOrMoment | None = None


@dataclass(frozen=True, slots=True)
class AwardTable:
    """A file of awards: its columns, its rows, and how it was read (`registry.tables.Table`)."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""

    @property
    def read_as(self) -> dict[str, Any]:
        """How the file was read, for machines: `encoding` and `delimiter` (empty for a workbook), `notes`."""
        return {"encoding": self.encoding, "delimiter": self.delimiter, "notes": list(self.notes)}


@rare_garbage_collection()
def read_award_file(data: bytes, *, mapping: Mapping[str, str] | None = None, encoding: str = "") -> AwardTable:
    """Read a table of awards, CSV or XLSX.

    Args:
        data: the file.
        mapping: heading → the column that is meant; a heading that is mapped to nothing is left out.
        encoding: of a CSV, if somebody named one.

    Raises:
        RuleBrokenError: too large, too many rows, no table, its encoding cannot be told, or its heading cannot be used.
    """
    table, columns = _opened(data, mapping or {}, encoding)
    return AwardTable(columns, tuple(_rows(table, columns)), table.notes, table.encoding, table.delimiter)


def rows_up_to(data: bytes, most: int, *, mapping: Mapping[str, str] | None = None, encoding: str = "") -> int:
    """Return how many rows a CSV has, counting no further than `most`.

    Raises:
        RuleBrokenError: as `read_award_file`, of what was looked at.
    """
    table, _columns = _opened(data, mapping or {}, encoding)
    return sum(1 for _row, _line in zip(range(most), table.lines, strict=False))


def _opened(data: bytes, mapping: Mapping[str, str], encoding: str) -> tuple[Table, tuple[str, ...]]:
    table = read_table(data, most_rows=MAX_ROWS, too_many=_TOO_MANY, encoding=encoding)
    return table, _checked_heading(table.heading, mapping)


def _checked_heading(heading: Sequence[str], mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns that are meant, empty for those that are left out; every fault of the heading is told."""
    columns: list[str | None] = [_meant(cell.strip(), mapping) for cell in heading]
    named = max((place for place, cell in enumerate(heading, start=1) if cell.strip()), default=0)
    columns, faults = columns[:named], Faults()
    missing = [] if set(columns).intersection(NAMING) else ["email"]
    for absent in [*missing, *(["name"] if "name" not in columns else [])]:
        remedy = gettext_noop("Add this column; a file needs at least name, and email or identifier.")
        faults.add(absent, "missing-column", remedy)
    there = {cell.strip() for cell in heading}
    for absent in (meant for meant in mapping if meant not in there):
        remedy = gettext_noop("The mapping names this heading, and the file has none such: correct the mapping.")
        faults.add(absent, "unknown-heading", remedy)
    for place, column in enumerate(columns):
        if column is None:  # left out
            continue
        if column not in COLUMNS and column not in REPORT_COLUMNS:
            remedy = gettext_noop("Remove or rename this column: it is not one that an award can state.")
            faults.add(column or f"#{place + 1}", "unknown-column", remedy)
        elif column in columns[:place]:
            faults.add(column, "duplicate-column", gettext_noop("Keep one of the two columns."))
    faults.tell()
    return tuple(column or "" for column in columns)


def _meant(cell: str, mapping: Mapping[str, str]) -> str | None:
    """Return the column that a heading means; None where it is to be left out."""
    if cell in mapping:
        return mapping[cell] or None
    plain = cell.lower().replace(" ", "_").replace("-", "_")
    return _SAME.get(plain, plain)


def _rows(table: Table, columns: Sequence[str]) -> Iterator[TableRow]:
    readers: list[tuple[int, str, str, Callable[[str, str], Any]]] = [
        (place, COLUMN_OF[column], column, _READERS[FACTS[COLUMN_OF[column]].kind])
        for place, column in enumerate(columns)
        if column in COLUMN_OF
    ]
    readers += [(place, SEND_AT, column, _moment) for place, column in enumerate(columns) if column == SEND_AT]
    # The empty cell behind the last one stands for a column that the file does not have.
    width = len(columns)
    of_person = [columns.index(one) if one in columns else width for one in Person._fields]
    for number, cells in table.lines:
        if len(cells) > width and "".join(cells[width:]).strip():
            yield TableRow(number, cells, faults=(_TOO_MANY_CELLS,), whole=False)
            continue
        filled = [*cells[:width], *[""] * (width + 1 - len(cells))] if len(cells) <= width else [*cells[:width], ""]
        stated: dict[str, Any] = {}
        faults: list[Refusal] = table.faults_of(number, columns) if table.faults else []
        doubtful = {fault.place for fault in faults}
        for place, fact, column, read in readers:
            text = filled[place].strip()
            if text and column not in doubtful:
                try:
                    stated[fact] = read(text, column)
                except RuleBrokenError as broken:
                    faults.extend(broken.refusals)
        person = Person._make([filled[place] for place in of_person])
        send_at = stated.pop(SEND_AT, None)
        yield TableRow(number, cells, person, cast(Stated, stated), tuple(faults), send_at=send_at)


_TOO_MANY_CELLS: Final = Refusal(
    "",
    "too-many-cells",
    gettext_noop("The row has more cells than columns: put texts that hold the separator in quotation marks."),
)


# A file states the same few days thousands of times.
@lru_cache(maxsize=4_096)
def _day(text: str, column: str) -> dt.date:
    try:
        return read_day(text)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError as error:
        raise RuleBrokenError(column, "bad-date", _ISO_REMEDY) from error


@lru_cache(maxsize=4_096)
def _moment(text: str, column: str) -> DayOrMoment:
    try:
        return read_day_or_moment(text)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError as error:
        remedy = gettext_noop("Write a date (2026-11-21), or a time with its zone (2026-11-21T09:00:00Z).")
        raise RuleBrokenError(column, "bad-date", remedy) from error


@lru_cache(maxsize=4_096)
def _result(text: str, _column: str) -> tuple[ResultOrder, ...]:
    return (ResultOrder(value=text),)


def _address(text: str, column: str) -> tuple[EvidenceOrder, ...]:
    try:
        check_iri(text, column)
    except DataModelError as error:
        remedy = gettext_noop("Write the whole address, beginning with https://.")
        raise RuleBrokenError(column, "bad-address", remedy) from error
    return (EvidenceOrder(url=text),)


def _as_it_is(text: str, _column: str) -> str:
    return text


_READERS: Final[Mapping[FactKind, Callable[[str, str], Any]]] = {
    FactKind.DAY: _day,
    FactKind.END: _day,
    FactKind.WHEN: _as_it_is,
    FactKind.LINE: _as_it_is,
    FactKind.NUMBER: exact_number,
    FactKind.LANGUAGE: checked_language,
    FactKind.RESULTS: _result,
    FactKind.EVIDENCE: _address,
}


def read_fact(column: str, text: str) -> tuple[str, Any]:
    """Return the fact that a column states, and its value; None where the text is empty.

    Raises:
        RuleBrokenError: an award has no such column, or the text cannot be read.
    """
    if column not in COLUMN_OF:
        remedy = gettext_noop("Remove or rename this column: it is not one that an award can state.")
        raise RuleBrokenError(column, "unknown-column", remedy)
    fact = COLUMN_OF[column]
    plain = text.strip()
    return fact, _READERS[FACTS[fact].kind](plain, column) if plain else None


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
