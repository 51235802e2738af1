"""What a draft changes of the version that is published: answer by answer, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from catalogue.draft_sheets import Sheet, blank
from catalogue.wording import language_name
from console.editor.asks import Ask
from console.editor.parts import PARTS
from console.editor.sheets import FLAG, STATE_WORDS, YES_OR_NO


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that changes; empty where nothing stood or stands."""

    label: str
    before: str
    after: str


def differences(before: Sheet, after: Sheet) -> list[Difference]:
    """Return what changes from one sheet to the other, in the order in which it is asked."""
    asked = list(_asked())
    paths = dict.fromkeys([*before, *after])
    changed = [path for path in paths if before.get(path, blank(path)) != after.get(path, blank(path))]
    changed.sort(key=lambda path: _place(path, asked))
    return [_difference(path, dict(asked), before, after) for path in changed]


def _asked() -> Iterator[tuple[str, tuple[str, Ask | None]]]:
    """Yield path without language, label and ask of everything that is asked."""
    for part in PARTS.values():
        for group in part.groups:
            if group.has_state:
                yield group.state_ask, (str(group.label), None)
            for ask in (*group.asks, *group.always):
                heading = str(group.label) if ask.name.startswith("facts.") else ""
                yield (
                    f"{ask.name}.*" if ask.translated else ask.name,
                    (": ".join(filter(None, [heading, str(ask.label)])), ask),
                )
            for rows in group.lists:
                yield rows.name, (str(rows.label), None)


def _place(path: str, asked: list[tuple[str, tuple[str, Ask | None]]]) -> int:
    names = [name for name, _told in asked]
    return next((names.index(name) for name in (path, _any_language(path)) if name in names), len(names))


def _any_language(path: str) -> str:
    return f"{path.rpartition('.')[0]}.*"


def _difference(path: str, asked: Mapping[str, tuple[str, Ask | None]], before: Sheet, after: Sheet) -> Difference:
    label, ask = asked.get(path) or asked.get(_any_language(path)) or (path, None)
    if path not in asked and _any_language(path) in asked:
        label = f"{label} ({language_name(path.rpartition('.')[2])})"
    was, now = (_said(sheet.get(path, blank(path)), ask) for sheet in (before, after))
    return Difference(label, was, now)


def _said(answer: Any, ask: Ask | None) -> str:
    if isinstance(answer, list):
        rows = [", ".join(_texts(row)) if isinstance(row, Mapping) else _word(row, ask) for row in answer]
        return "; ".join(rows)
    return _word(str(answer), ask)


def _texts(row: Mapping[str, Any]) -> Iterator[str]:
    for value in row.values():
        yield from (str(text) for text in (value.values() if isinstance(value, Mapping) else [value]))


def _word(code: str, ask: Ask | None) -> str:
    known: dict[str, Any] = {**dict(STATE_WORDS), **dict(YES_OR_NO), **dict(FLAG), "": ""}
    if ask is not None and code in ask.words:
        return capfirst(str(ask.words[code]))
    return str(known[code]) if code in known and (ask is None or ask.kind in {"yes", "flag"}) else code
