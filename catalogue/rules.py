"""What an entry must and may say: the information items, credits, outcome rules. Pure: values in, values out.

Source: the field's list of 15 critical information items (NESET analytical report 2020) and its rule that unassessed
attendance is not a micro-credential (Australian National Microcredentials Framework 2021).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from catalogue.content import AchievementContent, state_of
from catalogue.legible import legible_refusals
from catalogue.typed_rules import EARNS, is_attendance_alone, typed_refusals
from registry.language_maps import is_language_map, is_language_tag
from registry.refusals import Refusal, gettext_noop


@dataclass(frozen=True, slots=True)
class InformationItem:
    """One critical information item. `of_the_award`: a fact of each award; the entry states at most its default."""

    code: str
    label: str
    of_the_award: bool = False


INFORMATION_ITEMS: Final = (
    InformationItem("title", gettext_noop("Title")),
    InformationItem("provider", gettext_noop("Provider")),
    InformationItem("date_awarded", gettext_noop("Date awarded"), of_the_award=True),
    InformationItem("description", gettext_noop("Description")),
    InformationItem("learning_outcomes", gettext_noop("Learning outcomes")),
    InformationItem("participation", gettext_noop("Mode of participation"), of_the_award=True),
    InformationItem("credits", gettext_noop("Credits"), of_the_award=True),
    InformationItem("learning_period", gettext_noop("Period of learning"), of_the_award=True),
    InformationItem("prerequisites", gettext_noop("Prerequisites")),
    InformationItem("resources", gettext_noop("Learning resources")),
    InformationItem("assessment", gettext_noop("Type of assessment")),
    InformationItem("supervision", gettext_noop("Supervision and identity check"), of_the_award=True),
    InformationItem("quality_assurance", gettext_noop("Quality assurance")),
    InformationItem("outcome", gettext_noop("Outcome for the learner")),
    InformationItem("stackability", gettext_noop("Integration and stackability")),
)
"""The 15 items, in the order in which every page shows them."""

FURTHER_ITEMS: Final = (
    InformationItem("type", gettext_noop("Type, as published")),
    InformationItem("price", gettext_noop("Price")),
    InformationItem("approved", gettext_noop("Approved")),
    InformationItem("review", gettext_noop("Review")),
)
"""Items that some frameworks ask for beside the 15; shown only where they are stated."""

DERIVED_ITEMS: Final = frozenset({"title", "description", "learning_outcomes", "date_awarded"})
"""Items that are never entered by themselves: they stand in texts, outcomes and in the award."""

STATES: Final = frozenset({"value", "not_applicable", "none", "not_stated"})
TEXTS: Final = frozenset({"name", "short_name", "description", "criteria"})
MEASURES: Final = frozenset({"score", "content"})
PARTY_ROLES: Final = frozenset(
    {"awards", "co-awards", "certifies", "partners", "endorses", "owns_definition", "delivers", "assesses", "platform"}
)
LEVEL_BASES: Final = frozenset({"referenced", "compared", "provider_claim"})
ALIGNMENT_FIELDS: Final = frozenset(
    {"target_name", "target_url", "target_code", "target_description", "target_framework", "target_type", "level"}
)
RESULT_FIELDS: Final = frozenset({"key", "name", "type", "required_value", "value_min", "value_max", "levels"})
RESERVED_KEYS: Final = frozenset({"result", "criteria"})
"""Fragments of a version's address that name something else."""
LONGEST_SHORT_NAME: Final = 40
LONGEST_LINES: Final[Mapping[str, int]] = {
    "language": 12, "national_credit_system": 60, "other_points_name": 60, "other_points_body": 200,
    "level_eqf_source": 300, "level_national": 60,
}  # fmt: skip
LONGEST_PARTY_LINE: Final = 200
LONGEST_ADDRESS: Final = 500
EQF_LEVELS: Final = range(1, 9)
PERCENT: Final = 100

_ENTERABLE: Final = {item.code for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS)} - DERIVED_ITEMS
_KEY: Final = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class CreditTable:
    """A published, versioned rule by which credits of one system convert to ECTS."""

    system: str
    credits_per_ects: Decimal
    version: str
    source: str


CREDIT_TABLES: Final = (
    CreditTable("NZ credits", Decimal(2), "2015", "Description of the New Zealand Tertiary Education System"),
)


def ects_equivalent(amount: Decimal, system: str) -> Decimal | None:
    """Convert credits of another system to ECTS by its published table; None where there is none. Never through hours."""
    table = next((table for table in CREDIT_TABLES if table.system == system), None)
    return amount / table.credits_per_ects if table else None


EXACT_FLOAT_DIGITS = 15


def exact_decimal(value: object) -> Decimal:
    """Read an exact decimal from text, an integer, a Decimal, or a float as it was written in JSON.

    A decimal of up to 15 digits survives the way through a binary float (IEEE 754 binary64), so its shortest text is
    what was written; anything longer is not known exactly any more.

    Raises:
        ValueError: not a finite number, or a float of more than 15 digits.
    """
    exact = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    exact |= isinstance(value, float) and len(Decimal(str(value)).as_tuple().digits) <= EXACT_FLOAT_DIGITS
    try:
        number = Decimal(str(value).strip()) if exact else Decimal("NaN")
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def meets_outcome_rule(rule: Mapping[str, str], value: Decimal | str) -> bool:
    """Say whether a result reaches the entry's threshold; both sides exact, nothing rounded. No rule: always.

    Args:
        rule: `{"measure", "at_least", "scale"}` as AchievementVersion keeps it, or {}.
        value: on the rule's scale: 59.999 does not meet 60.

    Raises:
        ValueError: `value` is not an exact, finite number.
    """
    return not rule or exact_decimal(value) >= exact_decimal(rule["at_least"])


def content_refusals(content: AchievementContent) -> list[Refusal]:
    """Return everything that an entry may not say, draft or not."""
    checks = (
        _texts,
        legible_refusals,
        _lines,
        _facts,
        _numbers,
        _level,
        _credits,
        _workload,
        _outcome_rule,
        _lists,
        _parties,
        typed_refusals,
    )
    return [refusal for check in checks for refusal in check(content)]


def publication_refusals(content: AchievementContent, kind: str, *, units: int) -> list[Refusal]:
    """Return what stands between an entry and its publication; `units` counts its parts in the catalogue."""
    return [*content_refusals(content), *_complete(content), *_of_kind(content, kind, units)]


def _texts(content: AchievementContent) -> Iterator[Refusal]:
    for name, texts in content.texts.items():
        if name not in TEXTS:
            yield Refusal(
                f"texts.{name}", "unknown-field", gettext_noop("Use name, short_name, description or criteria.")
            )
        elif not is_language_map(texts):
            yield Refusal(
                name, "language-map", gettext_noop('Write a text per language, for example {"en": "Basics"}.')
            )
    if not content.texts.get("name"):
        yield Refusal("name", "name-missing", gettext_noop("Give the entry a title in at least one language."))
    short = [text for text in content.texts.get("short_name", {}).values() if isinstance(text, str)]
    if any(len(text) > LONGEST_SHORT_NAME for text in short):
        yield Refusal("short_name", "too-long", gettext_noop("Shorten the title for the badge to 40 characters."))
    if not is_language_tag(content.language):
        yield Refusal(
            "language", "language-tag", gettext_noop("Name the language by its tag, for example de or en-NZ.")
        )


def _lines(content: AchievementContent) -> Iterator[Refusal]:
    """Measure what stands in one line: the tables have room for so much."""
    for name, longest in LONGEST_LINES.items():
        if len(getattr(content, name)) > longest:
            yield Refusal(name, "too-long", gettext_noop("Shorten this text."))
    for party in content.parties:
        lines = (party.name, party.signatory_name, party.signatory_role)
        if any(len(line) > LONGEST_PARTY_LINE for line in lines) or len(party.url) > LONGEST_ADDRESS:
            yield Refusal("parties", "too-long", gettext_noop("Shorten this text."))


def _facts(content: AchievementContent) -> Iterator[Refusal]:
    for code, fact in content.facts.items():
        if code not in _ENTERABLE:
            yield Refusal(code, "unknown-item", gettext_noop("There is no such information item."))
        elif not isinstance(fact, Mapping) or str(fact.get("state")) not in STATES:
            yield Refusal(code, "unknown-state", gettext_noop("State a value, not_applicable, none or not_stated."))
        elif (fact["state"] == "value") != is_language_map(fact.get("value")):
            yield Refusal(
                code, "value-missing", gettext_noop("A stated item has a text per language; another state has none.")
            )


def _numbers(content: AchievementContent) -> Iterator[Refusal]:
    numbers = {
        "ects_credits": content.ects_credits,
        "national_credits": content.national_credits,
        "other_points": content.other_points,
        "workload_hours_min": content.workload_hours_min,
        "workload_hours_max": content.workload_hours_max,
    }
    for name, number in numbers.items():
        most = Decimal("999.99") if name == "ects_credits" else Decimal("9999.99")
        if number is not None and not (number.is_finite() and 0 <= number <= most and _two_decimals(number)):
            yield Refusal(name, "number", gettext_noop("Write a number from 0 with at most two decimals."))
    if content.valid_for_days is not None and content.valid_for_days < 1:
        yield Refusal("valid_for_days", "number", gettext_noop("Write at least one day, or leave it empty."))


def _two_decimals(number: Decimal) -> bool:
    return number == number.quantize(Decimal("0.01"))


def _level(content: AchievementContent) -> Iterator[Refusal]:
    if content.level_eqf is None:
        return
    if content.level_eqf not in EQF_LEVELS:
        yield Refusal("level_eqf", "level", gettext_noop("EQF levels run from 1 to 8."))
    if content.level_eqf_basis not in LEVEL_BASES:
        yield Refusal(
            "level_eqf_basis",
            "level-basis",
            gettext_noop("Say how the EQF level is known: referenced, compared or provider_claim."),
        )


def _credits(content: AchievementContent) -> Iterator[Refusal]:
    if content.national_credits is not None and not content.national_credit_system:
        yield Refusal(
            "national_credit_system", "credit-system", gettext_noop("Name the system that the credits belong to.")
        )
    if content.other_points is not None and not (content.other_points_name and content.other_points_body):
        yield Refusal("other_points", "points-body", gettext_noop("Name the points and the body that grants them."))


def _workload(content: AchievementContent) -> Iterator[Refusal]:
    least, most = content.workload_hours_min, content.workload_hours_max
    if most is not None and (least is None or most < least):
        yield Refusal(
            "workload_hours_max", "workload-order", gettext_noop("The most hours cannot be fewer than the least.")
        )
    if content.workload_text and not is_language_map(content.workload_text):
        yield Refusal(
            "workload_text", "language-map", gettext_noop('Write a text per language, for example {"en": "Basics"}.')
        )


def _outcome_rule(content: AchievementContent) -> Iterator[Refusal]:
    rule = content.outcome_rule
    if not rule:
        return
    try:
        threshold = exact_decimal(rule.get("at_least"))
    except ValueError:
        threshold = Decimal(-1)
    texts = all(isinstance(value, str) for value in rule.values()) and set(rule) == {"measure", "at_least", "scale"}
    if not texts or rule["measure"] not in MEASURES or rule["scale"] != "percent" or not 0 <= threshold <= PERCENT:
        yield Refusal(
            "outcome_rule",
            "outcome-rule",
            gettext_noop('Write the rule as {"measure": "score", "at_least": "60", "scale": "percent"}.'),
        )


def _lists(content: AchievementContent) -> Iterator[Refusal]:
    if not all(is_language_map(outcome) for outcome in content.outcomes):
        yield Refusal(
            "outcomes", "language-map", gettext_noop('Write a text per language, for example {"en": "Basics"}.')
        )
    if not all(_is_alignment(alignment) for alignment in content.alignments):
        yield Refusal(
            "alignments",
            "alignment",
            gettext_noop("An alignment has the address of its target, and only known fields."),
        )
    keys = [str(entry.get("key", "")) for entry in content.result_descriptions]
    if len(set(keys)) != len(keys) or not all(_is_result(entry) for entry in content.result_descriptions):
        yield Refusal(
            "result_descriptions", "result", gettext_noop("A result has a key of its own, a name and a type.")
        )


def _is_alignment(entry: Mapping[str, Any]) -> bool:
    """Look at an alignment; a name that is missing is taken from the vocabularies (services/vocabularies.py)."""
    texts = all(isinstance(value, str) for value in entry.values())
    return texts and set(entry) <= ALIGNMENT_FIELDS and bool(entry.get("target_url"))


def _is_result(entry: Mapping[str, Any]) -> bool:
    """Look at a result description: its key is not the outcome rule's own, its levels have keys and names."""
    key, levels = entry.get("key"), entry.get("levels", [])
    named = (
        isinstance(key, str)
        and bool(_KEY.fullmatch(key))
        and key not in RESERVED_KEYS
        and is_language_map(entry.get("name"))
    )
    texts = all(isinstance(entry.get(name, ""), str) for name in ("type", "required_value", "value_min", "value_max"))
    return (
        named
        and texts
        and set(entry) <= RESULT_FIELDS
        and bool(entry.get("type"))
        and all(map(_is_result_level, levels))
    )


def _is_result_level(level: object) -> bool:
    if not isinstance(level, Mapping) or not set(level) <= {"key", "name", "points"}:
        return False
    key, points = level.get("key"), level.get("points", "")
    return (
        isinstance(key, str)
        and bool(_KEY.fullmatch(key))
        and is_language_map(level.get("name"))
        and isinstance(points, str)
    )


def _parties(content: AchievementContent) -> Iterator[Refusal]:
    for party in content.parties:
        if party.role not in PARTY_ROLES or not party.name.strip():
            yield Refusal("parties", "party", gettext_noop("A party has a name and one of the known roles."))
        if party.valid_from and party.valid_until and party.valid_until < party.valid_from:
            yield Refusal("parties", "party-dates", gettext_noop("The end lies before the start."))


def _complete(content: AchievementContent) -> Iterator[Refusal]:
    if not content.texts.get("description"):
        yield Refusal(
            "description", "description-missing", gettext_noop("Describe the entry in at least one language.")
        )


def _of_kind(content: AchievementContent, kind: str, units: int) -> Iterator[Refusal]:
    assessed = state_of(content.facts, "assessment")
    unassessed = assessed in {"none", "not_applicable"} or is_attendance_alone(content)
    if kind in {"micro-credential", "micro-degree"} and unassessed:
        yield Refusal(
            "assessment_kinds" if content.assessment_kinds else "assessment",
            "assessment-none",
            gettext_noop("Without an assessment it is a confirmation of participation, not a micro-credential."),
        )
    if kind == "participation" and content.ects_credits:
        yield Refusal(
            "ects_credits",
            "credits-without-assessment",
            gettext_noop("A confirmation of participation carries no credits."),
        )
    if kind == "participation" and content.credit_bearing in EARNS:
        yield Refusal(
            "credit_bearing",
            "credits-without-assessment",
            gettext_noop("A confirmation of participation earns neither credit nor admission."),
        )
    if kind == "micro-degree" and not units and state_of(content.facts, "stackability") != "value":
        yield Refusal("stackability", "units-missing", gettext_noop("Say which units the micro-degree is made of."))
    if kind == "equivalence" and content.ects_credits is None and content.national_credits is None:
        yield Refusal(
            "ects_credits",
            "equivalence-credits",
            gettext_noop("An equivalence statement says how many credits it is worth."),
        )
