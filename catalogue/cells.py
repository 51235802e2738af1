"""Reading one value of an entry, from JSON or from a cell of a table: each reader refuses what it does not understand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from catalogue.content import RUN_FIELDS, PartyContent, RunContent
from catalogue.rules import exact_decimal
from registry.dates import DayOutOfRangeError, read_day
from registry.refusals import RuleBrokenError, gettext_noop

LARGEST_WHOLE: Final = 100_000
_OUT_OF_RANGE: Final = gettext_noop("Correct the date: it lies before 1900, or more than a hundred years away.")
_RUN_DAYS: Final = ("starts_on", "ends_on", "enrol_until")


def list_of(values: dict[str, Any], name: str) -> list[Any]:
    """Take a list of objects out of an entry; empty where there is none."""
    value = values.pop(name, None) or []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise RuleBrokenError(name, "list", gettext_noop("Write a list of objects here."))
    return value


def party_of(party: dict[str, Any]) -> PartyContent:
    """Read somebody named on an entry."""
    if not all(isinstance(value, str) for value in party.values()):
        raise RuleBrokenError("parties", "party", gettext_noop("A party has a name and one of the known roles."))
    try:
        given: dict[str, Any] = dict(party)
        given |= {name: read_day(party[name]) for name in ("valid_from", "valid_until") if name in party}
        return PartyContent(**given)
    except DayOutOfRangeError as error:
        raise RuleBrokenError("parties", "date-out-of-range", _OUT_OF_RANGE) from error
    except (TypeError, ValueError) as error:
        raise RuleBrokenError(
            "parties", "party", gettext_noop("A party has a name and one of the known roles.")
        ) from error


def run_of(run: dict[str, Any]) -> RunContent:
    """Read a run of the course."""
    if not set(run) <= set(RUN_FIELDS):
        remedy = gettext_noop(
            "A run has starts_on, ends_on, enrol_until, place, language, url and price, or some of them."
        )
        raise RuleBrokenError("runs", "run", remedy)
    given: dict[str, Any] = {name: value for name, value in run.items() if value not in (None, "")}
    for name, value in given.items():
        if not isinstance(value, dict if name == "price" else str):
            raise RuleBrokenError(f"runs.{name}", "text", gettext_noop("Write a text here."))
    try:
        return RunContent(**given | {name: read_day(given[name]) for name in _RUN_DAYS if name in given})
    except DayOutOfRangeError as error:
        raise RuleBrokenError("runs", "date-out-of-range", _OUT_OF_RANGE) from error
    except ValueError as error:
        raise RuleBrokenError("runs", "bad-date", gettext_noop("Write dates as 2026-11-21.")) from error


def _decimal(values: Mapping[str, Any], name: str) -> Decimal:
    try:
        return exact_decimal(values[name])
    except ValueError as error:
        raise RuleBrokenError(name, "number", gettext_noop('Write an exact number, best as text: "2.5".')) from error


def _whole(values: Mapping[str, Any], name: str) -> int:
    number = _decimal(values, name)
    if number != number.to_integral_value() or abs(number) > LARGEST_WHOLE:
        raise RuleBrokenError(name, "number", gettext_noop("Write a whole number."))
    return int(number)


def _line(values: Mapping[str, Any], name: str) -> str:
    if not isinstance(values[name], str):
        raise RuleBrokenError(name, "text", gettext_noop("Write a text here."))
    return str(values[name]).strip()


def _object(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(values[name], dict):
        raise RuleBrokenError(name, "not-an-object", gettext_noop("Write an object here."))
    return dict(values[name])


def _objects(values: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return tuple(list_of({name: values[name]}, name))


def _truth(values: Mapping[str, Any], name: str) -> bool:
    word = str(values[name]).lower()
    if word not in {"true", "false"}:
        raise RuleBrokenError(name, "truth", gettext_noop("Write true or false."))
    return word == "true"


def _codes(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Read codes: a list of JSON, or a cell with codes divided by |."""
    given = values[name]
    parts = given.split("|") if isinstance(given, str) else given
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise RuleBrokenError(name, "list", gettext_noop("Write a list of codes here."))
    return tuple(part.strip() for part in parts)


READERS: Final[Mapping[str, Callable[[Mapping[str, Any], str], Any]]] = {
    "language": _line,
    "outcomes": _objects,
    "alignments": _objects,
    "result_descriptions": _objects,
    "ects_credits": _decimal,
    "national_credits": _decimal,
    "national_credit_system": _line,
    "other_points": _decimal,
    "other_points_name": _line,
    "other_points_body": _line,
    "workload_hours_min": _decimal,
    "workload_hours_max": _decimal,
    "workload_text": _object,
    "level_eqf": _whole,
    "level_eqf_basis": _line,
    "level_eqf_source": _line,
    "level_national": _line,
    "suspendable": _truth,
    "valid_for_days": _whole,
    "outcome_rule": _object,
    "assessment_kinds": _codes,
    "summative": _truth,
    "voluntary": _truth,
    "supervision_kind": _line,
    "mode": _line,
    "period": _line,
    "objective": _line,
    "intended_use": _codes,
    "qa_kind": _line,
    "credit_bearing": _line,
    "qualifications": _objects,
    "accessibility": _object,
    "materials_licence": _line,
    "price_amount": _decimal,
    "price_unit": _line,
    "price_tax_included": _truth,
    "funding": _objects,
    "start": _line,
    "access_period": _line,
    "badge": _object,
    "image_alt": _object,
    "evidence_required": _truth,
    "result_required": _truth,
}
"""How each member of an entry's content is read, by its name."""

ONE_CELL: Final = frozenset(
    name for name, read in READERS.items() if read in (_line, _decimal, _whole, _truth, _codes)
)
"""Members that one cell of a table can say."""
