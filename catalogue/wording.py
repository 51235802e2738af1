"""The facts of an entry in a reader's words: credits, levels, hours, the information items."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalogue.code_words import beside, further_typed, words_of_item
from catalogue.content import state_of
from catalogue.models import AchievementVersion, LevelBasis
from catalogue.rules import CREDIT_TABLES, FURTHER_ITEMS, INFORMATION_ITEMS, InformationItem, ects_equivalent
from registry.language_maps import LanguageText, language_text

LANGUAGES = {
    "de": gettext_lazy("German"),
    "en": gettext_lazy("English"),
    "nl": gettext_lazy("Dutch"),
    "fr": gettext_lazy("French"),
    "es": gettext_lazy("Spanish"),
    "und": gettext_lazy("Not stated"),
}
"""Names of languages of instruction; another one is shown by its tag."""


_UNITS = {"CME points": gettext_lazy("CME points"), "NZ credits": gettext_lazy("NZ credits")}


def language_name(tag: str) -> str:
    """Return the name of a language in the reader's language; `und` is one that nobody stated."""
    return str(LANGUAGES.get(tag.split("-", maxsplit=1)[0], tag))


def number_text(number: Decimal) -> str:
    """Write an exact number as the reader's language does, without needless zeros: 2.5, 2,5, 40."""
    return _number_text(number, get_language() or "")


@lru_cache(maxsize=1_024)
def _number_text(number: Decimal, _language: str) -> str:
    """Pages tell the same few numbers again and again, and Django's way of writing one takes longer than a query."""
    return number_format(f"{number.normalize():f}")


def credits_texts(version: AchievementVersion) -> list[str]:
    """Name every kind of credit by itself. Points of another system are never added to ECTS."""
    texts = []
    if version.ects_credits is not None:
        texts.append(f"{number_text(version.ects_credits)} ECTS")
    if version.national_credits is not None:
        texts.append(f"{number_text(version.national_credits)} {_unit(version.national_credit_system)}")
    if version.other_points is not None:
        texts.append(f"{number_text(version.other_points)} {_unit(version.other_points_name)}")
    return texts


def credit_unit(version: AchievementVersion) -> str:
    """Return what an award's credits are counted in: signed documents carry a bare number of the first kind stated.

    Empty where the entry states no credits: then nobody knows.
    """
    if version.ects_credits is not None:
        return "ECTS"
    if version.national_credits is not None:
        return _unit(version.national_credit_system)
    return _unit(version.other_points_name) if version.other_points is not None else ""


def _unit(name: str) -> str:
    """Name a unit that we know in the reader's language, any other as its provider wrote it."""
    return str(_UNITS.get(name, name))


def credits_note(version: AchievementVersion) -> str:
    """Say what credits convert to, by which published table, or who grants other points."""
    if version.national_credits is not None and version.ects_credits is None:
        ects = ects_equivalent(version.national_credits, version.national_credit_system)
        table = next((table for table in CREDIT_TABLES if table.system == version.national_credit_system), None)
        if ects is not None and table is not None:
            source = f"{table.version}, {table.source}"
            return _("worth {credits} ECTS ({source})").format(credits=number_text(ects), source=source)
    if version.other_points is not None:
        return _("granted by {body}; no ECTS credits").format(body=version.other_points_body)
    return ""


def workload_text(version: AchievementVersion, language: str) -> str:
    """Return the hours as the provider wrote them, else from the numbers; empty when not stated."""
    if stated := language_text(version.workload_text, language):
        return stated
    least, most = version.workload_hours_min, version.workload_hours_max
    if least is None:
        return ""
    if most is None or most == least:
        return ngettext("{n} hour", "{n} hours", int(least)).format(n=number_text(least))
    return _("{least} to {most} hours").format(least=number_text(least), most=number_text(most))


def eqf_label(level: int) -> str:
    """Name a level of the European Qualifications Framework as the reader's language does: EQF 6, EQR 6."""
    return _("EQF {level}").format(level=level)


def level_text(version: AchievementVersion) -> tuple[str, str]:
    """Return the level and how it is known: the national one first, the EQF level beside it."""
    if version.level_eqf is None:
        return version.level_national, ""
    eqf = eqf_label(version.level_eqf)
    basis = LevelBasis(version.level_eqf_basis).label if version.level_eqf_basis else ""
    known = ", ".join(filter(None, [str(basis), version.level_eqf_source]))
    if version.level_national:
        return version.level_national, f"{eqf}, {known}"
    return eqf, known


def card_facts(version: AchievementVersion, language: str) -> list[str]:
    """Return the few facts of a card: credits, level, hours or period."""
    size = workload_text(version, language) or item_text(version, "learning_period", language)
    return [fact for fact in [*credits_texts(version), level_text(version)[0], size] if fact]


def facts_strip(version: AchievementVersion, language: str) -> list[tuple[str, str, str]]:
    """Return (label, value, note) of the at most five facts on top of a page; an empty value is not stated."""
    level, level_note = level_text(version)
    return [
        (_("Credits"), ", ".join(credits_texts(version)), credits_note(version)),
        (_("Workload"), workload_text(version, language), ""),
        (_("Level"), level, level_note),
        (
            _("Mode"),
            item_text(version, "participation", language) or said_by_code(version, "participation", language),
            "",
        ),
        (_("Language"), "" if version.language == "und" else language_name(version.language), ""),
    ]


def item_text(version: AchievementVersion, item: str, language: str) -> LanguageText:
    """Return the stated value of an item, empty in any other state."""
    fact = version.facts.get(item, {})
    return language_text(fact["value"], language) if fact.get("state") == "value" else LanguageText("")


def states_assessment(version: AchievementVersion) -> bool:
    """Say whether the entry states that something other than attendance is assessed, and has to be."""
    if version.voluntary:
        return False
    if version.assessment_kinds:
        return set(version.assessment_kinds) != {"attendance"}
    return state_of(version.facts, "assessment") == "value"


def said_by_code(version: AchievementVersion, item: str, language: str) -> str:
    """Return the standard words of what is typed for an item, as a text of its own; empty where nothing is."""
    return capfirst(words_of_item(version, item, language))


def information(version: AchievementVersion, language: str) -> list[tuple[str, str, str]]:
    """Return (label, state, value) of all 15 items, in their order, then of the further ones that are stated.

    States: value, not_applicable, none, not_stated, not_credit_bearing, set_with_award.
    """
    items = [(_(item.label), *_stated(version, item, language)) for item in (*INFORMATION_ITEMS, *FURTHER_ITEMS)]
    stated = [item for item in items[len(INFORMATION_ITEMS) :] if item[1] == "value"]
    typed = [(label, "value", words) for label, words in further_typed(version, language)]
    return [*items[: len(INFORMATION_ITEMS)], *stated, *typed]


def _stated(version: AchievementVersion, item: InformationItem, language: str) -> tuple[str, str]:
    values = list(_item_values(version, item.code, language))
    if len(values) == 1:
        return "value", values[0]
    if values:
        languages = {told.language for told in values if isinstance(told, LanguageText)}
        return "value", LanguageText(_listed(values), languages.pop() if len(languages) == 1 else "")
    state = state_of(version.facts, item.code)
    if item.code == "credits":
        # Whether it is credit-bearing is stated by itself and never read off a number of credits.
        return ("not_credit_bearing" if state == "none" and version.credit_bearing == "no" else state), ""
    if item.of_the_award and state == "not_stated":
        return "set_with_award", ""
    return state, ""


def _listed(values: list[str]) -> str:
    """Join what an item says: sentences as they are, anything else with semicolons."""
    return (" " if all(value.endswith((".", "!", "?")) for value in values) else "; ").join(values)


def _item_values(version: AchievementVersion, item: str, language: str) -> Iterator[str]:
    """Yield what an item says; four of them stand in texts, outcomes and numbers."""
    if item == "title":
        yield language_text(version.texts["name"], language)
    elif item == "description":
        yield from filter(None, [language_text(version.texts.get("description", {}), language)])
    elif item == "learning_outcomes":
        yield from (language_text(outcome, language) for outcome in version.outcomes)
    else:
        if item == "credits":
            yield from filter(None, [*credits_texts(version), credits_note(version)])
        yield from filter(None, [beside(item_text(version, item, language), words_of_item(version, item, language))])
