"""Results and pieces of evidence of one award by hand: a first row, and further ones, each folded below the one before."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

MOST_ROWS: Final = 10
"""So many of each by hand; who states more has a file or the API."""
RESULT: Final = ("result_which", "result")
PIECE: Final = ("evidence_url", "evidence_name")
MORE: Final[Mapping[tuple[str, ...], Promise]] = {
    RESULT: _("One more result"),
    PIECE: _("One more piece of evidence"),
}


@dataclass(frozen=True, slots=True)
class FurtherRow:
    """A row after the first one; it is open where it, or one below it, says something."""

    fields: list[forms.BoundField]
    is_open: bool


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under a heading, as the page shows them; what is seldom stated is folded unless it is. `more` opens a row."""

    heading: str | Promise
    fields: list[forms.BoundField]
    is_open: bool
    rows: list[FurtherRow]
    more: str | Promise


def nth(name: str, row: int) -> str:
    """Return what a field is called in a row, counted from 0."""
    return f"{name}_{row + 1}" if row else name


def add_rows(fields: dict[str, forms.Field], described: Sequence[tuple[str, str]]) -> None:
    """Add the further rows to a form's fields; where several results are described, each row says which it is.

    Args:
        fields: those of the form, the first row among them.
        described: (key, name) of each result that the achievement describes.
    """
    for row in range(MOST_ROWS):
        if len(described) > 1:
            first = described[min(row, len(described) - 1)][0]
            fields[nth("result_which", row)] = forms.ChoiceField(
                label=_label(_("Which result"), row), choices=described, required=False, initial=first
            )
        for name in ("result", *PIECE):
            field = fields[nth(name, row)] = copy.deepcopy(fields[name])
            field.label = _label(fields[name].label, row)


def _label(label: Any, row: int) -> Any:
    return format_lazy("{} {}", label, row + 1) if row else label


def group_of(
    form: forms.Form, heading: str | Promise, names: Iterable[str], *, is_open: bool, row_names: tuple[str, ...] = ()
) -> FieldGroup:
    """Return a group of a form's fields, with the rows that its last fields begin."""
    fields = [form[name] for name in (*names, *row_names) if name in form.fields]
    rows: list[FurtherRow] = []
    is_said = False
    for row in reversed(range(1, MOST_ROWS) if row_names else range(0)):
        own = [form[nth(name, row)] for name in row_names if nth(name, row) in form.fields]
        is_said = is_said or any(field.errors or (field.value() and _is_typed(field)) for field in own)
        rows.insert(0, FurtherRow(own, is_said))
    is_open = is_open or is_said or any(field.errors or field.value() for field in fields)
    return FieldGroup(heading, fields, is_open, rows, MORE.get(row_names, ""))


def _is_typed(field: forms.BoundField) -> bool:
    """A choice has a value before anybody has said anything."""
    return not isinstance(field.field, forms.ChoiceField)


def rows_said(said: Mapping[str, Any], names: Iterable[str]) -> list[int]:
    """Return the rows in which one of some fields says something."""
    return [row for row in range(MOST_ROWS) if any(said.get(nth(name, row)) for name in names)]


def places_of(place: str, field: str, rows: Sequence[int]) -> dict[str, str]:
    """Return the field of each place of a refusal: the only row's has no number, those of several count from 0."""
    several = {f"{place}.{number}": nth(field, row) for number, row in enumerate(rows)}
    return {place: nth(field, rows[0] if rows else 0)} | several
