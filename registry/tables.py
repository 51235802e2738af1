"""Tables that people send, CSV or XLSX, as rows of text: the house's only reader of either. Pure: bytes in, texts out.

Rows are counted as a spreadsheet shows them: the heading is row 1, the first person stands in row 2. Whatever
spreadsheets write is read: marks of byte order, UTF-8, UTF-16 or Western European letters, commas, semicolons, tabs
or bars, any line ends, quoted line breaks, empty lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from registry.refusals import Refusal, RuleBrokenError, gettext_noop
from registry.workbooks import CellFault, Line, is_workbook, read_workbook

MOST_BYTES: Final = 20 * 1024 * 1024
ENDINGS: Final = (".csv", ".tsv", ".xlsx")
_DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_LOOKED_AT: Final = 400


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its heading, its rows that are not empty, each with its number, and codes of what was noticed.

    Notes: `latin-1` (letters were read as Western European: look at the names), `several-sheets` (the first visible
    one was read).
    """

    heading: Sequence[str]
    lines: Iterator[Line]
    notes: tuple[str, ...] = ()
    faults: Mapping[int, Sequence[CellFault]] = field(default_factory=dict)

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


def read_table(data: bytes, *, most_rows: int, too_many: str) -> Table:
    """Read a table up to its heading; the rows follow while they are asked for, those of a workbook are there.

    Args:
        data: the file.
        most_rows: how many it may have beside the heading.
        too_many: what to do about more, a text for the message catalogue.

    Raises:
        RuleBrokenError: too large, not a table, empty. Asking for rows raises it for too many of them, and where
            quotation marks do not match.
    """
    check_table_size(data)
    notes: tuple[str, ...] = ()
    faults: Mapping[int, Sequence[CellFault]] = {}
    if is_workbook(data):
        book = read_workbook(data)
        lines: Iterable[Line] = book.lines
        notes, faults = book.notes, book.faults
    else:
        text, notes = _decoded(data)
        lines = enumerate(_records(text), start=1)
    filled = ((row, cells) for row, cells in lines if "".join(cells).strip())
    heading_row, heading = next(filled, (0, ()))
    if not heading:
        raise RuleBrokenError("", "empty-file", gettext_noop("The file is empty: the first line names the columns."))
    return Table(heading, _bounded(filled, heading_row + most_rows, too_many), notes, faults)


def _bounded(lines: Iterator[Line], last: int, too_many: str) -> Iterator[Line]:
    for line in lines:
        if line[0] > last:
            raise RuleBrokenError("", "too-many-rows", too_many)
        yield line


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        # Every byte is a letter in some Western European code page; the note lets people look at the names.
        return _refuse_binary(data.decode("cp1252", errors="replace")), ("latin-1",)
    return _refuse_binary(text), ()


def _encoding(data: bytes) -> str:
    """Return what a mark of byte order says, or the zeros of letters that take two bytes; else UTF-8."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    beginning = data[:_LOOKED_AT]
    for name, zeros in (("utf-16-le", beginning[1::2]), ("utf-16-be", beginning[0::2])):
        if zeros and zeros.count(0) * 2 > len(zeros):
            return name
    return "utf-8-sig"


def _refuse_binary(text: str) -> str:
    if "\x00" in text:
        raise RuleBrokenError(
            "", "not-a-table", gettext_noop("This is no table: save it as XLSX or as CSV (UTF-8) and send that.")
        )
    return text


def _records(text: str) -> Iterator[list[str]]:
    """Yield the records; the delimiter is the one that the heading uses, or that a line `sep=` names."""
    stream = io.StringIO(text, newline="")
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if first in {f"sep={mark}" for mark in _DELIMITERS} or first == "sep=":
        stream.readline()
        delimiter = first[4:] or "\t"
    else:
        line = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(_DELIMITERS, key=line.count)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RuleBrokenError(
            "",
            "unreadable",
            gettext_noop('The quotation marks of the file do not match: each " that opens must close.'),
        ) from error
