"""Reading lists of trusted issuers, JSON or CSV. Pure: values in, values out."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from credentials.errors import MalformedError
from credentials.strict_json import parse_json
from registry.dates import DayOutOfRangeError, read_day

MOST_BYTES: Final = 20_000_000
COLUMNS: Final = ("did", "name", "vouched_by", "since", "source", "host", "for_what", "until")
REQUIRED: Final = ("did", "name", "vouched_by", "since", "source")
_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_LONGEST: Final = {"did": 255, "host": 255, "vouched_by": 200, "for_what": 300, "source": 500}


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


@dataclass(frozen=True, slots=True)
class LineRefusal:
    """Why a line cannot be used; lines count from 1."""

    row: int
    column: str
    code: str
    remedy: str


@dataclass(slots=True)
class TrustList:
    """What a list says, and what is wrong with it; with a refusal nothing of it is used."""

    lines: list[TrustLine] = field(default_factory=list)
    refusals: list[LineRefusal] = field(default_factory=list)


class _LineError(Exception):
    def __init__(self, column: str, code: str, remedy: str) -> None:
        super().__init__(code)
        self.column, self.code, self.remedy = column, code, remedy


def read_trust_list(data: bytes, *, name: str) -> TrustList:
    """Read a list; `name` decides: `.csv` is a table with a heading, anything else `{"issuers": [ … ]}`.

    Never raises for what the list holds: every fault is a refusal.
    """
    read = TrustList()
    try:
        entries = _table(data) if name.lower().endswith(".csv") else _objects(data)
    except _LineError as error:
        read.refusals.append(LineRefusal(0, error.column, error.code, error.remedy))
        return read
    seen: set[tuple[str, str]] = set()
    for row, entry in enumerate(entries, start=1):
        try:
            line = _line(entry)
            if (line.did, line.vouched_by) in seen:
                raise _LineError("did", "repeated", "The list has this issuer twice for the same voucher.")  # noqa: TRY301
        except _LineError as error:
            read.refusals.append(LineRefusal(row, error.column, error.code, error.remedy))
        else:
            seen.add((line.did, line.vouched_by))
            read.lines.append(line)
    return read


def _objects(data: bytes) -> list[Any]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise _LineError("", "not-json", str(error)) from error
    entries = document.get("issuers") if isinstance(document, dict) else document
    if not isinstance(entries, list) or not entries:
        raise _LineError("", "no-lines", 'Write {"issuers": [ … ]} with at least one line.')
    return entries


def _table(data: bytes) -> list[Any]:
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), restkey="surplus cell", strict=True)
        return [{column: cell for column, cell in row.items() if cell} for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _LineError("", "not-csv", f"Save the table as CSV in UTF-8: {error}") from error


def _line(entry: Any) -> TrustLine:
    if not isinstance(entry, dict):
        raise _LineError("", "not-an-object", "Write each line as an object.")
    for column in entry:
        if column not in COLUMNS:
            raise _LineError(str(column), "unknown-column", f"The columns are {', '.join(COLUMNS)}.")
    for column in REQUIRED:
        if not entry.get(column):
            raise _LineError(
                column, "missing", "Fill this in: a register says who vouches, since when, on what source."
            )
    texts = {column: _text(entry, column) for column in ("did", "vouched_by", "source", "host", "for_what")}
    if not _DID.fullmatch(texts["did"]):
        raise _LineError("did", "did", "Write a decentralised identifier, for example did:web:example.org.")
    return TrustLine(name=_name(entry["name"]), since=_day(entry, "since"), until=_end(entry), **texts)


def _text(entry: dict[str, Any], column: str) -> str:
    value = entry.get(column, "")
    if not isinstance(value, str) or len(value) > _LONGEST[column]:
        raise _LineError(column, "text", f"Write a text of at most {_LONGEST[column]} characters.")
    return value.strip()


def _name(name: object) -> dict[str, str]:
    texts = {"en": name} if isinstance(name, str) else name
    if not isinstance(texts, dict) or not all(isinstance(part, str) for pair in texts.items() for part in pair):
        raise _LineError("name", "language-map", 'Write a text, or a text per language: {"en": "…"}.')
    return texts


def _day(entry: dict[str, Any], column: str) -> date:
    try:
        return read_day(str(entry[column]))
    except DayOutOfRangeError as error:
        raise _LineError(column, "date-out-of-range", "The date lies before 1900, or too far away.") from error
    except ValueError as error:
        raise _LineError(column, "date", "Write the date as 2026-11-21.") from error


def _end(entry: dict[str, Any]) -> date | None:
    if not entry.get("until"):
        return None
    until = _day(entry, "until")
    if until < _day(entry, "since"):
        raise _LineError("until", "date-order", "The end lies before the start.")
    return until
