"""Files of awards. Pure: bytes in, typed rows and refusals out; nothing is looked up and nothing kept.

Whatever spreadsheets write is read: byte-order marks, commas, semicolons or tabs, any line ends, quoted line
breaks, UTF-8, UTF-16 or Western European letters, empty lines. Row 1 is the first after the header.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from credentials.documents.rules import check_iri
from credentials.errors import DataModelError
from issuing.collecting import rare_collections
from issuing.rules import DAY_REMEDY, RuleBrokenError, checked_language, exact_number, gettext_noop
from registry.dates import DayOutOfRangeError, read_day
from registry.spreadsheets import spreadsheet

MAX_ROWS: Final = 100_000
MAX_BYTES: Final = 20 * 1024 * 1024
NAMING: Final = ("email", "identifier", "learner")
"""Columns that say who a row's person is; a file has at least one of them."""
COLUMNS: Final = (
    "name",
    *NAMING,
    "identifier_type",
    "identifier_scope",
    "awarded_on",
    "valid_until",
    "learning_from",
    "learning_to",
    "participation",
    "supervision",
    "credits_earned",
    "language",
    "result",
    "evidence_url",
)
REPORT_COLUMNS: Final = ("row", "code", "column", "remedy")
"""Columns of a file of failed rows; ignored, so that such a file can be corrected and sent again."""

_DELIMITERS: Final = (",", ";", "\t")
_ISO_REMEDY: Final = gettext_noop("Write dates as year-month-day: 2026-11-21.")


class TableRefusedError(ValueError):
    """The file as a whole cannot be used; `column` is empty where no column is to blame."""

    def __init__(self, code: str, remedy: str, column: str = "") -> None:
        super().__init__(code)
        self.code, self.remedy, self.column = code, remedy, column


class AwardFields(NamedTuple):
    """One row, typed. Dates are days of the organisation's time zone; what is absent is None."""

    email: str
    name: str
    identifier: str | None = None
    identifier_type: str | None = None
    identifier_scope: str | None = None
    learner: str | None = None
    awarded_on: dt.date | None = None
    valid_until: dt.date | None = None
    learning_from: str | None = None
    learning_to: str | None = None
    participation: str | None = None
    supervision: str | None = None
    credits_earned: Decimal | None = None
    language: str | None = None
    result: str | None = None
    evidence_url: str | None = None


class TableRow(NamedTuple):
    """One row: its fields, or why it could not be read; `cells` as they stood in the file."""

    number: int
    cells: tuple[str, ...]
    fields: AwardFields | None = None
    broken: RuleBrokenError | None = None


@dataclass(frozen=True, slots=True)
class AwardTable:
    """A file of awards: its columns, its rows, and codes of what was noticed ("latin-1")."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()


@rare_collections()
def read_award_csv(data: bytes) -> AwardTable:
    """Read a CSV of awards.

    Raises:
        TableRefusedError: too large, too many rows, not text, or its header cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise TableRefusedError(
            "too-large", gettext_noop("The file is larger than 20 MB: split it into several files.")
        )
    text, notes = _decoded(data)
    records = _records(text)
    header = next(records, None)
    if header is None:
        raise TableRefusedError("empty-file", gettext_noop("The file is empty: the first line names the columns."))
    columns = _checked_header(header)
    return AwardTable(columns, tuple(_rows(records, columns)), notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableRefusedError(
            "not-csv", gettext_noop("This is a spreadsheet: save it as CSV (UTF-8) and send that.")
        )
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text, notes = data.decode("utf-16"), ()
        else:
            text, notes = data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        # Every byte is a letter in some Western European code page; the note lets people look at the names.
        return _refuse_binary(data.decode("cp1252", errors="replace")), ("latin-1",)
    return _refuse_binary(text), notes


def _refuse_binary(text: str) -> str:
    if "\x00" in text:
        raise TableRefusedError(
            "not-csv", gettext_noop("This is not a text file: save it as CSV (UTF-8) and send that.")
        )
    return text


def _records(text: str) -> Iterator[list[str]]:
    """Yield the records; the delimiter is the one that the header line uses."""
    stream = io.StringIO(text, newline="")
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if first in {f"sep={mark}" for mark in _DELIMITERS}:
        stream.readline()
        delimiter = first[-1]
    else:
        line = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(_DELIMITERS, key=line.count)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise TableRefusedError(
            "unreadable", gettext_noop('The quotation marks of the file do not match: each " that opens must close.')
        ) from error


def _checked_header(header: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in header)
    columns = tuple("email" if column == "e_mail" else column for column in columns)
    named = max((place for place, column in enumerate(columns, start=1) if column), default=0)
    columns = columns[:named]
    missing = [] if set(columns).intersection(NAMING) else ["email"]
    for column in [*missing, *(["name"] if "name" not in columns else [])]:
        remedy = gettext_noop("Add this column; a file needs at least name, and email or identifier.")
        raise TableRefusedError("missing-column", remedy, column)
    for place, column in enumerate(columns):
        if column not in COLUMNS and column not in REPORT_COLUMNS:
            remedy = gettext_noop("Remove or rename this column: it is not one that an award can state.")
            raise TableRefusedError("unknown-column", remedy, column or f"#{place + 1}")
        if column in columns[:place]:
            raise TableRefusedError("duplicate-column", gettext_noop("Keep one of the two columns."), column)
    return columns


def _rows(records: Iterator[list[str]], columns: Sequence[str]) -> Iterator[TableRow]:
    for number, cells in enumerate(records, start=1):
        if number > MAX_ROWS and any(cell.strip() for cell in cells):
            raise TableRefusedError(
                "too-many-rows", gettext_noop("The file has more than 100,000 rows: split it into several files.")
            )
        if not "".join(cells).strip():
            continue
        try:
            yield TableRow(number, tuple(cells), _fields(_named(cells, columns)))
        except RuleBrokenError as broken:
            yield TableRow(number, tuple(cells), broken=broken)


def _named(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    if len(cells) > len(columns) and "".join(cells[len(columns) :]).strip():
        remedy = gettext_noop(
            "The row has more cells than columns: put texts that hold the separator in quotation marks."
        )
        raise RuleBrokenError("", "too-many-cells", remedy)
    return dict(zip(columns, cells, strict=False))


def _fields(cells: Mapping[str, str]) -> AwardFields:
    """Read a row's cells; name and address stay as they stand, to be cleaned where they are checked."""
    values: dict[str, Any] = {column: text for column, cell in cells.items() if (text := cell.strip())}
    for column in REPORT_COLUMNS:
        values.pop(column, None)
    for column, read in _READERS.items():
        if column in values:
            values[column] = read(values[column], column)
    values["email"], values["name"] = cells.get("email", ""), cells.get("name", "")
    return AwardFields(**values)


# A file states the same few days thousands of times.
@lru_cache(maxsize=4_096)
def _day(text: str, column: str) -> dt.date:
    try:
        return read_day(text)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError as error:
        raise RuleBrokenError(column, "bad-date", _ISO_REMEDY) from error


def _address(text: str, column: str) -> str:
    try:
        check_iri(text, column)
    except DataModelError as error:
        remedy = gettext_noop("Write the whole address, beginning with https://.")
        raise RuleBrokenError(column, "bad-address", remedy) from error
    return text


_READERS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "awarded_on": _day,
    "valid_until": _day,
    "credits_earned": exact_number,
    "language": checked_language,
    "evidence_url": _address,
}


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that was not accepted: its cells, and what to do about it."""

    number: int
    cells: tuple[str, ...]
    code: str
    column: str
    remedy: str


def write_failed_rows(columns: Sequence[str], rows: Iterable[FailedRow]) -> bytes:
    """Return the rows that failed as CSV (UTF-8 with a mark, for spreadsheets), to be corrected and sent again.

    Cells that a spreadsheet would take for formulas are made plain text.
    """
    kept = [place for place, column in enumerate(columns) if column not in REPORT_COLUMNS]
    table: list[tuple[str, ...]] = [(*(columns[place] for place in kept), *REPORT_COLUMNS)]
    for row in rows:
        cells = (row.cells[place] if place < len(row.cells) else "" for place in kept)
        table.append((*cells, str(row.number), row.code, row.column, row.remedy))
    return b"\xef\xbb\xbf" + spreadsheet(table).encode()
