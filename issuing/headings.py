"""The heading of a file of awards: which columns there are, and which one each heading means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from issuing.file_layouts import COMMON, FURTHER_COLUMNS, ColumnTarget, Layout, key_of, layout_of, target_of
from issuing.stated import COLUMN_OF
from registry.refusals import Faults, gettext_noop

NAMING: Final = ("email", "identifier", "learner")
"""Columns that say who a row's person is; a file has at least one of them."""


class Person(NamedTuple):
    """Whom a row names, as the cells say it: cleaned and checked later."""

    name: str = ""
    email: str = ""
    identifier: str = ""
    learner: str = ""
    identifier_type: str = ""
    identifier_scope: str = ""


SEND_AT: Final = "send_at"
"""The column of the day that a row's award waits for: asked of the award, not stated in it."""
COLUMNS: Final = (*Person._fields, *COLUMN_OF, SEND_AT)
"""Columns of the template."""
READ_COLUMNS: Final = frozenset({*COLUMNS, *FURTHER_COLUMNS})
NAMED_BY: Final = frozenset({"name", "first_name", "last_name"})
"""Columns that say how a row's person is called; a file has at least one of them."""
REPORT_COLUMNS: Final = ("row", "code", "column", "remedy")
"""Columns of a file of failed rows; ignored, so that such a file can be corrected and sent again."""


def checked_heading(heading: Sequence[str], mapping: Mapping[str, str]) -> list[ColumnTarget]:
    """Return the targets that are meant, empty for what is left out.

    Raises:
        RuleBrokenError: with every fault of the heading.
    """
    targets, layout = meant_by(heading, mapping), layout_of(heading)
    named = max((place for place, cell in enumerate(heading, start=1) if cell.strip()), default=0)
    targets, faults = targets[:named], Faults()
    columns = [target.column for target in targets]
    missing = [] if set(columns).intersection(NAMING) else ["email"]
    has_names = NAMED_BY.intersection(columns) or (layout is not None and layout.nameless)
    for absent in [*missing, *([] if has_names else ["name"])]:
        remedy = gettext_noop("Add this column; a file needs at least name, and email or identifier.")
        faults.add(absent, "missing-column", remedy)
    there = {cell.strip() for cell in heading}
    for absent in (meant for meant in mapping if meant not in there):
        remedy = gettext_noop("The mapping names this heading, and the file has none such: correct the mapping.")
        faults.add(absent, "unknown-heading", remedy)
    for place, (column, _form) in enumerate(targets):
        if not column and (heading[place].strip() or heading[place].strip() in mapping):  # left out
            continue
        if column not in READ_COLUMNS and column not in REPORT_COLUMNS:
            remedy = gettext_noop("Remove or rename this column: it is not one that an award can state.")
            faults.add(column or f"#{place + 1}", "unknown-column", remedy)
        elif column in columns[:place]:
            faults.add(column, "duplicate-column", gettext_noop("Keep one of the two columns."))
    faults.tell()
    return targets


def meant_by(heading: Sequence[str], mapping: Mapping[str, str]) -> list[ColumnTarget]:
    """Return what each heading means: by the mapping, the layout, its own name, or a word for it; empty is left out.

    What nothing is known of keeps its own name.
    """
    layout = layout_of(heading)
    return [target_of(_meant(cell.strip(), mapping, layout)) for cell in heading]


def _meant(cell: str, mapping: Mapping[str, str], layout: Layout | None) -> str:
    if cell in mapping:
        return mapping[cell]
    plain, key = cell.lower().replace(" ", "_").replace("-", "_"), key_of(cell)
    if layout is not None and key in layout.columns:
        return layout.columns[key]
    if plain in READ_COLUMNS or plain in REPORT_COLUMNS or target_of(plain).form:
        return plain
    return COMMON.get(key, plain)
