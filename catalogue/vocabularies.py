"""Reading published vocabularies: a CSV as ESCO publishes it, or JSON; every fault with its row, column and remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from credentials.errors import MalformedError
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import parse_json
from registry.language_maps import is_language_map
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.tables import MOST_BYTES, check_table_size, is_table, read_table

MOST_TERMS: Final = 100_000
COLUMNS: Final = {
    "concepttype": "kind",
    "concepturi": "uri",
    "preferredlabel": "label",
    "reuselevel": "reuse_level",
    "broaderuri": "broader",
}
"""ESCO's columns, in small letters; its further ones are left out."""
REQUIRED: Final = {"uri": "conceptUri", "kind": "conceptType", "label": "preferredLabel"}
LONGEST: Final = {"uri": 500, "kind": 80, "reuse_level": 40, "broader": 500}
LONGEST_LABEL: Final = 1_000
_NAME: Final = re.compile(r"[\w][\w .:/-]{0,59}")
_LANGUAGE_OF_FILE: Final = re.compile(r"_([a-z]{2,3})\.(?:csv|tsv|xlsx)$")
_TOO_MANY: Final = gettext_noop("Send at most 100,000 terms in one file.")
_ONE_LINE: Final = gettext_noop("Write one line of text here; it is too long or no text.")
_FIELDS: Final = frozenset({"uri", "kind", "labels", "reuse_level", "broader"})

Row = tuple[int, Any, Sequence[Refusal]]
"""The row of a term, what it says, and faults of its cells whatever they stand for."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term as a file states it; `broader` is the address of the term above it, empty where it states none."""

    uri: str
    kind: str
    labels: dict[str, str]
    reuse_level: str = ""
    broader: str = ""


@dataclass(slots=True)
class VocabularyFile:
    """What a file says, and what is wrong with it; with a refusal nothing of it is used."""

    vocabulary: str = ""
    terms: list[Term] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_vocabulary(
    data: bytes, *, name: str, vocabulary: str = "ESCO", language: str = "", encoding: str = ""
) -> VocabularyFile:
    """Read a file of terms; `name` decides: a table (`.csv`, `.tsv`, `.xlsx`), anything else is JSON.

    Args:
        data: the file.
        name: its name; `skills_de.csv` is in German unless `language` says otherwise, without an ending in English.
        vocabulary: whose terms a table holds; JSON says it itself: {"vocabulary", "terms": [{"uri", "kind",
            "labels": {language: text}, "reuse_level"?, "broader"?}]}.
        language: BCP 47 tag of a table's labels.
        encoding: of a CSV, if somebody named one.

    Never raises for what the file holds: every fault is a refusal.
    """
    read = VocabularyFile(vocabulary)
    try:
        check_table_size(data)
        if is_table(name):
            found = _LANGUAGE_OF_FILE.search(name.lower())
            rows = list(_table(data, language or (found[1] if found else "en"), encoding))
        else:
            read.vocabulary, rows = _document(data)
        _check_whole(read.vocabulary, rows)
    except RuleBrokenError as error:
        read.refusals.extend(error.refusals)
        return read
    _read_rows(rows, read)
    return read


def _check_whole(vocabulary: str, rows: list[Row]) -> None:
    if not _NAME.fullmatch(vocabulary):
        remedy = gettext_noop("Name the vocabulary in at most 60 characters.")
        raise RuleBrokenError("vocabulary", "vocabulary", remedy)
    if not rows:
        raise RuleBrokenError("", "no-terms", gettext_noop("The file holds no terms."))
    if len(rows) > MOST_TERMS:
        raise RuleBrokenError("", "too-many-rows", _TOO_MANY)


def _read_rows(rows: list[Row], read: VocabularyFile) -> None:
    seen: set[str] = set()
    for number, row, found in rows:
        faults = Faults(found)
        with faults:
            term = _term(row, faults)
            if term.uri in seen:
                faults.add("uri", "repeated", gettext_noop("The file has this address twice."))
            seen.add(term.uri)
            read.terms.append(term)
        read.refusals.extend(fault.in_row(number) for fault in dict.fromkeys(faults.refusals))


def _term(row: Any, faults: Faults) -> Term:
    """Read a term; every fault is told, and a term with faults is not used."""
    if not isinstance(row, Mapping) or not set(row) <= _FIELDS:
        remedy = gettext_noop("A term has uri, kind and labels, and may have reuse_level and broader.")
        raise RuleBrokenError("", "not-a-term", remedy)
    for name, longest in LONGEST.items():
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            faults.add(name, "bad-text", _ONE_LINE)
    doubtful = {fault.place for fault in faults.refusals}
    for name in ("uri", "broader"):
        if name not in doubtful and (name == "uri" or row.get(name)) and not is_absolute_iri(row.get(name)):
            faults.add(name, "address", gettext_noop("Write the term's whole address, beginning with http."))
    if not row.get("kind"):
        faults.add("kind", "missing", gettext_noop("Write a text here."))
    labels: dict[str, str] = {}
    with faults:
        labels = _labels(row.get("labels"))
    return Term(labels=labels, **{name: row.get(name, "") for name in LONGEST})


def _labels(labels: Any) -> dict[str, str]:
    if not is_language_map(labels):
        remedy = gettext_noop('Write a text per language, for example {"en": "Basics"}.')
        raise RuleBrokenError("labels", "language-map", remedy)
    if not all(len(text) <= LONGEST_LABEL and text.isprintable() for text in labels.values()):
        raise RuleBrokenError("labels", "bad-text", _ONE_LINE)
    return dict(labels)


def _document(data: bytes) -> tuple[str, list[Row]]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise RuleBrokenError("", "not-json", str(error)) from error
    terms = document.get("terms") if isinstance(document, dict) else None
    if not isinstance(terms, list) or not isinstance(document.get("vocabulary"), str):
        remedy = gettext_noop('Write {"vocabulary": "…", "terms": [ … ]}.')
        raise RuleBrokenError("", "not-a-vocabulary", remedy)
    return document["vocabulary"], [(number, term, ()) for number, term in enumerate(terms, start=1)]


def _table(data: bytes, language: str, encoding: str) -> Iterator[Row]:
    table = read_table(data, most_rows=MOST_TERMS, too_many=_TOO_MANY, encoding=encoding)
    columns = [COLUMNS.get(cell.strip().lower(), "") for cell in table.heading]
    faults = Faults()
    for wanted, heading in REQUIRED.items():
        if columns.count(wanted) != 1:
            faults.add(heading, "missing-column", gettext_noop("Add this column, once."))
    faults.tell()
    for number, cells in table.lines:
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
        label = row.pop("label", "")
        told = {**row, "labels": {language: label} if label else {}}
        yield number, told, [one for one in table.faults_of(number, columns) if one.place]
