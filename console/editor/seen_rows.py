"""How a draft stands, as the editor shows it: each fact with its state, what the rules ask for, what a language lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.content import AchievementContent
from catalogue.draft_sheets import MAPS, TYPED_FOR, MergedSheet, Sheet, blank, place_group
from catalogue.models import AchievementVersion
from catalogue.rules import INFORMATION_ITEMS
from catalogue.wording import information, language_name
from console.editor.asks import Ask, Group, ListAsk
from console.editor.parts import PARTS
from console.editor.sheets import SheetForm
from registry.refusals import Refusal

STATES: Final = {
    "value": (gettext_lazy("Stated"), "circle", "ok"),
    "not_applicable": (gettext_lazy("Not applicable"), "dash", "mute"),
    "none": (gettext_lazy("None"), "circle", "ok"),
    "not_stated": (gettext_lazy("Not stated"), "dash", "mute"),
    "set_with_award": (gettext_lazy("Set with each award"), "dash", "mute"),
    "not_credit_bearing": (gettext_lazy("None"), "circle", "ok"),
}
"""State of an item → its words, and its mark with its family."""


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One fact of the editor: how it stands, what is asked, what the rules say of it, and what somebody else typed."""

    number: int
    code: str
    label: object
    why: object
    now: str
    words: object
    mark: str
    family: str
    state: BoundField | None
    fields: list[BoundField]
    always: list[BoundField]
    lists: list[tuple[ListAsk, list[list[BoundField]]]]
    findings: list[str]
    theirs: list[tuple[str, str]]
    is_open: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class MissingText:
    """A text that another language has: what it is called, the sheet on which it is asked, and its group there."""

    label: str
    part: str
    group: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A language in which the entry is written, and which of its texts are missing in it."""

    tag: str
    name: str
    missing: list[MissingText]
    here: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The numbers above the facts; they add up to fifteen."""

    stated: int
    open: list[str] = field(default_factory=list)
    with_award: list[str] = field(default_factory=list)


def rows_of(
    form: SheetForm, version: AchievementVersion, findings: Iterable[Refusal], merged: MergedSheet | None
) -> list[SeenRow]:
    """Return the groups of a form as they are shown. A group is open where something in it needs the reader."""
    told = {item[0]: item[1:] for item in _information(version, form.language)}
    found = list(findings)
    return [_row(number, group, form, told, found, merged) for number, group in enumerate(form.groups, start=1)]


def _information(version: AchievementVersion, language: str) -> list[tuple[str, str, str]]:
    """Return (item code, state, value) of the fifteen."""
    told = information(version, language)[: len(INFORMATION_ITEMS)]
    return [
        (item.code, state, str(value)) for item, (_label, state, value) in zip(INFORMATION_ITEMS, told, strict=True)
    ]


def _row(
    number: int,
    group: Group,
    form: SheetForm,
    items: Mapping[str, tuple[str, str]],
    findings: list[Refusal],
    merged: MergedSheet | None,
) -> SeenRow:
    state, value = items.get(group.code, ("", ""))
    words, mark, family = STATES.get(state, ("", "", ""))
    fields = [form.bound(ask.path(form.language)) for ask in group.asks]
    always = [form.bound(ask.path(form.language)) for ask in group.always]
    mine = [one.sentence() for one in findings if place_group(one.place) in _groups_of(group)]
    stated = form.bound(group.state_ask) if group.has_state else None
    lists = [(rows, form.rows_of(rows)) for rows in group.lists]
    faulty = any(one.errors for one in [*fields, *always, *filter(None, [stated])])
    faulty |= any(one.errors for _rows, each in lists for row in each for one in row)
    theirs = _theirs(group, form, merged)
    return SeenRow(
        number=number, code=group.code, label=group.label, why=group.why, now=value, words=words,
        mark="diamond" if mine else mark, family="care" if mine else family, state=stated, fields=fields, always=always,
        lists=lists, findings=list(dict.fromkeys(mine)), theirs=theirs, is_open=bool(faulty or mine or theirs),
        hint=_hint(group, form.sheet),
    )  # fmt: skip


def _groups_of(group: Group) -> set[str]:
    names = [ask.name for ask in (*group.asks, *group.always)] + [rows.name for rows in group.lists]
    return {group.code, *(place_group(name) for name in names)}


def _theirs(group: Group, form: SheetForm, merged: MergedSheet | None) -> list[tuple[str, str]]:
    """Return what somebody else typed where this reader typed too: her own text stands in the field, theirs beside it."""
    if merged is None:
        return []
    labels = {ask.path(form.language): str(ask.label) for ask in (*group.asks, *group.always)}
    labels |= {rows.name: str(rows.label) for rows in group.lists} | {group.state_ask: _("How it stands")}
    return [(labels[path], _said(merged.theirs[path])) for path in labels if path in merged.both]


def _said(answer: Any) -> str:
    if isinstance(answer, list):
        parts = [", ".join(map(str, row.values())) if isinstance(row, Mapping) else str(row) for row in answer]
        return "; ".join(parts) or _("Nothing")
    return str(answer) or _("Nothing")


def _hint(group: Group, sheet: Sheet) -> str:
    """Say that a text without a code is told, and found by nobody."""
    codes = [name for name in TYPED_FOR.get(group.code, ()) if name in {ask.name for ask in group.asks}]
    texts = any(path.startswith(f"{group.state_ask}.") for path in sheet)
    if codes and texts and all(sheet.get(name, blank(name)) == blank(name) for name in codes):
        return _("Your words are shown as they are. Without a choice above nobody finds this entry by it.")
    return ""


def strip_of(version: AchievementVersion, language: str) -> Strip:
    """Count how the fifteen facts stand."""
    told = information(version, language)[: len(INFORMATION_ITEMS)]
    return Strip(
        stated=sum(state not in {"not_stated", "set_with_award"} for _label, state, _value in told),
        open=[str(label) for label, state, _value in told if state == "not_stated"],
        with_award=[str(label) for label, state, _value in told if state == "set_with_award"],
    )


def tabs_of(sheet: Sheet, content: AchievementContent, here: str) -> list[Tab]:
    """Return the languages of an entry, that of its instruction first, and what each lacks that another one has."""
    texts: dict[str, set[str]] = {}
    for path, answer in sheet.items():
        name, _dot, language = path.rpartition(".")
        if answer and (name in MAPS or name == "outcomes" or (name.startswith("facts.") and name.count(".") == 1)):
            texts.setdefault(language, set()).add(name)
    every = set().union(*texts.values()) if texts else set()
    order = sorted({*texts, here}, key=lambda tag: (tag != content.language, tag))
    missing = {tag: _missing(every - texts.get(tag, set())) for tag in order}
    return [Tab(tag, str(language_name(tag)), missing[tag], tag == here) for tag in order]


def _missing(names: set[str]) -> list[MissingText]:
    """Return texts by their names, in the order in which they are asked, each once."""
    asked = ((ask, group, part) for part in PARTS.values() for group in part.groups for ask in group.every)
    found: dict[str, MissingText] = {}
    for ask, group, part in asked:
        if ask.name in names:
            found.setdefault(ask.name, MissingText(_called(ask, group), part.name, group.code))
    return list(found.values())


def _called(ask: Ask, group: Group) -> str:
    """Return what a text is called: its fact, or what is asked where a fact has several texts."""
    texts = [one for one in group.every if one.translated]
    return str(group.label if ask.name.startswith("facts.") or len(texts) == 1 else ask.label)
