"""The form of a sheet: its answers as they stand become fields, what is typed becomes answers again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalogue.draft_sheets import NOT_STATED, Sheet, Typed, blank
from console.editor.asks import Ask, Group, ListAsk

STATE_WORDS: Final = (
    ("value", _("Stated")),
    ("not_applicable", _("Not applicable")),
    ("none", _("None")),
    (NOT_STATED, _("Not stated")),
)
YES_OR_NO: Final = (("true", _("Yes")), ("false", _("No")), ("", _("Not stated")))
FLAG: Final = (("true", _("Yes")), ("false", _("No")))
SPARE_ROWS: Final = 2
MOST_ROWS: Final = 60


def field_name(path: str) -> str:
    """Return what the field of a path is called in a form: no dots, which have a meaning in styles and scripts."""
    return path.replace(".", "__")


class SheetForm(forms.Form):
    """The answers of some groups in one language. What stood there when it was shown comes back with it (`shown`)."""

    def __init__(self, data: Any = None, *, groups: Iterable[Group], language: str, sheet: Sheet) -> None:
        self.groups, self.language, self.sheet = tuple(groups), language, sheet
        self.unseen: dict[str, Any] = {}
        """What others changed, and this form does not show yet: as it stood before them."""
        super().__init__(data)
        for group in self.groups:
            if group.has_state:
                self._add(Ask(name=group.state_ask, label=group.label, kind="state"))
            for ask in (*group.asks, *group.always):
                self._add(ask)
            for rows in group.lists:
                self._add_rows(rows)

    @property
    def asks(self) -> Iterator[Ask]:
        """Every single answer."""
        for group in self.groups:
            yield from (*group.asks, *group.always)

    def paths(self) -> list[str]:
        """Return every path of which the form is a part of."""
        states = [group.state_ask for group in self.groups if group.has_state]
        lists = [rows.name for group in self.groups for rows in group.lists]
        return [*states, *(ask.path(self.language) for ask in self.asks), *lists]

    @property
    def shown_now(self) -> str:
        """What stands there now, to be sent back: as JSON."""
        stands = {path: self.sheet.get(path, blank(path)) for path in self.paths()}
        return json.dumps(stands | self.unseen, ensure_ascii=False)

    def bound(self, path: str) -> BoundField:
        """Return the field of a path."""
        return self[field_name(path)]

    def places(self) -> dict[str, str]:
        """Return the field beside which a refusal's place is told."""
        found: dict[str, str] = {}
        for group in self.groups:
            if group.has_state:
                found[group.code] = field_name(group.state_ask)
            for ask in (*group.asks, *group.always):
                found.setdefault(ask.name.removeprefix("facts."), field_name(ask.path(self.language)))
                found.setdefault(ask.name.partition(".")[0], field_name(ask.path(self.language)))
            for rows in group.lists:
                found[rows.name] = f"{rows.name}-0-{rows.asks[0].name}"
                for number in range(self._rows_of(rows)):
                    found[f"{rows.name}.{number + 1}"] = f"{rows.name}-{number}-{rows.asks[0].name}"
                    found |= {
                        f"{rows.name}.{number + 1}.{ask.name}": f"{rows.name}-{number}-{ask.name}" for ask in rows.asks
                    }
        return found

    def typed(self) -> Typed:
        """Return what was typed, of every field that could be read; valid or not. Call `is_valid` before.

        Whatever another state than *stated* hides is not stated, whether or not it was sent.
        """
        said = self.cleaned_data
        answers = {ask.path(self.language): self._answer(ask, said) for ask in self.asks if self._name_of(ask) in said}
        for group in self.groups:
            if group.has_state and field_name(group.state_ask) in said:
                state = said[field_name(group.state_ask)] or NOT_STATED
                answers[group.state_ask] = state
                if state != "value":
                    answers |= {path: blank(path) for path in self._hidden(group)}
            answers |= {rows.name: self._rows(rows) for rows in group.lists}
        return Typed(self._shown(), answers)

    def rows_of(self, rows: ListAsk) -> list[list[BoundField]]:
        """Return the fields of each row, the spare ones last; the last field of a row takes it away."""
        names = [*(ask.name for ask in rows.asks), "gone"]
        return [[self[f"{rows.name}-{number}-{name}"] for name in names] for number in range(self._rows_of(rows))]

    def _hidden(self, group: Group) -> Iterator[str]:
        yield from (ask.path(self.language) for ask in group.asks)
        start = f"{group.state_ask}."
        yield from (path for path in self.sheet if path.startswith(start))

    def _shown(self) -> dict[str, Any]:
        shown: Any = None
        with suppress(ValueError):
            shown = json.loads(self.data.get("shown", ""))
        mine = set(self.paths())
        if not isinstance(shown, dict):
            # Nobody knows what was before her: nothing that stands there is overwritten.
            return dict.fromkeys(mine, None)
        return {path: answer for path, answer in shown.items() if path in mine}

    def _name_of(self, ask: Ask) -> str:
        return field_name(ask.path(self.language))

    def _add(self, ask: Ask) -> None:
        path = ask.path(self.language)
        field = _field(ask)
        field.initial = _initial(ask, self.sheet.get(path, blank(path)))
        self.fields[field_name(path)] = field

    def _answer(self, ask: Ask, said: Mapping[str, Any]) -> Any:
        answer = said[self._name_of(ask)]
        return answer or blank(ask.path(self.language)) if ask.kind != "some" else list(answer)

    # -- Lists of rows -------------------------------------------------------------------------------------------

    def _rows_of(self, rows: ListAsk) -> int:
        if self.is_bound:
            asked = [name for name in self.data if name.startswith(f"{rows.name}-") and name.endswith("-was")]
            return min(len(asked), MOST_ROWS)
        return min(len(self.sheet.get(rows.name, [])) + SPARE_ROWS, MOST_ROWS)

    def _add_rows(self, rows: ListAsk) -> None:
        known = list(self.sheet.get(rows.name, []))
        for number in range(self._rows_of(rows)):
            row = known[number] if number < len(known) else {}
            start = f"{rows.name}-{number}-"
            self.fields[f"{start}was"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=json.dumps(row)
            )
            for ask in rows.asks:
                field = _field(ask)
                value = row.get(ask.name, "")
                field.initial = _initial(ask, value.get(self.language, "") if ask.translated and value else value)
                if ask.kind == "flag" and not value:
                    field.initial = "false"
                if ask.suggested:
                    field.widget.attrs["list"] = ask.suggested
                self.fields[f"{start}{ask.name}"] = field
            self.fields[f"{start}gone"] = forms.BooleanField(label=_("Take this row away"), required=False)

    def _rows(self, rows: ListAsk) -> list[dict[str, Any]]:
        typed = [self._row(rows, f"{rows.name}-{number}-") for number in range(self._rows_of(rows))]
        return [row for row in typed if row]

    def _row(self, rows: ListAsk, start: str) -> dict[str, Any]:
        """Return a row as it was, with what was typed in this language; empty where nothing is left of it."""
        said, row = self.cleaned_data, {}
        if said.get(f"{start}gone"):
            return {}
        with suppress(ValueError):
            row = json.loads(said.get(f"{start}was") or "{}")
        row = dict(row) if isinstance(row, dict) else {}
        for ask in rows.asks:
            text = said.get(f"{start}{ask.name}", "")
            if ask.translated:
                texts = {**row.get(ask.name, {}), self.language: text}
                row[ask.name] = {language: one for language, one in texts.items() if one}
            else:
                row[ask.name] = (True if text == "true" else "") if ask.kind == "flag" else text
        return {name: value for name, value in row.items() if value not in ("", {}, [])}


def _initial(ask: Ask, value: Any) -> Any:
    if ask.kind in {"one", "yes"} and value in {NOT_STATED, ""}:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else value


class NumberField(forms.CharField):
    """An exact number as people write it, with a point or a comma; what it may be, the rules say."""

    def clean(self, value: Any) -> Any:
        """Return it with a point."""
        text = super().clean(value)
        return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _field(ask: Ask) -> forms.Field:
    told: dict[str, Any] = {"label": ask.label, "help_text": ask.help, "required": False}
    codes: list[tuple[str, Any]] = [(code, capfirst(str(word))) for code, word in ask.words.items()]
    if ask.kind == "some":
        return forms.MultipleChoiceField(choices=codes, widget=forms.CheckboxSelectMultiple, **told)
    if ask.kind == "choose":
        return forms.ChoiceField(choices=[("", _("Choose")), *codes], widget=forms.Select, **told)
    if ask.kind in {"one", "yes", "state", "flag"}:
        fixed = {"yes": YES_OR_NO, "state": STATE_WORDS, "flag": FLAG}.get(ask.kind)
        choices = fixed or [*((code, word) for code, word in codes if code != NOT_STATED), ("", _("Not stated"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **told)
    if ask.kind == "number":
        return NumberField(max_length=ask.longest, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **told)
    widgets = {"text": forms.Textarea(attrs={"rows": 4}), "day": forms.DateInput(attrs={"type": "date"})}
    return forms.CharField(max_length=ask.longest, widget=widgets.get(ask.kind, forms.TextInput()), **told)
