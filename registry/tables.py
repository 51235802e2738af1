"""Tables that people send, CSV or XLSX, as rows of text: the house's only reader of either. Pure: bytes in, texts out.

Rows are counted as a spreadsheet shows them: the heading is row 1, the first person stands in row 2. Whatever
spreadsheets write is read: the letters of `registry.encodings`, commas, semicolons, tabs or bars, any line ends, quoted
line breaks, empty lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from registry.encodings import decode_table
from registry.refusals import Refusal, RuleBrokenError, gettext_noop
from registry.workbooks import CellFault, Line, is_workbook, read_workbook

MOST_BYTES: Final = 20 * 1024 * 1024
ENDINGS: Final = (".csv", ".tsv", ".xlsx")
_DELIMITERS: Final = (",", ";", "\t", "|")
_NAMED_DELIMITER: Final = re.compile(r'"?sep=([^\w\s"]|\t)?"?\s*', re.IGNORECASE)
_QUOTED: Final = re.compile('"[^"]*"')


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its heading, its rows that are not empty, each with its number, and codes of what was noticed.

    Notes: `latin-1` (letters were read as Western European: look at the names), `several-sheets` (the first visible
    one was read). `encoding` and `delimiter` say how a CSV was read; a workbook has neither.
    """

    heading: Sequence[str]
    lines: Iterator[Line]
    notes: tuple[str, ...] = ()
    faults: Mapping[int, Sequence[CellFault]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""

    def faults_of(self, row: int, columns: Sequence[str]) -> list[Refusal]:
        """Return what is wrong with cells of a row whatever they stand for, under the names of the columns."""
        return [
            Refusal(columns[one.place] if one.place < len(columns) else "", one.code, one.remedy, row)
            for one in self.faults.get(row, ())
        ]


def is_table(name: str) -> bool:
    """Say whether a file is a table by its name."""
    return name.lower().endswith(ENDINGS)


def check_table_size(data: bytes) -> None:
    """Refuse a file that is too large to be read.

    Raises:
        RuleBrokenError: code `too-large`.
    """
    if len(data) > MOST_BYTES:
        raise RuleBrokenError(
            "", "too-large", gettext_noop("The file is larger than 20 MB: split it into several files.")
        )


def read_table(data: bytes, *, most_rows: int, too_many: str, encoding: str = "") -> Table:
    """Read a table up to its heading; the rows follow while they are asked for, those of a workbook are there.

    Args:
        data: the file.
        most_rows: how many it may have beside the heading.
        too_many: what to do about more, a text for the message catalogue.
        encoding: of a CSV, one of `registry.encodings.ENCODINGS`; empty where nobody named one.

    Raises:
        RuleBrokenError: too large, not a table, empty, or its encoding is not as named or cannot be told. Asking for
            rows raises it for too many of them, and where quotation marks do not match.
    """
    check_table_size(data)
    faults: Mapping[int, Sequence[CellFault]] = {}
    delimiter = ""
    if is_workbook(data):
        book = read_workbook(data)
        lines: Iterable[Line] = book.lines
        notes, faults, encoding = book.notes, book.faults, ""
    else:
        text, encoding, notes = decode_table(data, encoding)
        stream, delimiter = _opened(text)
        lines = enumerate(_records(stream, delimiter), start=1)
    filled = ((row, cells) for row, cells in lines if "".join(cells).strip())
    heading_row, heading = next(filled, (0, ()))
    if not heading:
        raise RuleBrokenError("", "empty-file", gettext_noop("The file is empty: the first line names the columns."))
    rows = _bounded(filled, heading_row + most_rows, too_many)
    return Table(heading, rows, notes, faults, encoding, delimiter)


def _bounded(lines: Iterator[Line], last: int, too_many: str) -> Iterator[Line]:
    for line in lines:
        if line[0] > last:
            raise RuleBrokenError("", "too-many-rows", too_many)
        yield line


def _opened(text: str) -> tuple[io.StringIO, str]:
    """Return the text from its heading on, and the delimiter that the heading uses, or that a line `sep=` names."""
    stream = io.StringIO(text, newline="")
    named = _NAMED_DELIMITER.fullmatch(text.split("\n", 1)[0])
    if named:
        stream.readline()
        return stream, named[1] or "\t"
    # A delimiter within quotation marks is none.
    line = _QUOTED.sub("", next((line for line in text.splitlines() if line.strip()), ""))
    return stream, max(_DELIMITERS, key=line.count)


def _records(stream: io.StringIO, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RuleBrokenError(
            "",
            "unreadable",
            gettext_noop('The quotation marks of the file do not match: each " that opens must close.'),
        ) from error
