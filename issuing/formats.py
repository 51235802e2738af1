"""Files of awards. Pure: bytes in, typed rows and refusals out; nothing is looked up and nothing kept.

How a file is read as a table, and how its rows are counted: `registry.tables`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from credentials.documents.rules import check_iri
from credentials.errors import DataModelError
from issuing.file_layouts import (
    EVIDENCE_PARTS,
    MEASURES,
    NAME_PARTS,
    TEMPLATE_ID,
    ColumnTarget,
    iso_of,
    layout_of,
)
from issuing.garbage import rare_garbage_collection
from issuing.headings import NAMED_BY, SEND_AT, Person, checked_heading
from issuing.rules import DAY_REMEDY, checked_language, exact_number, read_day_or_moment
from issuing.stated import COLUMN_OF, FACTS, DayOrMoment, EvidenceOrder, FactKind, ResultOrder, Stated
from registry.dates import DayOutOfRangeError, read_day
from registry.refusals import Refusal, RuleBrokenError, gettext_noop
from registry.tables import Table, read_table

MAX_ROWS: Final = 100_000
_TOO_MANY: Final = gettext_noop("The file has more than 100,000 rows: split it into several files.")
_ISO_REMEDY: Final = gettext_noop("Write dates as year-month-day: 2026-11-21.")
_OTHER_TEMPLATE: Final = gettext_noop(
    "The file names several badges of the other system, and awards one achievement: make one file of each badge."
)
_DAYS: Final = frozenset({FactKind.DAY, FactKind.END, FactKind.WHEN})


class TableRow(NamedTuple):
    """One row: the person as named, what could be read of the rest, what could not; `cells` as they stood in the file.

    `whole` is false where cells cannot be told apart, so that nothing of the row is read.
    """

    number: int
    cells: Sequence[str]
    person: Person = Person()
    stated: Stated = cast(Stated, {})
    faults: tuple[Refusal, ...] = ()
    whole: bool = True
    send_at: DayOrMoment | None = None
    measures: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class AwardTable:
    """A file of awards: its columns, its rows, and how it was read (`registry.tables.Table`).

    `columns` are what its headings mean or, where it is laid out by another system (`layout`), the headings themselves. `nameless`: it has no names, so people are those that are known.
    `measures` are its columns of results: `result`, and those in percent.
    """

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    layout: str = ""
    nameless: bool = False
    measures: frozenset[str] = frozenset()

    @property
    def read_as(self) -> dict[str, Any]:
        """How the file was read, for machines: `encoding` and `delimiter` (empty for a workbook), `notes`, `layout`."""
        read = {"encoding": self.encoding, "delimiter": self.delimiter, "notes": list(self.notes)}
        return read | ({"layout": self.layout} if self.layout else {})


@rare_garbage_collection()
def read_award_file(data: bytes, *, mapping: Mapping[str, str] | None = None, encoding: str = "") -> AwardTable:
    """Read a table of awards, CSV or XLSX.

    Args:
        data: the file.
        mapping: heading → the target that is meant (`issuing.file_layouts`); a heading that is mapped to nothing is left out.
        encoding: of a CSV, if somebody named one.

    Raises:
        RuleBrokenError: too large, too many rows, no table, its encoding cannot be told, or its heading cannot be used.
    """
    return read_rows(open_award_file(data, encoding=encoding), mapping=mapping)


def open_award_file(data: bytes, *, encoding: str = "") -> Table:
    """Open a table of awards up to its heading; its rows are read once (`read_rows`).

    Raises:
        RuleBrokenError: too large, no table, or its encoding cannot be told.
    """
    return read_table(data, most_rows=MAX_ROWS, too_many=_TOO_MANY, encoding=encoding)


def read_rows(table: Table, *, mapping: Mapping[str, str] | None = None) -> AwardTable:
    """Read the rows of an opened table.

    Raises:
        RuleBrokenError: too many rows, or its heading cannot be used.
    """
    layout = layout_of(table.heading)
    targets = checked_heading(table.heading, mapping or {})
    columns = tuple(target.column for target in targets)
    rows = tuple(_rows(table, targets, layout.constants if layout else {}))
    texts = tuple(map(str, table.heading if layout else targets))
    return AwardTable(
        columns=texts,
        rows=rows,
        notes=table.notes,
        encoding=table.encoding,
        delimiter=table.delimiter,
        layout=layout.name if layout else "",
        nameless=not NAMED_BY.intersection(columns),
        measures=frozenset({"result", *MEASURES}.intersection(columns)),
    )


def rows_up_to(data: bytes, most: int, *, mapping: Mapping[str, str] | None = None, encoding: str = "") -> int:
    """Return how many rows a CSV has, counting no further than `most`.

    Raises:
        RuleBrokenError: as `read_award_file`, of what was looked at.
    """
    table = open_award_file(data, encoding=encoding)
    checked_heading(table.heading, mapping or {})
    return sum(1 for _row, _line in zip(range(most), table.lines, strict=False))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in a row what stands; the empty cell behind the last one stands for a column that the file does not have."""

    person: list[int]
    name_parts: list[int]
    evidence: list[tuple[str, int]]
    measures: list[tuple[str, int]]

    @classmethod
    def of(cls, columns: Sequence[str]) -> _Places:
        """Return those of a heading."""
        at = {column: place for place, column in enumerate(columns) if column}
        return cls(
            [at.get(one, len(columns)) for one in Person._fields],
            [] if "name" in at else [at[part] for part in NAME_PARTS if part in at],
            [(part.removeprefix("evidence_"), at[part]) for part in EVIDENCE_PARTS if part in at],
            [(part, at[part]) for part in MEASURES if part in at],
        )


def _rows(table: Table, targets: Sequence[ColumnTarget], constants: Mapping[str, str]) -> Iterator[TableRow]:
    columns = [target.column for target in targets]
    readers, places, width = _readers(targets), _Places.of(columns), len(columns)
    for number, cells in table.lines:
        if len(cells) > width and "".join(cells[width:]).strip():
            yield TableRow(number, cells, faults=(_TOO_MANY_CELLS,), whole=False)
            continue
        filled = [*cells[:width], *[""] * (width + 1 - len(cells))] if len(cells) <= width else [*cells[:width], ""]
        stated: dict[str, Any] = {}
        faults: list[Refusal] = table.faults_of(number, columns) if table.faults else []
        doubtful = {fault.place for fault in faults}
        for place, fact, column, read in readers:
            text = filled[place].strip()
            if text and column not in doubtful:
                try:
                    stated[fact] = read(text, column)
                except RuleBrokenError as broken:
                    faults.extend(broken.refusals)
        if places.evidence:
            _add_to_evidence(stated, {part: filled[place] for part, place in places.evidence})
        stated.pop(TEMPLATE_ID, None)
        person = _person(filled, places, constants)
        measures = {part: filled[place].strip() for part, place in places.measures} if places.measures else {}
        send_at = stated.pop(SEND_AT, None)
        yield TableRow(number, cells, person, cast(Stated, stated), tuple(faults), send_at=send_at, measures=measures)


def _readers(targets: Sequence[ColumnTarget]) -> list[tuple[int, str, str, Callable[[str, str], Any]]]:
    """Return (place, fact, column, reader) of each column that states something."""
    readers: list[tuple[int, str, str, Callable[[str, str], Any]]] = []
    for place, (column, form) in enumerate(targets):
        if column in COLUMN_OF:
            kind = FACTS[COLUMN_OF[column]].kind
            read = _of_form(form, _READERS[kind]) if form and kind in _DAYS else _READERS[kind]
            readers.append((place, COLUMN_OF[column], column, read))
        elif column == SEND_AT:
            readers.append((place, SEND_AT, column, _of_form(form, _moment) if form else _moment))
        elif column == TEMPLATE_ID:
            readers.append((place, TEMPLATE_ID, column, _same_in_all()))
    return readers


def _same_in_all() -> Callable[[str, str], str]:
    """Return a reader of a cell that says the same in every row."""
    first: list[str] = []

    def read(text: str, column: str) -> str:
        if not first:
            first.append(text)
        if text != first[0]:
            raise RuleBrokenError(column, "several-templates", _OTHER_TEMPLATE)
        return text

    return read


def _of_form(form: str, read: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    """Return a reader of days that another system writes in its own form; year-month-day is read as well."""

    def read_form(text: str, column: str) -> Any:
        try:
            return read(iso_of(text, form), column)
        except ValueError as error:
            raise RuleBrokenError(column, "bad-date", _FORM_REMEDIES[form]) from error
        except RuleBrokenError as broken:
            raise RuleBrokenError(column, broken.code, _FORM_REMEDIES[form]) from broken

    return read_form


_FORM_REMEDIES: Final = {
    "mm/dd/yy": gettext_noop("Write dates as this file's system does, month/day/year: 11/21/26."),
    "dd.mm.yyyy": gettext_noop("Write dates as day.month.year: 21.11.2026."),
    "dd/mm/yyyy": gettext_noop("Write dates as day/month/year: 21/11/2026."),
}


def _person(filled: Sequence[str], places: _Places, constants: Mapping[str, str]) -> Person:
    person = Person._make([filled[place] for place in places.person])
    if places.name_parts:
        parts = (filled[place].strip() for place in places.name_parts)
        person = person._replace(name=" ".join(part for part in parts if part))
    return person._replace(**constants) if constants and person.identifier.strip() else person


def _add_to_evidence(stated: dict[str, Any], more: Mapping[str, str]) -> None:
    said = {part: text.strip() for part, text in more.items() if text.strip()}
    if said:
        evidence: tuple[EvidenceOrder, ...] = stated.get("evidence", (EvidenceOrder(),))
        stated["evidence"] = (replace(evidence[0], **said),)


_TOO_MANY_CELLS: Final = Refusal(
    "",
    "too-many-cells",
    gettext_noop("The row has more cells than columns: put texts that hold the separator in quotation marks."),
)


# A file states the same few days thousands of times.
@lru_cache(maxsize=4_096)
def _day(text: str, column: str) -> dt.date:
    try:
        return read_day(text)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError as error:
        raise RuleBrokenError(column, "bad-date", _ISO_REMEDY) from error


@lru_cache(maxsize=4_096)
def _moment(text: str, column: str) -> DayOrMoment:
    try:
        return read_day_or_moment(text)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError as error:
        remedy = gettext_noop("Write a date (2026-11-21), or a time with its zone (2026-11-21T09:00:00Z).")
        raise RuleBrokenError(column, "bad-date", remedy) from error


@lru_cache(maxsize=4_096)
def _result(text: str, _column: str) -> tuple[ResultOrder, ...]:
    return (ResultOrder(value=text),)


def _address(text: str, column: str) -> tuple[EvidenceOrder, ...]:
    try:
        check_iri(text, column)
    except DataModelError as error:
        remedy = gettext_noop("Write the whole address, beginning with https://.")
        raise RuleBrokenError(column, "bad-address", remedy) from error
    return (EvidenceOrder(url=text),)


def _as_it_is(text: str, _column: str) -> str:
    return text


_READERS: Final[Mapping[FactKind, Callable[[str, str], Any]]] = {
    FactKind.DAY: _day,
    FactKind.END: _day,
    FactKind.WHEN: _as_it_is,
    FactKind.LINE: _as_it_is,
    FactKind.NUMBER: exact_number,
    FactKind.LANGUAGE: checked_language,
    FactKind.RESULTS: _result,
    FactKind.EVIDENCE: _address,
    FactKind.PROSE: _as_it_is,
}


def read_fact(column: str, text: str) -> tuple[str, Any]:
    """Return the fact that a column states, and its value; None where the text is empty.

    Raises:
        RuleBrokenError: an award has no such column, or the text cannot be read.
    """
    if column not in COLUMN_OF:
        remedy = gettext_noop("Remove or rename this column: it is not one that an award can state.")
        raise RuleBrokenError(column, "unknown-column", remedy)
    fact = COLUMN_OF[column]
    plain = text.strip()
    return fact, _READERS[FACTS[fact].kind](plain, column) if plain else None
