"""Reading files of catalogue entries: JSON and CSV into typed rows, every fault with its row, column and remedy. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from catalogue.content import AchievementContent, PartyContent
from catalogue.rules import (
    DERIVED_ITEMS,
    FURTHER_ITEMS,
    INFORMATION_ITEMS,
    STATES,
    TEXTS,
    content_refusals,
    exact_decimal,
    gettext_noop,
)
from credentials.errors import MalformedError
from credentials.strict_json import parse_json
from registry.dates import DayOutOfRangeError, read_day

MOST_BYTES: Final = 20_000_000
MOST_ENTRIES: Final = 10_000
LARGEST_WHOLE: Final = 100_000
KINDS: Final = frozenset({"micro-credential", "micro-degree", "participation", "document", "equivalence"})
WANTED_STATES: Final = frozenset({"draft", "planned", "published"})
POLICIES: Final = frozenset({"deny", "allow", "replace"})
RELATIONS: Final = frozenset({"equivalent", "excludes", "part_of", "replaces", "prerequisite", "derived_from"})


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row cannot be used. Rows count from 1; a CSV's heading is row 0. `remedy` is for the message catalogue."""

    row: int
    column: str
    code: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One entry of a file. Relations name (kind, issuer slug, slug)."""

    row: int
    issuer: str
    slug: str
    kind: str
    state: str
    duplicates: str
    content: AchievementContent
    relations: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class CatalogueFile:
    """What a file says, and what is wrong with it; with a refusal nothing of it is used."""

    rows: list[CatalogueRow] = field(default_factory=list)
    refusals: list[RowRefusal] = field(default_factory=list)


class CellError(Exception):
    """A value cannot be read: where, a stable code, and what to do."""

    def __init__(self, column: str, code: str, remedy: str) -> None:
        super().__init__(code)
        self.column, self.code, self.remedy = column, code, remedy


def read_catalogue(data: bytes, *, name: str) -> CatalogueFile:
    """Read a file of entries; `name` decides: `.csv` is a table, anything else JSON.

    Never raises for what the file holds: every fault is a refusal.
    """
    if len(data) > MOST_BYTES:
        return CatalogueFile(refusals=[RowRefusal(0, "", "too-large", gettext_noop("Send at most 20 MB."))])
    try:
        entries = list(_table(data) if name.lower().endswith(".csv") else _json_entries(data))
    except CellError as error:
        return CatalogueFile(refusals=[RowRefusal(0, error.column, error.code, error.remedy)])
    read = CatalogueFile()
    for number, entry in enumerate(entries, start=1):
        _read_entry(number, entry, read)
    _refuse_repeats(read)
    return read


def _json_entries(data: bytes) -> list[Any]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise CellError("", "not-json", str(error)) from error
    entries = document.get("achievements") if isinstance(document, dict) else document
    if not isinstance(entries, list) or not entries:
        raise CellError("", "no-entries", gettext_noop('Write {"achievements": [ … ]} with at least one entry.'))
    if len(entries) > MOST_ENTRIES:
        raise CellError("", "too-many", gettext_noop("Send at most 10,000 entries in one file."))
    return entries


def _read_entry(number: int, entry: Any, read: CatalogueFile) -> None:
    try:
        row = _row(number, entry)
    except CellError as error:
        read.refusals.append(RowRefusal(number, error.column, error.code, error.remedy))
        return
    broken = content_refusals(row.content)
    read.refusals.extend(RowRefusal(number, refusal.field, refusal.code, refusal.remedy) for refusal in broken)
    read.rows.append(row)


def _row(number: int, entry: Any) -> CatalogueRow:
    if not isinstance(entry, dict):
        raise CellError("", "not-an-object", gettext_noop("Write each entry as an object."))
    values = dict(entry)
    identity = {
        "issuer": _text(values, "issuer", required=True),
        "slug": _text(values, "slug", required=True),
        "kind": _one_of(values, "kind", KINDS, None),
        "state": _one_of(values, "state", WANTED_STATES, "draft"),
        "duplicates": _one_of(values, "duplicates", POLICIES, "deny"),
    }
    if not re.fullmatch(r"[a-z0-9-]{1,80}", identity["slug"]):
        raise CellError("slug", "slug", gettext_noop("Write the address in small letters, digits and hyphens."))
    relations = tuple(_relation(relation) for relation in _list(values, "relations"))
    content = _content(values)
    if values:
        raise CellError(
            next(iter(values)),
            "unknown-column",
            gettext_noop("There is no such column. `import_catalogue --template` writes a table with all columns."),
        )
    return CatalogueRow(row=number, relations=relations, content=content, **identity)


def _content(values: dict[str, Any]) -> AchievementContent:
    texts: dict[str, dict[str, str]] = {name: _map(values, name) for name in sorted(TEXTS) if name in values}
    given = {name: read(values, name) for name, read in _READERS.items() if values.get(name) not in (None, "")}
    for name in _READERS:
        values.pop(name, None)
    return AchievementContent(
        texts=texts,
        facts=_facts(values),
        parties=tuple(_party(party) for party in _list(values, "parties")),
        **given,
    )


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    """Read the items: a text per language is a value, a word is one of the other states."""
    facts = values.pop("facts", None) or {}
    if not isinstance(facts, dict):
        raise CellError("facts", "not-an-object", gettext_noop("Write the items as an object."))
    return {item: _fact(item, fact) for item, fact in facts.items()}


def _fact(item: str, fact: Any) -> dict[str, Any]:
    if isinstance(fact, str) and fact in STATES - {"value"}:
        return {"state": fact}
    if isinstance(fact, dict):
        return {"state": "value", "value": fact}
    raise CellError(
        item, "unknown-state", gettext_noop("State a text per language, or not_applicable, none, not_stated.")
    )


def _text(values: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = values.pop(name, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise CellError(name, "missing" if required else "text", gettext_noop("Write a text here."))
    return value.strip()


def _one_of(values: dict[str, Any], name: str, known: frozenset[str], default: str | None) -> str:
    value = values.pop(name, None) or default
    if value not in known:
        raise CellError(name, "unknown-value", ", ".join(sorted(known)))
    return str(value)


def _map(values: dict[str, Any], name: str) -> dict[str, str]:
    value = values.pop(name)
    if not isinstance(value, dict):
        raise CellError(name, "language-map", gettext_noop('Write a text per language, for example {"en": "Basics"}.'))
    return value


def _list(values: dict[str, Any], name: str) -> list[Any]:
    value = values.pop(name, None) or []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise CellError(name, "list", gettext_noop("Write a list of objects here."))
    return value


def _relation(relation: dict[str, Any]) -> tuple[str, str, str]:
    kind, issuer, slug = (str(relation.get(name, "")) for name in ("kind", "issuer", "slug"))
    if kind not in RELATIONS or not issuer or not slug or set(relation) != {"kind", "issuer", "slug"}:
        raise CellError("relations", "relation", gettext_noop("A relation has kind, issuer and slug."))
    return kind, issuer, slug


def _party(party: dict[str, Any]) -> PartyContent:
    if not all(isinstance(value, str) for value in party.values()):
        raise CellError("parties", "party", gettext_noop("A party has a name and one of the known roles."))
    try:
        given: dict[str, Any] = dict(party)
        given |= {name: read_day(party[name]) for name in ("valid_from", "valid_until") if name in party}
        return PartyContent(**given)
    except DayOutOfRangeError as error:
        remedy = gettext_noop("Correct the date: it lies before 1900, or more than a hundred years away.")
        raise CellError("parties", "date-out-of-range", remedy) from error
    except (TypeError, ValueError) as error:
        raise CellError("parties", "party", gettext_noop("A party has a name and one of the known roles.")) from error


def _decimal(values: Mapping[str, Any], name: str) -> Decimal:
    try:
        return exact_decimal(values[name])
    except ValueError as error:
        raise CellError(name, "number", gettext_noop('Write an exact number, best as text: "2.5".')) from error


def _whole(values: Mapping[str, Any], name: str) -> int:
    number = _decimal(values, name)
    if number != number.to_integral_value() or abs(number) > LARGEST_WHOLE:
        raise CellError(name, "number", gettext_noop("Write a whole number."))
    return int(number)


def _line(values: Mapping[str, Any], name: str) -> str:
    if not isinstance(values[name], str):
        raise CellError(name, "text", gettext_noop("Write a text here."))
    return str(values[name]).strip()


def _object(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(values[name], dict):
        raise CellError(name, "not-an-object", gettext_noop("Write an object here."))
    return dict(values[name])


def _objects(values: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return tuple(_list({name: values[name]}, name))


def _truth(values: Mapping[str, Any], name: str) -> bool:
    word = str(values[name]).lower()
    if word not in {"true", "false"}:
        raise CellError(name, "truth", gettext_noop("Write true or false."))
    return word == "true"


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], str], Any]]] = {
    "language": _line,
    "outcomes": _objects,
    "alignments": _objects,
    "result_descriptions": _objects,
    "ects_credits": _decimal,
    "national_credits": _decimal,
    "national_credit_system": _line,
    "other_points": _decimal,
    "other_points_name": _line,
    "other_points_body": _line,
    "workload_hours_min": _decimal,
    "workload_hours_max": _decimal,
    "workload_text": _object,
    "level_eqf": _whole,
    "level_eqf_basis": _line,
    "level_eqf_source": _line,
    "level_national": _line,
    "suspendable": _truth,
    "valid_for_days": _whole,
    "outcome_rule": _object,
}


def _refuse_repeats(read: CatalogueFile) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in read.rows:
        first = seen.setdefault((row.issuer, row.slug), row.row)
        if first != row.row:
            read.refusals.append(
                RowRefusal(row.row, "slug", "repeated", gettext_noop("The file has this entry twice."))
            )


# -- Tables: a column per value, `name.de` for a text in a language, an item's column takes a text or a state ----------

_ITEMS: Final = frozenset(item.code for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS)) - DERIVED_ITEMS
_MAPS: Final = frozenset({"name", "short_name", "description", "criteria", "workload_text"})
_PLAIN: Final = frozenset(
    {"issuer", "slug", "kind", "state", "duplicates", "outcome_measure", "outcome_at_least"}
    | {name for name, read in _READERS.items() if read in (_line, _decimal, _whole, _truth)}
)


def _table(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield a table's rows in the shape of JSON entries; empty lines are left out."""
    lines = table_lines(data)
    heading = next(lines, None)
    if heading is None:
        raise CellError("", "no-entries", gettext_noop("The file is empty. Its first line names the columns."))
    columns = [column.strip().lower() for column in heading]
    _check_columns(columns)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield _entry(dict(zip(columns, cells, strict=False)), surplus=len(cells) > len(columns))


def table_lines(data: bytes) -> Iterator[list[str]]:
    """Yield a table's lines as cells: UTF-8 or Latin-1, divided by commas, semicolons or tabs.

    Raises:
        CellError: a quote is never closed, or the like.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise CellError("", "not-csv", str(error)) from error


def _check_columns(columns: list[str]) -> None:
    seen: set[str] = set()
    for column in columns:
        name, dot, _language = column.partition(".")
        known = name in _MAPS | _ITEMS | {"outcomes"} if dot else name in _PLAIN | _ITEMS
        if not known:
            raise CellError(
                column,
                "unknown-column",
                gettext_noop(
                    "There is no such column. `import_catalogue --template` writes a table with all columns."
                ),
            )
        if column in seen:
            raise CellError(column, "repeated-column", gettext_noop("The heading names this column twice."))
        seen.add(column)
    for column in ("issuer", "slug", "kind"):
        if column not in columns:
            raise CellError(column, "missing-column", gettext_noop("Add this column."))


def _entry(cells: dict[str, str], *, surplus: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"facts": {}}
    if surplus:
        entry["surplus cell"] = "?"  # refused as an unknown column, with its row
    for column, cell in cells.items():
        if text := cell.strip():
            _place(entry, column, text)
    measure, least = entry.pop("outcome_measure", None), entry.pop("outcome_at_least", None)
    if measure or least:
        entry["outcome_rule"] = {"measure": measure or "", "at_least": least or "", "scale": "percent"}
    return entry


def _place(entry: dict[str, Any], column: str, text: str) -> None:
    name, dot, language = column.partition(".")
    if name in _ITEMS:
        _place_fact(entry["facts"], name, language, text)
    elif name == "outcomes":
        _place_outcomes(entry.setdefault("outcomes", []), language, text)
    elif dot:
        entry.setdefault(name, {})[language] = text
    else:
        entry[name] = text


def _place_fact(facts: dict[str, Any], name: str, language: str, text: str) -> None:
    """Put a state, or a text of a language; both at once for one item is neither, and refused with its row."""
    known = facts.get(name)
    if known is None:
        facts[name] = {language: text} if language else text
    elif language and isinstance(known, dict):
        known[language] = text
    else:
        facts[name] = "a state and a text"


def _place_outcomes(outcomes: list[dict[str, str]], language: str, text: str) -> None:
    """Put the parts of a cell, divided by |, beside the same parts in other languages."""
    for place, part in enumerate(text.split("|")):
        if place == len(outcomes):
            outcomes.append({})
        outcomes[place][language] = part.strip()
