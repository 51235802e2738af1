"""Reading files of catalogue entries: JSON and CSV into typed rows, every fault with its row, column and remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from catalogue.cells import ONE_CELL, READERS, list_of, party_of, run_of
from catalogue.content import RUN_FIELDS, AchievementContent
from catalogue.rules import (
    DERIVED_ITEMS,
    FURTHER_ITEMS,
    INFORMATION_ITEMS,
    STATES,
    TEXTS,
    content_refusals,
)
from credentials.errors import MalformedError
from credentials.strict_json import parse_json
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.tables import MOST_BYTES, check_table_size, is_table, read_table

MOST_ENTRIES: Final = 10_000
KINDS: Final = frozenset({"micro-credential", "micro-degree", "participation", "document", "equivalence"})
WANTED_STATES: Final = frozenset({"draft", "planned", "published"})
AUDIENCES: Final = frozenset({"public", "organisation"})
POLICIES: Final = frozenset({"deny", "allow", "replace"})
RELATIONS: Final = frozenset({"equivalent", "excludes", "part_of", "replaces", "prerequisite", "derived_from"})

T = TypeVar("T")
Entry = tuple[int, Any, Sequence[Refusal]]
"""The row of an entry, what it says, and faults of its cells whatever they stand for."""

_TOO_MANY: Final = gettext_noop("Send at most 10,000 entries in one file.")
_UNKNOWN: Final = gettext_noop(
    "There is no such column. `import_catalogue --template` writes a table with all columns."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One entry of a file. Relations name (kind, issuer slug, slug); an empty audience leaves it as it is."""

    row: int
    issuer: str
    slug: str
    kind: str
    state: str
    duplicates: str
    content: AchievementContent
    relations: tuple[tuple[str, str, str], ...] = ()
    audience: str = ""


@dataclass(slots=True)
class CatalogueFile:
    """What a file says, and what is wrong with it; with a refusal nothing of it is used."""

    rows: list[CatalogueRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_catalogue(data: bytes, *, name: str, encoding: str = "") -> CatalogueFile:
    """Read a file of entries; `name` decides: a table (`.csv`, `.tsv`, `.xlsx`), anything else is JSON.

    Rows of a table are counted as a spreadsheet shows them, entries of JSON from 1; `encoding` is that of a CSV, if
    somebody named one. Never raises for what the file holds: every fault of every row is a refusal.
    """
    try:
        check_table_size(data)
        entries = list(_table(data, encoding) if is_table(name) else _json_entries(data))
    except RuleBrokenError as error:
        return CatalogueFile(refusals=list(error.refusals))
    read = CatalogueFile()
    for number, entry, found in entries:
        _read_entry(number, entry, Faults(found), read)
    _refuse_repeats(read)
    return read


def _json_entries(data: bytes) -> list[Entry]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise RuleBrokenError("", "not-json", str(error)) from error
    entries = document.get("achievements") if isinstance(document, dict) else document
    if not isinstance(entries, list) or not entries:
        raise RuleBrokenError("", "no-entries", gettext_noop('Write {"achievements": [ … ]} with at least one entry.'))
    if len(entries) > MOST_ENTRIES:
        raise RuleBrokenError("", "too-many-rows", _TOO_MANY)
    return [(number, entry, ()) for number, entry in enumerate(entries, start=1)]


def _read_entry(number: int, entry: Any, faults: Faults, read: CatalogueFile) -> None:
    with faults:
        row = _row(number, entry, faults)
        read.rows.append(row)
        doubtful = {fault.place for fault in faults.refusals}
        faults.refusals.extend(one for one in content_refusals(row.content) if one.place not in doubtful)
    read.refusals.extend(fault.in_row(number) for fault in dict.fromkeys(faults.refusals))


def _row(number: int, entry: Any, faults: Faults) -> CatalogueRow:
    if not isinstance(entry, dict):
        raise RuleBrokenError("", "not-an-object", gettext_noop("Write each entry as an object."))
    values = dict(entry)
    identity = dict.fromkeys(_IDENTITY, "")
    for name, read in _IDENTITY.items():
        with faults:
            identity[name] = read(values, name)
    relations = _each_of(values, "relations", _relation, faults)
    content = _content(values, faults)
    for name in values:
        faults.add(name, "unknown-column", _UNKNOWN)
    return CatalogueRow(row=number, relations=relations, content=content, **identity)


def _slug(values: dict[str, Any], name: str) -> str:
    slug = _text(values, name, required=True)
    if not re.fullmatch(r"[a-z0-9-]{1,80}", slug):
        raise RuleBrokenError(name, "slug", gettext_noop("Write the address in small letters, digits and hyphens."))
    return slug


def _audience(values: dict[str, Any], name: str) -> str:
    """Read who finds the entry; a file that does not say leaves it as it is."""
    if values.get(name) in (None, ""):
        values.pop(name, None)
        return ""
    return _one_of(values, name, AUDIENCES, None)


_IDENTITY: Final[Mapping[str, Callable[[dict[str, Any], str], str]]] = {
    "issuer": lambda values, name: _text(values, name, required=True),
    "slug": _slug,
    "kind": lambda values, name: _one_of(values, name, KINDS, None),
    "state": lambda values, name: _one_of(values, name, WANTED_STATES, "draft"),
    "duplicates": lambda values, name: _one_of(values, name, POLICIES, "deny"),
    "audience": _audience,
}


def _content(values: dict[str, Any], faults: Faults) -> AchievementContent:
    texts: dict[str, dict[str, str]] = {}
    for name in sorted(TEXTS & values.keys()):
        with faults:
            texts[name] = _map(values, name)
    given: dict[str, Any] = {}
    for name, read in READERS.items():
        with faults:
            if values.get(name) not in (None, ""):
                given[name] = read(values, name)
        values.pop(name, None)
    facts = _facts(values, faults)
    parties = _each_of(values, "parties", party_of, faults)
    runs = _each_of(values, "runs", run_of, faults)
    return AchievementContent(texts=texts, facts=facts, parties=parties, runs=runs, **given)


def _each_of(values: dict[str, Any], name: str, read: Callable[[dict[str, Any]], T], faults: Faults) -> tuple[T, ...]:
    """Read a list of objects; the faults of each are told."""
    found: list[T] = []
    with faults:
        for entry in list_of(values, name):
            with faults:
                found.append(read(entry))
    return tuple(found)


def _facts(values: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Read the items: a text per language is a value, a word is one of the other states."""
    given, facts = values.pop("facts", None) or {}, {}
    if not isinstance(given, dict):
        faults.add("facts", "not-an-object", gettext_noop("Write the items as an object."))
        return {}
    for item, fact in given.items():
        with faults:
            facts[item] = _fact(item, fact)
    return facts


def _fact(item: str, fact: Any) -> dict[str, Any]:
    if isinstance(fact, str) and fact in STATES - {"value"}:
        return {"state": fact}
    if isinstance(fact, dict):
        return {"state": "value", "value": fact}
    raise RuleBrokenError(
        item, "unknown-state", gettext_noop("State a text per language, or not_applicable, none, not_stated.")
    )


def _text(values: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = values.pop(name, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise RuleBrokenError(name, "missing" if required else "text", gettext_noop("Write a text here."))
    return value.strip()


def _one_of(values: dict[str, Any], name: str, known: frozenset[str], default: str | None) -> str:
    value = values.pop(name, None) or default
    if value not in known:
        raise RuleBrokenError(name, "unknown-value", ", ".join(sorted(known)))
    return str(value)


def _map(values: dict[str, Any], name: str) -> dict[str, str]:
    value = values.pop(name)
    if not isinstance(value, dict):
        raise RuleBrokenError(
            name, "language-map", gettext_noop('Write a text per language, for example {"en": "Basics"}.')
        )
    return value


def _relation(relation: dict[str, Any]) -> tuple[str, str, str]:
    kind, issuer, slug = (str(relation.get(name, "")) for name in ("kind", "issuer", "slug"))
    if kind not in RELATIONS or not issuer or not slug or set(relation) != {"kind", "issuer", "slug"}:
        raise RuleBrokenError("relations", "relation", gettext_noop("A relation has kind, issuer and slug."))
    return kind, issuer, slug


def _refuse_repeats(read: CatalogueFile) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in read.rows:
        first = seen.setdefault((row.issuer, row.slug), row.row)
        if first != row.row:
            read.refusals.append(Refusal("slug", "repeated", gettext_noop("The file has this entry twice."), row.row))


# -- Tables: a column per value, `name.de` for a text in a language, an item's column takes a text or a state ----------

_ITEMS: Final = frozenset(item.code for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS)) - DERIVED_ITEMS
_MAPS: Final = frozenset(
    {"name", "short_name", "description", "criteria", "workload_text", "accessibility", "image_alt"}
)
_PLAIN: Final = frozenset(
    {"issuer", "slug", "kind", "state", "duplicates", "audience", "outcome_measure", "outcome_at_least"} | ONE_CELL
)


_LISTED: Final[Mapping[str, tuple[str, ...]]] = {"outcomes": (), "qualifications": ("name",), "funding": ("scheme",)}
"""Columns with a text per language and |, and where each part stands in its entry."""
_RUNS: Final = {f"run_{name}": name for name in RUN_FIELDS if name != "price"}


def _table(data: bytes, encoding: str) -> Iterator[Entry]:
    """Yield a table's rows in the shape of JSON entries."""
    table = read_table(data, most_rows=MOST_ENTRIES, too_many=_TOO_MANY, encoding=encoding)
    columns = [column.strip().lower() for column in table.heading]
    _check_columns(columns)
    for row, cells in table.lines:
        entry = _entry(dict(zip(columns, cells, strict=False)), surplus="".join(cells[len(columns) :]).strip() != "")
        yield row, entry, table.faults_of(row, columns)


def _check_columns(columns: list[str]) -> None:
    seen: set[str] = set()
    faults = Faults()
    for column in columns:
        name, dot, _language = column.partition(".")
        known = name in _MAPS | _ITEMS | _LISTED.keys() if dot else name in _PLAIN | _ITEMS | _RUNS.keys()
        if not known:
            faults.add(column, "unknown-column", _UNKNOWN)
        elif column in seen:
            faults.add(column, "duplicate-column", gettext_noop("Keep one of the two columns."))
        seen.add(column)
    for column in ("issuer", "slug", "kind"):
        if column not in columns:
            faults.add(column, "missing-column", gettext_noop("Add this column."))
    faults.tell()


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
    elif name in _LISTED:
        _place_parts(entry.setdefault(name, []), text, language, *_LISTED[name])
    elif name in _RUNS:
        _place_parts(entry.setdefault("runs", []), text, _RUNS[name])
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


def _place_parts(entries: list[dict[str, Any]], text: str, last: str, *path: str) -> None:
    """Put the parts of a cell, divided by |, one into each entry: beside the same parts in other languages or columns."""
    for place, part in enumerate(text.split("|")):
        if place == len(entries):
            entries.append({})
        inner = entries[place]
        for name in path:
            inner = inner.setdefault(name, {})
        if part.strip() or not path:
            inner[last] = part.strip()
