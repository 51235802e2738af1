"""Reading lists of trusted issuers, JSON or tables. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from credentials.errors import MalformedError
from credentials.strict_json import parse_json
from credentials.trials import is_trial_did
from registry.dates import DayOutOfRangeError, read_day
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.tables import MOST_BYTES, check_table_size, is_table, read_table

MOST_LINES: Final = 100_000
COLUMNS: Final = ("did", "name", "vouched_by", "since", "source", "host", "for_what", "until")
REQUIRED: Final = ("did", "name", "vouched_by", "since", "source")
_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_LONGEST: Final = {"did": 255, "host": 255, "vouched_by": 200, "for_what": 300, "source": 500}
_TOO_MANY: Final = gettext_noop("The list has more than 100,000 lines: split it into several files.")
_UNKNOWN: Final = gettext_noop("The columns are did, name, vouched_by, since, source, host, for_what, until.")

Entry = tuple[int, Any, Sequence[Refusal]]
"""The row of a line, what it says, and faults of its cells whatever they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLine:
    """One line of a list: who vouches for whom, for what, since when, on what source."""

    did: str
    name: dict[str, str]
    vouched_by: str
    since: date
    source: str
    host: str = ""
    for_what: str = ""
    until: date | None = None


@dataclass(slots=True)
class TrustList:
    """What a list says, and what is wrong with it; with a refusal nothing of it is used."""

    lines: list[TrustLine] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_trust_list(data: bytes, *, name: str, encoding: str = "") -> TrustList:
    """Read a list; `name` decides: a table (`.csv`, `.tsv`, `.xlsx`), anything else is `{"issuers": [ … ]}`.

    Rows of a table are counted as a spreadsheet shows them, lines of JSON from 1; `encoding` is that of a CSV, if
    somebody named one. Never raises for what the list holds: every fault of every line is a refusal.
    """
    read = TrustList()
    try:
        check_table_size(data)
        entries = list(_table(data, encoding) if is_table(name) else _objects(data))
    except RuleBrokenError as error:
        read.refusals.extend(error.refusals)
        return read
    seen: set[tuple[str, str]] = set()
    for row, entry, found in entries:
        faults = Faults(found)
        with faults:
            line = _line(entry, faults)
            if (line.did, line.vouched_by) in seen:
                remedy = gettext_noop("The list has this issuer twice for the same voucher.")
                faults.add("did", "repeated", remedy)
            seen.add((line.did, line.vouched_by))
            read.lines.append(line)
        read.refusals.extend(fault.in_row(row) for fault in dict.fromkeys(faults.refusals))
    return read


def _objects(data: bytes) -> list[Entry]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise RuleBrokenError("", "not-json", str(error)) from error
    entries = document.get("issuers") if isinstance(document, dict) else document
    if not isinstance(entries, list) or not entries:
        raise RuleBrokenError("", "no-lines", gettext_noop('Write {"issuers": [ … ]} with at least one line.'))
    if len(entries) > MOST_LINES:
        raise RuleBrokenError("", "too-many-rows", _TOO_MANY)
    return [(row, entry, ()) for row, entry in enumerate(entries, start=1)]


def _table(data: bytes, encoding: str) -> Iterator[Entry]:
    table = read_table(data, most_rows=MOST_LINES, too_many=_TOO_MANY, encoding=encoding)
    columns = [cell.strip() for cell in table.heading]
    _check_heading(columns)
    for row, cells in table.lines:
        entry = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        if "".join(cells[len(columns) :]).strip():
            entry["surplus cell"] = "?"  # refused as an unknown column, with its row
        yield row, entry, table.faults_of(row, columns)


def _check_heading(columns: Sequence[str]) -> None:
    faults = Faults()
    for place, column in enumerate(columns):
        if column not in COLUMNS:
            faults.add(column or f"#{place + 1}", "unknown-column", _UNKNOWN)
        elif column in columns[:place]:
            faults.add(column, "duplicate-column", gettext_noop("Keep one of the two columns."))
    for column in REQUIRED:
        if column not in columns:
            faults.add(column, "missing-column", gettext_noop("Add this column."))
    faults.tell()


def _line(entry: Any, faults: Faults) -> TrustLine:
    """Read a line; every fault is told, and a line with faults is not used."""
    if not isinstance(entry, dict):
        raise RuleBrokenError("", "not-an-object", gettext_noop("Write each line as an object."))
    _check_columns(entry, faults)
    texts = dict.fromkeys(_LONGEST, "")
    for column in _LONGEST:
        with faults:
            texts[column] = _text(entry, column)
    if texts["did"] and not _DID.fullmatch(texts["did"]):
        remedy = gettext_noop("Write a decentralised identifier, for example did:web:example.org.")
        faults.add("did", "did", remedy)
    if is_trial_did(texts["did"]):
        faults.add(
            "did", "trial-issuer", gettext_noop("This address signs trials, which are worth nothing: leave it out.")
        )
    since, until, name = _day(entry, "since", faults), _day(entry, "until", faults), dict[str, str]()
    if since and until and until < since:
        faults.add("until", "date-order", gettext_noop("The end lies before the start."))
    if entry.get("name"):
        with faults:
            name = _name(entry["name"])
    return TrustLine(name=name, since=since or date.min, until=until, **texts)


def _check_columns(entry: dict[str, Any], faults: Faults) -> None:
    for column in entry:
        if column not in COLUMNS:
            faults.add(str(column), "unknown-column", _UNKNOWN)
    for column in REQUIRED:
        if not entry.get(column):
            remedy = gettext_noop("Fill this in: a register says who vouches, since when, on what source.")
            faults.add(column, "missing", remedy)


def _text(entry: dict[str, Any], column: str) -> str:
    value = entry.get(column) or ""
    if not isinstance(value, str):
        raise RuleBrokenError(column, "text", gettext_noop("Write a text here."))
    if len(value) > _LONGEST[column]:
        raise RuleBrokenError(column, "too-long", gettext_noop("Shorten this text."))
    return value.strip()


def _name(name: object) -> dict[str, str]:
    texts = {"en": name} if isinstance(name, str) else name
    if not isinstance(texts, dict) or not all(isinstance(part, str) for pair in texts.items() for part in pair):
        remedy = gettext_noop('Write a text, or a text per language: {"en": "…"}.')
        raise RuleBrokenError("name", "language-map", remedy)
    return texts


def _day(entry: dict[str, Any], column: str, faults: Faults) -> date | None:
    if not entry.get(column):
        return None
    try:
        return read_day(str(entry[column]).strip())
    except DayOutOfRangeError:
        remedy = gettext_noop("Correct the date: it lies before 1900, or more than a hundred years away.")
        faults.add(column, "date-out-of-range", remedy)
    except ValueError:
        faults.add(column, "date", gettext_noop("Write dates as year-month-day: 2026-11-21."))
    return None
