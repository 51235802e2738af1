"""Workbooks (XLSX) as rows of text. Pure. What unpacks to far more than was sent is refused before anything is parsed.

A cell is read as its text is shown: dates as year-month-day, whole numbers without a point, percentages and leading
zeros as their format says. What the file does not say for certain is a fault of its cell: a formula (we compute
nothing, and what a program computed once may be stale), an error value, a number whose digits the program did not
keep, cells that are merged.

Source: ECMA-376 part 1 (SpreadsheetML), part 2 (packages); XML by defusedxml, which openpyxl uses where it is there.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import ParseError

from registry.refusals import RuleBrokenError, gettext_noop

MOST_UNPACKED_BYTES: Final = 100_000_000
"""100,000 rows of 13 columns take some 60 MB."""
MOST_RATIO: Final = 100
"""Sheets of people take a tenth of their size when packed; even rows that are all alike no less than a fortieth."""
FREE_BYTES: Final = 1_000_000
MOST_PARTS: Final = 1_000
MOST_BYTES_OF_PART: Final = {
    "[content_types].xml": 1_000_000,
    "_rels/.rels": 1_000_000,
    "xl/_rels/workbook.xml.rels": 1_000_000,
    "xl/workbook.xml": 1_000_000,
    "xl/styles.xml": 4_000_000,
    "xl/sharedstrings.xml": 30_000_000,
    "xl/theme/theme1.xml": 1_000_000,
    "docprops/core.xml": 1_000_000,
    "docprops/custom.xml": 1_000_000,
}
"""What is read whole beside the sheet: as many sheets, formats or texts as fit 100 MB take minutes and 500 MB (measured).
100,000 rows of names and addresses have 12 MB of shared texts."""
MOST_CELLS: Final = 5_000_000
MOST_MERGED_TOLD: Final = 50
EXACT_DIGITS: Final = 15
"""A spreadsheet keeps so many digits of a number (IEEE 754 binary64)."""

_ENTRY: Final = b"PK\x01\x02"
_PACKED: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = 0x1
_MERGED: Final = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3})([0-9]{1,7})')
_LEADING_ZEROS: Final = re.compile(r"0{2,20}")
_BROKEN: Final = (
    ArithmeticError, AttributeError, EOFError, KeyError, IndexError, NotImplementedError, OSError, ParseError,
    RecursionError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a broken workbook ends in: openpyxl takes most parts as they come."""

Line = tuple[int, Sequence[str]]


class CellFault(NamedTuple):
    """What is wrong with a cell; `place` counts columns from 0."""

    place: int
    code: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first visible sheet: its rows with their numbers, faults by row, and codes of what was noticed."""

    lines: Iterator[Line]
    notes: tuple[str, ...]
    faults: Mapping[int, Sequence[CellFault]]


FORMULA: Final = gettext_noop("Replace the formula by its value: copy the column and paste it as values only.")
ERROR_VALUE: Final = gettext_noop("The spreadsheet shows an error in this cell: correct it.")
INEXACT: Final = gettext_noop(
    "The spreadsheet kept only 15 digits of this number: format the column as text and type the number again."
)
MERGED: Final = gettext_noop("Separate the merged cells, and fill in each of them.")


def is_workbook(data: bytes) -> bool:
    """Say whether the bytes begin as a workbook does, of today or of before 2007."""
    return data.startswith((_PACKED, _OLD))


def check_workbook(data: bytes) -> None:
    """Look at a workbook's table of contents alone; nothing is unpacked.

    Raises:
        RuleBrokenError: `not-a-table`, or `unpacks-too-large`.
    """
    if data.startswith(_OLD):
        raise _not_a_table()
    if data.count(_ENTRY) > MOST_PARTS:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except _BROKEN as error:
        raise _not_a_table() from error
    if any(part.flag_bits & _ENCRYPTED for part in parts) or "xl/workbook.xml" not in {p.filename for p in parts}:
        raise _not_a_table()
    # What a part claims is what is read of it: the unpacking ends there, whatever else is in it.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > max(FREE_BYTES, MOST_RATIO * len(data)):
        raise _too_large()
    if any(part.file_size > MOST_BYTES_OF_PART.get(part.filename.lower(), part.file_size) for part in parts):
        raise _too_large()


def read_workbook(data: bytes) -> Workbook:
    """Read the first visible sheet whole.

    Raises:
        RuleBrokenError: `not-a-table`, `unpacks-too-large`, `too-many-cells`, or `unreadable`.
    """
    check_workbook(data)
    # Imported here: half a second that only those pay who read one.
    import openpyxl
    from openpyxl.reader.excel import ExcelReader

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("workbooks are read with defusedxml alone")
    with warnings.catch_warnings():
        # What it says of extensions that it leaves out is of no use to anybody.
        warnings.simplefilter("ignore")
        try:
            reader = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
            reader.read_manifest()
            _check_names(reader.package)
            reader.read()
            sheets = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
            return _read_sheet(sheets[0], several=len(sheets) > 1)
        except RuleBrokenError:
            raise
        except _BROKEN as error:
            raise RuleBrokenError(
                "",
                "unreadable",
                gettext_noop("The workbook is damaged: open it, save it as XLSX again and send that."),
            ) from error


def _check_names(manifest: Any) -> None:
    """Refuse a workbook that has its texts or its list of sheets in parts of other names, for which no cap is known."""
    from openpyxl.xml.constants import SHARED_STRINGS, XLSM, XLSX, XLTM, XLTX

    names = {SHARED_STRINGS: "/xl/sharedstrings.xml"} | dict.fromkeys((XLSX, XLSM, XLTX, XLTM), "/xl/workbook.xml")
    for kind, name in names.items():
        part = manifest.find(kind)
        if part is not None and part.PartName.lower() != name:
            raise _not_a_table()


def _read_sheet(sheet: Any, *, several: bool) -> Workbook:
    # What a sheet says of its own size is often wrong, and can be made so.
    sheet.reset_dimensions()
    faults: dict[int, list[CellFault]] = {}
    for column, row in _merged(sheet):
        faults.setdefault(row, []).append(CellFault(column, "merged-cells", MERGED))
    lines: list[Line] = []
    visited = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        visited += len(cells) + 1
        if visited > MOST_CELLS:
            raise RuleBrokenError(
                "",
                "too-many-cells",
                gettext_noop("The sheet has too many cells: keep only the columns that are needed."),
            )
        texts = tuple([_text(cell, place, faults, number) for place, cell in enumerate(cells)])
        if any(texts) or number in faults:
            lines.append((number, texts))
    return Workbook(iter(lines), ("several-sheets",) if several else (), faults)


def _text(cell: Any, place: int, faults: dict[int, list[CellFault]], row: int) -> str:
    """Return a cell's text as it is shown; what says nothing certain is noted and shown as `?`."""
    value = cell.value
    if value is None or (value.__class__ is str and cell.data_type not in {"f", "e"}):
        return value or ""
    if cell.data_type in {"f", "e"}:
        fault = ("formula", FORMULA) if cell.data_type == "f" else ("error-value", ERROR_VALUE)
        faults.setdefault(row, []).append(CellFault(place, *fault))
        return "?"
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
        faults.setdefault(row, []).append(CellFault(place, "inexact-number", INEXACT))
        return "?"
    return _shown(value, cell)


def _shown(value: object, cell: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _number(value: float, shown_as: str) -> str:
    exact = Decimal(repr(value))
    if "%" in shown_as:
        return f"{(exact * 100).normalize():f}%"
    text = f"{exact:f}" if exact % 1 else str(int(exact))
    return text.zfill(len(shown_as)) if _LEADING_ZEROS.fullmatch(shown_as) and value >= 0 else text


def _merged(sheet: Any) -> list[tuple[int, int]]:
    """Return (column from 0, row) of the first cells of merged ones; they stand behind the rows, where none is read."""
    from openpyxl.utils import column_index_from_string

    with sheet._get_source() as source:
        found = _MERGED.findall(source.read())
    return [(column_index_from_string(column.decode()) - 1, int(row)) for column, row in found[:MOST_MERGED_TOLD]]


def _not_a_table() -> RuleBrokenError:
    return RuleBrokenError(
        "",
        "not-a-table",
        gettext_noop("This cannot be read as a table: save it as XLSX without a password, or as CSV (UTF-8)."),
    )


def _too_large() -> RuleBrokenError:
    return RuleBrokenError(
        "",
        "unpacks-too-large",
        gettext_noop(
            "The workbook is too large when it is unpacked: save only the sheet with the people, or send CSV."
        ),
    )
