"""How each fact that an award states is checked by itself, by its kind (`issuing.stated`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from catalogue.documents import RESULT_KEY
from catalogue.models import AchievementVersion
from catalogue.rules import meets_outcome_rule
from credentials.documents import (
    EvidenceFacts,
    GroundFacts,
    ResultFacts,
)
from credentials.documents import rules as document_rules
from credentials.errors import DataModelError
from issuing.rules import (
    check_legible,
    check_meant,
    checked_day,
    checked_language,
    exact_number,
)
from issuing.services.basis import Basis
from issuing.stated import FACTS, EvidenceOrder, FactKind, GroundOrder, ResultOrder
from registry.refusals import Faults, RuleBrokenError, gettext_noop

KNOWN_RESULTS = 4_096
LAST_MOMENT = dt.time(23, 59, 59)
ENTRY_REMEDY: Final = gettext_noop("Correct this entry: addresses are absolute, texts have no control characters.")

O = TypeVar("O")  # noqa: E741 - an order
C = TypeVar("C")
F = TypeVar("F")


def _day(value: dt.date, _name: str, basis: Basis) -> dt.date:
    return checked_day(value, today=basis.today)


def _end(value: dt.date | dt.datetime, _name: str, basis: Basis) -> dt.datetime:
    """Return a moment; a day counts to its end, where the organisation is."""
    return value if isinstance(value, dt.datetime) else _last_second_of(value, basis.organisation.timezone)


@lru_cache(maxsize=4_096)
def _last_second_of(day: dt.date, timezone_name: str) -> dt.datetime:
    return dt.datetime.combine(day, LAST_MOMENT, tzinfo=ZoneInfo(timezone_name))


def _when(value: dt.date | str, _name: str, _basis: Basis) -> dt.date | str:
    return value


def line_of(text: str | None, name: str, _basis: Basis | None = None) -> str | None:
    """Return a line of text without blanks around it, None where there is none.

    Raises:
        RuleBrokenError: it is too long, has control characters, or letters of it were lost.
    """
    if text is None or not text.strip():
        return None
    try:
        document_rules.check_line(text.strip(), name)
    except DataModelError as error:
        raise RuleBrokenError(name, "bad-text", gettext_noop("Use one line of at most 1,000 characters.")) from error
    check_legible(text, name)
    return text.strip()


def _number(value: Decimal, name: str, _basis: Basis) -> Decimal:
    try:
        document_rules.check_credits(value, name)
    except (DataModelError, ArithmeticError) as error:
        remedy = gettext_noop("Write credits as a number from 0 to 9999 with at most two decimals.")
        raise RuleBrokenError(name, "bad-number", remedy) from error
    return value


def _language(tag: str, name: str, _basis: Basis) -> str | None:
    return checked_language(tag, name) if tag else None


def _prose(text: str, name: str, _basis: Basis) -> str | None:
    try:
        document_rules.check_prose(text or None, name)
    except DataModelError as error:
        remedy = gettext_noop("Shorten the text to 50,000 characters, without control characters.")
        raise RuleBrokenError(name, "bad-text", remedy) from error
    return text or None


def _ground(order: GroundOrder, name: str, _basis: Basis) -> GroundFacts:
    if order.date:
        check_meant(order.date, name)
    try:
        return GroundFacts(body=order.body, decided_on=order.date, reference=order.reference)
    except DataModelError as error:
        raise RuleBrokenError(name, "facts-refused", ENTRY_REMEDY) from error


def _all_evidence(orders: Sequence[EvidenceOrder], name: str, _basis: Basis) -> tuple[EvidenceFacts, ...]:
    return _each(orders, _evidence, name)


def _all_results(orders: Sequence[ResultOrder], _name: str, basis: Basis) -> tuple[ResultFacts, ...]:
    return _each(orders, _known_result, basis)


def _each(orders: Sequence[O], fix: Callable[[O, C], F], context: C) -> tuple[F, ...]:
    """Fix each of several; the faults of all are told, each at its number, from 0."""
    if len(orders) == 1:
        return (fix(orders[0], context),)
    faults, fixed = Faults(), []
    for number, order in enumerate(orders):
        try:
            fixed.append(fix(order, context))
        except RuleBrokenError as broken:
            faults.refusals.extend(one._replace(place=f"{one.place}.{number}") for one in broken.refusals)
    faults.tell()
    return tuple(fixed)


def _evidence(order: EvidenceOrder, name: str) -> EvidenceFacts:
    try:
        return EvidenceFacts(
            id=order.url,
            name=order.name,
            description=order.description,
            narrative=order.narrative,
            genre=order.genre,
            audience=order.audience,
        )
    except DataModelError as error:
        raise RuleBrokenError(name, "facts-refused", ENTRY_REMEDY) from error


def _known_result(order: ResultOrder, basis: Basis) -> ResultFacts:
    """Fix a result, or find it again: a file of thousands states the same few."""
    found = basis.results.get(order)
    if found is None:
        found = _result(order, basis)
        if len(basis.results) < KNOWN_RESULTS:
            basis.results[order] = found
    return found


def _result(order: ResultOrder, basis: Basis) -> ResultFacts:
    """Fix one result; one that the outcome rule measures must reach it, exactly."""
    version = basis.version
    levels = {
        entry["key"]: {level["key"] for level in entry.get("levels", ())} for entry in version.result_descriptions
    }
    known = ({RESULT_KEY: set()} if version.outcome_rule else {}) | levels
    key = order.description or next(iter(known), None)
    if key is not None and key not in known:
        remedy = gettext_noop("The achievement has no such result: leave the name out, or use one of its own.")
        raise RuleBrokenError("result", "unknown-result", remedy)
    _check_level(order.level, known.get(key or "", set()))
    if key == RESULT_KEY and order.value is not None:
        _check_outcome(order.value, version)
    address = key and basis.result_address(key)
    level = f"{address}-{order.level}" if order.level else None
    try:
        return ResultFacts(description_id=address, value=order.value, status=order.status, achieved_level=level)
    except DataModelError as error:
        raise RuleBrokenError("result", "facts-refused", ENTRY_REMEDY) from error


def _check_level(level: str | None, known: Collection[str]) -> None:
    if level and level not in known:
        remedy = gettext_noop("This result has no such level: leave the level out, or use one of the result's own.")
        raise RuleBrokenError("result", "unknown-level", remedy)


def _check_outcome(value: str, version: AchievementVersion) -> None:
    if not meets_outcome_rule(version.outcome_rule, exact_number(value, "result")):
        remedy = gettext_noop("The result is below what this award demands: leave the row out, or correct the result.")
        raise RuleBrokenError("result", "below-outcome-rule", remedy)


_CHECKS: Final[Mapping[FactKind, Callable[[Any, str, Basis], Any]]] = {
    FactKind.DAY: _day,
    FactKind.END: _end,
    FactKind.WHEN: _when,
    FactKind.LINE: line_of,
    FactKind.NUMBER: _number,
    FactKind.LANGUAGE: _language,
    FactKind.RESULTS: _all_results,
    FactKind.EVIDENCE: _all_evidence,
    FactKind.PROSE: _prose,
    FactKind.GROUND: _ground,
}
CHECK_OF: Final = {name: _CHECKS[fact.kind] for name, fact in FACTS.items()}
"""How each fact is checked by itself: value, name and basis in, what will be signed out."""
