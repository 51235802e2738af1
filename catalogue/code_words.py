"""The typed values of an entry in a reader's words: each code has its standard words, beside a text or instead of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.codes import UNLIMITED
from catalogue.models import AchievementVersion
from registry.dates import day_in_words
from registry.language_maps import LanguageText, language_text, text_in

Words = Mapping[str, str | Promise]

ASSESSMENT_KINDS: Final[Words] = {
    "attendance": gettext_lazy("attendance"),
    "quiz": gettext_lazy("quiz"),
    "assignment": gettext_lazy("assignment"),
    "written-exam": gettext_lazy("written examination"),
    "oral-exam": gettext_lazy("oral examination"),
    "practical-task": gettext_lazy("practical task"),
    "project": gettext_lazy("project"),
    "portfolio": gettext_lazy("portfolio"),
    "observation": gettext_lazy("observation"),
    "peer-assessment": gettext_lazy("assessment by fellow learners"),
    "evidence-of-prior-learning": gettext_lazy("evidence of prior learning"),
    "other": gettext_lazy("another kind of assessment"),
}
SUPERVISION_KINDS: Final[Words] = {
    "none-no-id": gettext_lazy("unsupervised, identity not checked"),
    "supervised-no-id": gettext_lazy("supervised, identity not checked"),
    "supervised-online-id": gettext_lazy("supervised online, identity checked"),
    "supervised-onsite-id": gettext_lazy("supervised on site, identity checked"),
}
MODES: Final[Words] = {
    "online": gettext_lazy("online"),
    "on-site": gettext_lazy("on site"),
    "blended": gettext_lazy("blended: online and on site"),
    "workplace": gettext_lazy("at the workplace"),
}
PERIODS: Final[Words] = {
    "self-paced": gettext_lazy("self-paced"),
    "fixed": gettext_lazy("one fixed period"),
    "several-fixed": gettext_lazy("several fixed periods"),
}
OBJECTIVES: Final[Words] = {
    "recognise": gettext_lazy("recognises what somebody can do already"),
    "acquire": gettext_lazy("to learn something new"),
}
INTENDED_USES: Final[Words] = {
    "continuing-education": gettext_lazy("continuing education"),
    "upskilling": gettext_lazy("upskilling"),
    "reskilling": gettext_lazy("reskilling"),
    "access": gettext_lazy("access to further study"),
}
QA_KINDS: Final[Words] = {
    "internal-under-external-review": gettext_lazy("the institution's own, under external institutional review"),
    "programme-external": gettext_lazy("external, of the programme"),
    "external-provider-series": gettext_lazy("external, of the provider's series of offers"),
    "other": gettext_lazy("another kind of quality assurance"),
    "none": gettext_lazy("no quality assurance"),
}
CREDIT_BEARING: Final[Words] = {
    "admission": gettext_lazy("credit-bearing: earns admission to a formal qualification"),
    "credit": gettext_lazy("credit-bearing: earns credit towards a formal qualification"),
    "both": gettext_lazy("credit-bearing: earns admission to, and credit towards, a formal qualification"),
    "no": gettext_lazy("not credit-bearing"),
}
STARTS: Final[Words] = {"any-time": gettext_lazy("at any time"), "runs": gettext_lazy("on fixed dates")}
LICENCES: Final[Words] = {"all-rights-reserved": gettext_lazy("all rights reserved")}
"""A licence's SPDX identifier is its name in every language."""
_PER: Final[Words] = {
    "": "{price}",
    "month": gettext_lazy("{price} a month"),
    "year": gettext_lazy("{price} a year"),
    "course": gettext_lazy("{price} a course"),
    "module": gettext_lazy("{price} a module"),
}
_DURATION: Final = re.compile(r"P([1-9][0-9]{0,3})([DWMY])")


def words_of_item(version: AchievementVersion, item: str, language: str) -> str:
    """Return the standard words of what is typed for an information item; empty where nothing is."""
    words = list(_OF_ITEMS[item](version, language)) if item in _OF_ITEMS else []
    return ", ".join(str(word) for word in words)


def beside(text: LanguageText, words: str) -> LanguageText:
    """Return a text with the words of its code behind it, unless it says so itself; only the words where there is no text."""
    if not text:
        return LanguageText(capfirst(words))
    if not words or words.casefold() in text.casefold():
        return text
    return LanguageText(text, text.language, words)


def _assessment(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from (ASSESSMENT_KINDS[kind] for kind in version.assessment_kinds)
    if version.summative is not None:
        yield _("counts towards the result") if version.summative else _("does not count towards the result")
    if version.voluntary is not None:
        yield _("voluntary") if version.voluntary else _("required")


def _supervision(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from filter(None, [SUPERVISION_KINDS.get(version.supervision_kind)])


def _mode(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from filter(None, [MODES.get(version.mode)])


def _period(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from filter(None, [PERIODS.get(version.period)])


def _quality_assurance(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from filter(None, [QA_KINDS.get(version.qa_kind)])


def _outcome(version: AchievementVersion, language: str) -> Iterator[object]:
    """Say whether it is credit-bearing, and towards what."""
    if words := CREDIT_BEARING.get(version.credit_bearing):
        named = "; ".join(_qualification(entry, language) for entry in version.qualifications)
        yield f"{words}: {named}" if named else words


def _qualification(entry: Mapping[str, object], language: str) -> str:
    name = entry["name"]
    parts = [text_in(name, language) if isinstance(name, Mapping) else "", entry.get("provider"), entry.get("level")]
    only = _("only when stacked with others") if entry.get("only_stacked") else ""
    return ", ".join(str(part) for part in [*parts, only] if part)


def _price(version: AchievementVersion, _language: str) -> Iterator[object]:
    yield from filter(None, [price_text(version)])


_OF_ITEMS: Final = {
    "assessment": _assessment,
    "supervision": _supervision,
    "participation": _mode,
    "learning_period": _period,
    "quality_assurance": _quality_assurance,
    "outcome": _outcome,
    "price": _price,
}


def price_text(version: AchievementVersion) -> str:
    """Say what it costs: 49 USD a month, taxes included; empty where no amount is typed."""
    amount = version.price_amount
    if amount is None:
        return ""
    if not amount:
        return _("free of charge")
    currency, _slash, per = version.price_unit.partition("/")
    number = number_format(amount, decimal_pos=0 if amount == amount.to_integral_value() else 2, force_grouping=True)
    price = str(_PER[per]).format(price=f"{number} {currency}")
    if version.price_tax_included is None:
        return price
    taxes = _("{price}, taxes included") if version.price_tax_included else _("{price}, plus taxes")
    return taxes.format(price=price)


def duration_text(duration: str) -> str:
    """Say a duration of one unit, such as P6M, in words: 6 months."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        return ""
    number = int(found[1])
    words = {
        "D": ngettext("{n} day", "{n} days", number),
        "W": ngettext("{n} week", "{n} weeks", number),
        "M": ngettext("{n} month", "{n} months", number),
        "Y": ngettext("{n} year", "{n} years", number),
    }
    return words[found[2]].format(n=number)


def further_typed(version: AchievementVersion, language: str) -> list[tuple[str, str]]:
    """Return (label, words) of what is typed beside the information items; what is not stated is left out."""
    access = _("unlimited") if version.access_period == UNLIMITED else duration_text(version.access_period)
    uses = ", ".join(str(INTENDED_USES[use]) for use in version.intended_use)
    rows: list[tuple[str, str]] = [
        (_("Objective"), capfirst(str(OBJECTIVES.get(version.objective, "")))),
        (_("Intended use"), capfirst(uses)),
        (_("Start"), capfirst(str(STARTS.get(version.start, "")))),
        (_("Access to the course"), capfirst(access)),
        (_("Accessibility"), language_text(version.accessibility, language)),
        (_("Licence of the materials"), str(LICENCES.get(version.materials_licence, version.materials_licence))),
        *((_("Funding"), _funding(entry, language)) for entry in version.funding),
    ]
    return [(label, words) for label, words in rows if words]


def _funding(entry: Mapping[str, object], language: str) -> str:
    """Say who pays for whom, how much and until when."""
    texts = {name: language_text(value, language) for name, value in entry.items() if isinstance(value, Mapping)}
    parts = [
        texts.get("scheme", ""),
        _("who may get it: {people}").format(people=texts["eligible"]) if "eligible" in texts else "",
        texts.get("amount", ""),
        _("until {day}").format(day=day_in_words(dt.date.fromisoformat(str(entry["until"]))))
        if "until" in entry
        else "",
    ]
    return "; ".join(filter(None, parts))
