"""A draft as a sheet of single answers, so that two people can write on it: what each of them changed is told apart. Pure.

A sheet maps a path to an answer: `name.de` a text in a language, `facts.assessment` the state of an information item,
`facts.assessment.en` its text, `outcomes.en` one line for each outcome, `mode` a code, `intended_use` a list of codes,
`runs` a list of rows. Whatever is not stated is "", a list [].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue.rules import DERIVED_ITEMS, FURTHER_ITEMS, INFORMATION_ITEMS

Sheet = Mapping[str, Any]
NOT_STATED: Final = "not_stated"
MAPS: Final = ("name", "short_name", "description", "criteria", "workload_text", "accessibility", "image_alt")
"""Members that are a text per language."""
ROWS: Final = ("alignments", "result_descriptions", "qualifications", "funding", "parties", "runs")
"""Members that are a list of rows, each an answer as a whole."""
OBJECTS: Final = ("outcome_rule", "badge")
ITEMS: Final = tuple(item.code for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS) if item.code not in DERIVED_ITEMS)
TYPED_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "participation": ("mode",),
    "credits": ("ects_credits", "national_credits", "national_credit_system", "other_points", "other_points_name", "other_points_body"),
    "learning_period": ("period",),
    "assessment": ("assessment_kinds", "summative", "voluntary"),
    "supervision": ("supervision_kind",),
    "quality_assurance": ("qa_kind",),
    "outcome": ("credit_bearing", "qualifications"),
    "price": ("price_amount", "price_unit", "price_tax_included"),
}  # fmt: skip
"""The typed answers that say something of an item: with one of them it is stated."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed: the answers as they were shown to her, and as they are now; of any part of a sheet."""

    shown: Sheet
    answers: Sheet

    def changed(self) -> dict[str, Any]:
        """Return the answers that she changed."""
        return {
            path: answer
            for path, answer in self.answers.items()
            if not _same(answer, self.shown.get(path, blank(path)))
        }


@dataclass(frozen=True, slots=True)
class MergedSheet:
    """What comes of two people's answers.

    `sheet` is what is kept; `mine` the paths that the second one changed and that are kept; `theirs` what others have
    changed meanwhile, by its answer now; `both` those of it that the second one changed too: there the others' stands.
    """

    sheet: dict[str, Any]
    mine: frozenset[str]
    theirs: dict[str, Any]
    both: frozenset[str]


def merged(typed: Typed, now: Sheet, *, without: Iterable[str] = ()) -> MergedSheet:
    """Put what somebody changed onto what stands there now; what another changed in the meantime is not overwritten.

    Args:
        typed: her answers, and those that she had before her.
        now: the draft's sheet as it stands.
        without: paths that are left as they stand, for what was typed there cannot be kept.
    """
    theirs = {
        path: now.get(path, blank(path)) for path in typed.shown if now.get(path, blank(path)) != typed.shown[path]
    }
    changed = {path: answer for path, answer in typed.changed().items() if answer != now.get(path, blank(path))}
    both = frozenset(changed) & frozenset(theirs)
    kept = {path: answer for path, answer in changed.items() if path not in both and path not in set(without)}
    return MergedSheet({**now, **kept}, frozenset(kept), theirs, both)


def _same(one: Any, other: Any) -> bool:
    """Compare two answers as a form would send them: line ends and blanks at the ends say nothing."""
    if isinstance(one, str) and isinstance(other, str):
        return "\n".join(one.splitlines()).strip() == "\n".join(other.splitlines()).strip()
    return bool(one == other)


def blank(path: str) -> Any:
    """Return the answer of a path of which nothing is stated."""
    if path in ROWS or path in {"assessment_kinds", "intended_use"}:
        return []
    if path in {"credit_bearing"} or (path.startswith("facts.") and path.count(".") == 1):
        return NOT_STATED
    return "false" if path in {"suspendable", "evidence_required", "result_required"} else ""


def sheet_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's sheet, from the shape in which it is written (`catalogue.said`)."""
    sheet: dict[str, Any] = {}
    for name, value in said.items():
        if name in MAPS:
            sheet |= {f"{name}.{language}": text for language, text in value.items()}
        elif name == "outcomes":
            sheet |= _lines(value)
        elif name in OBJECTS:
            sheet |= {f"{name}.{part}": answer for part, answer in value.items()}
        elif name != "facts":
            sheet[name] = _answer(value)
    facts = said.get("facts", {})
    for item in ITEMS:
        fact = facts.get(item, NOT_STATED)
        if isinstance(fact, Mapping):
            sheet |= {f"facts.{item}.{language}": text for language, text in fact.items()}
            sheet[f"facts.{item}"] = "value"
        else:
            sheet[f"facts.{item}"] = "value" if _is_typed(item, sheet) and fact == NOT_STATED else fact
    return sheet


def said_of(sheet: Sheet) -> dict[str, Any]:
    """Return what a sheet says in the shape in which it is written; an item that is stated in no word is not stated."""
    said: dict[str, Any] = {}
    for path, answer in sheet.items():
        name, _dot, part = path.partition(".")
        if answer in ("", []) or name == "facts":
            continue
        if name in MAPS or name in OBJECTS:
            said.setdefault(name, {})[part] = answer
        elif name != "outcomes":
            said[name] = answer
    said["outcomes"] = _outcomes(sheet)
    said["facts"] = {item: fact for item in ITEMS if (fact := _fact(sheet, item)) != NOT_STATED}
    if "at_least" in said.get("outcome_rule", {}):
        said["outcome_rule"] = {"measure": "", "scale": "percent"} | said["outcome_rule"]
    else:
        said.pop("outcome_rule", None)
    return {name: value for name, value in said.items() if value not in ([], {}, NOT_STATED)}


def _fact(sheet: Sheet, item: str) -> Any:
    state = sheet.get(f"facts.{item}", NOT_STATED)
    if state != "value":
        return state
    start = f"facts.{item}."
    texts = {path.removeprefix(start): text for path, text in sheet.items() if path.startswith(start) and text}
    return texts or NOT_STATED


def _is_typed(item: str, sheet: Sheet) -> bool:
    return any(sheet.get(name, blank(name)) != blank(name) for name in TYPED_FOR.get(item, ()))


def _answer(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def _lines(outcomes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    rows = list(outcomes)
    languages = dict.fromkeys(language for row in rows for language in row)
    return {
        f"outcomes.{language}": "\n".join(row.get(language, "").replace("\n", " ") for row in rows).rstrip("\n")
        for language in languages
    }


def _outcomes(sheet: Sheet) -> list[dict[str, str]]:
    """Return the outcomes: the lines of each language stand beside each other, in their order."""
    rows: list[dict[str, str]] = []
    for path, text in sheet.items():
        name, _dot, language = path.partition(".")
        if name != "outcomes":
            continue
        for number, line in enumerate(str(text).split("\n")):
            if number == len(rows):
                rows.append({})
            if line.strip():
                rows[number][language] = line.strip()
    return [row for row in rows if row]


_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "credits": ("ects_credits", "national_credits", "national_credit_system", "other_points", "other_points_name", "other_points_body"),
    "level": ("level_eqf", "level_eqf_basis", "level_eqf_source", "level_national"),
    "workload": ("workload_hours_min", "workload_hours_max", "workload_text"),
    "assessment": ("assessment_kinds", "summative", "voluntary"),
    "participation": ("mode",),
    "supervision": ("supervision_kind",),
    "learning_period": ("period",),
    "quality_assurance": ("qa_kind",),
    "outcome": ("credit_bearing", "qualifications"),
    "price": ("price_amount", "price_unit", "price_tax_included"),
    "start": ("runs",),
}  # fmt: skip
_GROUP_OF: Final = {name: group for group, names in _GROUPS.items() for name in names}


def place_group(place: str) -> str:
    """Return to what an answer or a refusal's place belongs: what is told of one is told beside the others."""
    parts = place.split(".")
    name = parts[1] if parts[0] in {"facts", "texts"} and len(parts) > 1 else parts[0]
    return _GROUP_OF.get(name, name)
