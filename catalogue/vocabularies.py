"""Reading published vocabularies: a CSV as ESCO publishes it, or JSON; every fault with its row, column and remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalogue.formats import MOST_BYTES, CellError, RowRefusal, table_lines
from catalogue.rules import gettext_noop, is_language_map
from credentials.errors import MalformedError
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import parse_json

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
_LANGUAGE_OF_FILE: Final = re.compile(r"_([a-z]{2,3})\.csv$")
_FIELDS: Final = frozenset({"uri", "kind", "labels", "reuse_level", "broader"})


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
    refusals: list[RowRefusal] = field(default_factory=list)


def read_vocabulary(data: bytes, *, name: str, vocabulary: str = "ESCO", language: str = "") -> VocabularyFile:
    """Read a file of terms; `name` decides: `.csv` is a table, anything else JSON.

    Args:
        data: the file.
        name: its name; `skills_de.csv` is in German unless `language` says otherwise, without an ending in English.
        vocabulary: whose terms a table holds; JSON says it itself: {"vocabulary", "terms": [{"uri", "kind",
            "labels": {language: text}, "reuse_level"?, "broader"?}]}.
        language: BCP 47 tag of a table's labels.

    Never raises for what the file holds: every fault is a refusal.
    """
    read = VocabularyFile(vocabulary)
    if len(data) > MOST_BYTES:
        read.refusals.append(RowRefusal(0, "", "too-large", gettext_noop("Send at most 20 MB.")))
        return read
    try:
        if name.lower().endswith(".csv"):
            found = _LANGUAGE_OF_FILE.search(name.lower())
            rows = list(_table(data, language or (found[1] if found else "en")))
        else:
            read.vocabulary, rows = _document(data)
        _check_whole(read.vocabulary, rows)
    except CellError as error:
        read.refusals.append(RowRefusal(0, error.column, error.code, error.remedy))
        return read
    _read_rows(rows, read)
    return read


def _check_whole(vocabulary: str, rows: list[Any]) -> None:
    if not _NAME.fullmatch(vocabulary):
        raise CellError("vocabulary", "vocabulary", gettext_noop("Name the vocabulary in at most 60 characters."))
    if not rows:
        raise CellError("", "no-terms", gettext_noop("The file holds no terms."))
    if len(rows) > MOST_TERMS:
        raise CellError("", "too-many", gettext_noop("Send at most 100,000 terms in one file."))


def _read_rows(rows: list[Any], read: VocabularyFile) -> None:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        try:
            term = _term(row)
        except CellError as error:
            read.refusals.append(RowRefusal(number, error.column, error.code, error.remedy))
            continue
        if term.uri in seen:
            repeated = gettext_noop("The file has this address twice.")
            read.refusals.append(RowRefusal(number, "uri", "repeated", repeated))
        seen.add(term.uri)
        read.terms.append(term)


def _term(row: Any) -> Term:
    if not isinstance(row, Mapping) or not set(row) <= _FIELDS:
        remedy = gettext_noop("A term has uri, kind and labels, and may have reuse_level and broader.")
        raise CellError("", "not-a-term", remedy)
    for name, longest in LONGEST.items():
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise CellError(name, "bad-text", gettext_noop("Write one line of text here; it is too long or no text."))
    if not is_absolute_iri(row.get("uri")):
        raise CellError("uri", "address", gettext_noop("Write the term's whole address, beginning with http."))
    if row.get("broader") and not is_absolute_iri(row["broader"]):
        raise CellError("broader", "address", gettext_noop("Write the term's whole address, beginning with http."))
    if not row.get("kind"):
        raise CellError("kind", "missing", gettext_noop("Write a text here."))
    return Term(labels=_labels(row.get("labels")), **{name: row.get(name, "") for name in LONGEST})


def _labels(labels: Any) -> dict[str, str]:
    if not is_language_map(labels):
        remedy = gettext_noop('Write a text per language, for example {"en": "Basics"}.')
        raise CellError("labels", "language-map", remedy)
    if not all(len(text) <= LONGEST_LABEL and text.isprintable() for text in labels.values()):
        raise CellError("labels", "bad-text", gettext_noop("Write one line of text here; it is too long or no text."))
    return dict(labels)


def _document(data: bytes) -> tuple[str, list[Any]]:
    try:
        document = parse_json(data.removeprefix(b"\xef\xbb\xbf"), max_bytes=MOST_BYTES)
    except MalformedError as error:
        raise CellError("", "not-json", str(error)) from error
    terms = document.get("terms") if isinstance(document, dict) else None
    if not isinstance(terms, list) or not isinstance(document.get("vocabulary"), str):
        remedy = gettext_noop('Write {"vocabulary": "…", "terms": [ … ]}.')
        raise CellError("", "not-a-vocabulary", remedy)
    return document["vocabulary"], terms


def _table(data: bytes, language: str) -> Iterator[dict[str, Any]]:
    lines = table_lines(data)
    columns = [COLUMNS.get(cell.strip().lower(), "") for cell in next(lines, [])]
    for wanted, heading in REQUIRED.items():
        if columns.count(wanted) != 1:
            raise CellError(heading, "missing-column", gettext_noop("Add this column, once."))
    for cells in lines:
        if any(cell.strip() for cell in cells):
            row = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
            label = row.pop("label", "")
            yield {**row, "labels": {language: label} if label else {}}
