"""What the typed values of an entry may be, alone, together, and beside what its information items state. Pure.

A text without a code is always allowed; a code that contradicts what an item states is told, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from catalogue.codes import (
    ASSESSMENT_KINDS,
    CREDIT_BEARING,
    INTENDED_USES,
    LICENCES,
    MODES,
    OBJECTIVES,
    PERIODS,
    QA_KINDS,
    STARTS,
    SUPERVISION_KINDS,
    UNLIMITED,
)
from catalogue.content import AchievementContent, RunContent, state_of
from registry.dates import read_day
from registry.language_maps import is_language_map, is_language_tag
from registry.refusals import Refusal, gettext_noop

_ONE_OF: Final[Mapping[str, Sequence[str]]] = {
    "supervision_kind": SUPERVISION_KINDS,
    "mode": MODES,
    "period": PERIODS,
    "objective": OBJECTIVES,
    "qa_kind": QA_KINDS,
    "start": STARTS,
}
_SOME_OF: Final[Mapping[str, Sequence[str]]] = {"assessment_kinds": ASSESSMENT_KINDS, "intended_use": INTENDED_USES}
EARNS: Final = frozenset({"admission", "credit", "both"})
"""Codes of `credit_bearing` by which an entry leads to a formal qualification."""
_ABSENT: Final = frozenset({"none", "not_applicable"})
_QUALIFICATION: Final = frozenset({"name", "provider", "level", "url", "only_stacked"})
_FUNDING: Final = frozenset({"scheme", "eligible", "amount", "until"})
_UNIT: Final = re.compile(r"[A-Z]{3}(/(month|year|course|module))?")
_DURATION: Final = re.compile(r"P[1-9][0-9]{0,3}[DWMY]")
_LONGEST: Final = {"language": 12, "place": 200, "url": 500, "materials_licence": 200}
LONGEST_FOOT: Final = 14
_SHA: Final = re.compile(r"[0-9a-f]{64}")
_MOST_MONEY: Final = Decimal("99999999.99")


def typed_refusals(content: AchievementContent) -> Iterator[Refusal]:
    """Yield everything that is wrong with an entry's typed values and its runs."""
    for check in (
        _codes,
        _qualifications,
        _learning,
        _price,
        _funding,
        _runs,
        _against_items,
        _credit_bearing,
        _badge,
    ):
        yield from check(content)


def is_attendance_alone(content: AchievementContent) -> bool:
    """Say whether the entry types that nothing but attendance is looked at."""
    return set(content.assessment_kinds) == {"attendance"}


def _codes(content: AchievementContent) -> Iterator[Refusal]:
    for name, codes in _ONE_OF.items():
        if getattr(content, name) not in ("", *codes):
            yield Refusal(name, "unknown-code", ", ".join(codes))
    if content.credit_bearing not in CREDIT_BEARING:
        yield Refusal("credit_bearing", "unknown-code", ", ".join(CREDIT_BEARING))
    for name, codes in _SOME_OF.items():
        given = getattr(content, name)
        if not set(given) <= set(codes):
            yield Refusal(name, "unknown-code", ", ".join(codes))
        elif len(set(given)) != len(given):
            yield Refusal(name, "repeated-code", gettext_noop("Name each code once."))


def _qualifications(content: AchievementContent) -> Iterator[Refusal]:
    for number, entry in enumerate(content.qualifications, start=1):
        texts = all(isinstance(entry.get(name, ""), str) for name in ("provider", "level", "url"))
        known = set(entry) <= _QUALIFICATION and isinstance(entry.get("only_stacked", False), bool)
        if not (texts and known and is_language_map(entry.get("name")) and _is_address(entry.get("url", ""))):
            remedy = gettext_noop(
                "A qualification has a name per language, and may have provider, level, url and only_stacked (true or false)."
            )
            yield Refusal(f"qualifications.{number}", "qualification", remedy)


def _learning(content: AchievementContent) -> Iterator[Refusal]:
    if content.accessibility and not is_language_map(content.accessibility):
        yield Refusal("accessibility", "language-map", _PER_LANGUAGE)
    licence = content.materials_licence
    if licence not in ("", *LICENCES) and not (_is_address(licence) and len(licence) <= _LONGEST["materials_licence"]):
        remedy = gettext_noop("Name the licence by its SPDX identifier, such as CC-BY-4.0, or by its whole address.")
        yield Refusal("materials_licence", "licence", remedy)
    if content.access_period not in ("", UNLIMITED) and not _DURATION.fullmatch(content.access_period):
        remedy = gettext_noop("Write a number of days, weeks, months or years, such as P6M, or unlimited.")
        yield Refusal("access_period", "duration", remedy)
    if content.start == "any-time" and content.runs:
        remedy = gettext_noop("It starts at any time, and runs have dates: leave one of the two out.")
        yield Refusal("start", "contradiction", remedy)


def _price(content: AchievementContent) -> Iterator[Refusal]:
    amount = content.price_amount
    if amount is None:
        if content.price_unit or content.price_tax_included is not None:
            yield Refusal(
                "price_amount", "price-amount", gettext_noop("State the amount that the unit or tax is about.")
            )
        return
    if not (amount.is_finite() and 0 <= amount <= _MOST_MONEY and amount == amount.quantize(Decimal("0.01"))):
        yield Refusal("price_amount", "number", gettext_noop("Write a number from 0 with at most two decimals."))
    if not _UNIT.fullmatch(content.price_unit):
        remedy = gettext_noop(
            "Write the currency's three letters (ISO 4217), and what it is paid for: EUR, USD/month, …/year, …/course, …/module."
        )
        yield Refusal("price_unit", "price-unit", remedy)


def _funding(content: AchievementContent) -> Iterator[Refusal]:
    for number, entry in enumerate(content.funding, start=1):
        texts = [entry.get(name) for name in ("scheme", "eligible", "amount") if name in entry]
        whole = "scheme" in entry and all(map(is_language_map, texts)) and set(entry) <= _FUNDING
        if not (whole and _is_day(entry.get("until"))):
            remedy = gettext_noop(
                "Funding has a scheme, and may have eligible and amount, each a text per language, and until, a date."
            )
            yield Refusal(f"funding.{number}", "funding", remedy)


def _runs(content: AchievementContent) -> Iterator[Refusal]:
    for number, run in enumerate(content.runs, start=1):
        for name, code, remedy in _faults_of_run(run):
            yield Refusal(f"runs.{number}.{name}" if name else f"runs.{number}", code, remedy)


def _faults_of_run(run: RunContent) -> Iterator[tuple[str, str, str]]:
    if run == RunContent():
        yield "", "run-empty", gettext_noop("Say when or where the course runs, or leave the run out.")
    first, last = run.starts_on, run.ends_on
    if first and last and last < first:
        yield "ends_on", "run-dates", gettext_noop("The end lies before the start.")
    if run.enrol_until and last and last < run.enrol_until:
        yield "enrol_until", "run-dates", gettext_noop("Enrolment cannot end after the course does.")
    if len(run.place) > _LONGEST["place"] or not run.place.isprintable():
        yield "place", "text", gettext_noop("Write one line of text here; it is too long or no text.")
    if run.language and not (is_language_tag(run.language) and len(run.language) <= _LONGEST["language"]):
        yield "language", "language-tag", gettext_noop("Name the language by its tag, for example de or en-NZ.")
    if not _is_address(run.url) or len(run.url) > _LONGEST["url"]:
        yield "url", "address", gettext_noop("Write the whole address, beginning with https://.")
    if run.price and not is_language_map(run.price):
        yield "price", "language-map", _PER_LANGUAGE


_PER_LANGUAGE: Final = gettext_noop('Write a text per language, for example {"en": "Basics"}.')


def _against_items(content: AchievementContent) -> Iterator[Refusal]:
    """Compare each code with the state of the item that it stands beside."""
    assessed = set(content.assessment_kinds) - {"attendance"} or content.summative
    typed = (
        ("assessment", "assessment_kinds", bool(assessed)),
        ("participation", "mode", bool(content.mode)),
        ("supervision", "supervision_kind", content.supervision_kind not in ("", "none-no-id")),
        ("learning_period", "period", bool(content.period)),
        ("quality_assurance", "qa_kind", content.qa_kind not in ("", "none")),
        ("outcome", "credit_bearing", content.credit_bearing in EARNS),
        ("price", "price_amount", bool(content.price_amount)),
    )
    for item, name, says_something in typed:
        if says_something and state_of(content.facts, item) in _ABSENT:
            yield Refusal(name, "contradiction", _CONTRADICTIONS[item])


_CONTRADICTIONS: Final[Mapping[str, str]] = {
    "assessment": gettext_noop(
        "The item assessment states that there is none: change its state, or leave assessment_kinds and summative out."
    ),
    "participation": gettext_noop(
        "The item participation states that there is no mode: change its state, or leave mode out."
    ),
    "supervision": gettext_noop(
        "The item supervision states that there is none: change its state, or leave supervision_kind out."
    ),
    "learning_period": gettext_noop(
        "The item learning_period states that there is none: change its state, or leave period out."
    ),
    "quality_assurance": gettext_noop(
        "The item quality_assurance states that there is none: change its state, or leave qa_kind out."
    ),
    "outcome": gettext_noop(
        "The item outcome states that there is none: change its state, or leave credit_bearing out."
    ),
    "price": gettext_noop("The item price states that there is none: change its state, or leave price_amount out."),
}
"""What to correct: one of the two, which one is the provider's to say."""


def _credit_bearing(content: AchievementContent) -> Iterator[Refusal]:
    if content.qualifications and content.credit_bearing not in EARNS:
        remedy = gettext_noop(
            "Qualifications are named: state with credit_bearing whether it earns admission, credit or both."
        )
        yield Refusal("credit_bearing", "contradiction", remedy)


def _badge(content: AchievementContent) -> Iterator[Refusal]:
    badge = content.badge
    texts = set(badge) <= {"foot", "picture"} and all(isinstance(value, str) for value in badge.values())
    foot, picture = (badge.get(name, "") if texts else "" for name in ("foot", "picture"))
    if not texts or (picture and not _SHA.fullmatch(picture)):
        yield Refusal(
            "badge", "badge", gettext_noop("A badge has a foot, a short text, or a picture that was uploaded.")
        )
    if len(foot) > LONGEST_FOOT or not foot.isprintable():
        yield Refusal("badge.foot", "too-long", gettext_noop("Shorten what stands at the foot to 14 characters."))
    if content.image_alt and not is_language_map(content.image_alt):
        yield Refusal("image_alt", "language-map", _PER_LANGUAGE)


def _is_address(value: str) -> bool:
    """Say whether a text is empty or the address of a page."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and value.isprintable() and " " not in value
    return not value or whole


def _is_day(value: Any) -> bool:
    """Say whether a value is absent or an ISO date."""
    if value is None:
        return True
    try:
        return isinstance(value, str) and bool(read_day(value))
    except ValueError:
        return False
