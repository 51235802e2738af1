"""What the catalogue adds to a credential of ours: the published version that was awarded, with this award's own facts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import AchievementKind, AchievementVersion, Audience, PartyRole
from catalogue.pages import kind_label, version_path
from catalogue.parties import parties_of
from catalogue.rules import INFORMATION_ITEMS
from catalogue.wording import (
    credit_unit,
    facts_strip,
    information,
    language_name,
    number_text,
    states_assessment,
)
from issuing.models import Award
from registry.dates import day_in_words
from registry.language_maps import LanguageText, language_text, text_in
from verification.plain_values import Statement

AT_MOST_FACTS = 5
TYPED_FACTS = ("participation", "supervision", "learning_period")
SHOWN_FACTS = (
    *TYPED_FACTS, "awarded_on", "learning_from", "learning_to", "credits_earned", "language_of_assessment",
)  # fmt: skip
ISO_DAY_CHARACTERS = len("2026-01-31")
HOURS_A_CREDIT = (25, 30)
"""ECTS Users' Guide 2015: one credit corresponds to 25 to 30 hours of work."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a published version says in one reader's language; it never changes.

    `facts` are (label, value, note), `items` (label, state, value); `unit` is what its credits are counted in, `image_alt` what its picture shows. `path`
    is empty where strangers find no page: the entry is for its organisation's members.
    """

    kind: str
    kind_label: str
    path: str
    outcomes: tuple[str, ...]
    facts: tuple[Statement, ...]
    items: tuple[Statement, ...]
    unit: str
    ects: Decimal | None
    level_eqf: int | None
    assessed_line: str
    co_awarders: tuple[str, ...]
    image_alt: LanguageText


@lru_cache(maxsize=500)
def definition_of(version_id: uuid.UUID, language: str, signed_language: str) -> Definition:
    """Return a published version as a reader of `language` sees it, its outcomes as they were signed."""
    version = AchievementVersion.objects.select_related("achievement__issuer", "achievement__organisation").get(
        pk=version_id
    )
    return Definition(
        kind=str(version.achievement.kind),
        kind_label=kind_label(version),
        path=version_path(version) if version.achievement.audience == Audience.PUBLIC else "",
        outcomes=tuple(text_in(outcome, signed_language) for outcome in version.outcomes),
        facts=tuple(facts_strip(version, language)),
        items=tuple(information(version, language)),
        unit=credit_unit(version),
        ects=version.ects_credits,
        level_eqf=version.level_eqf,
        assessed_line=_assessed_line(version),
        co_awarders=tuple(party.name for party in parties_of(version) if party.role == PartyRole.CO_AWARDS),
        image_alt=language_text(version.image_alt, language),
    )


def _assessed_line(version: AchievementVersion) -> str:
    """Say whether it was earned with an assessment or by taking part; nothing where the entry does not tell."""
    kind = AchievementKind(version.achievement.kind)
    if kind == AchievementKind.PARTICIPATION:
        return _("Took part, without an assessment")
    if kind == AchievementKind.MICRO_CREDENTIAL and states_assessment(version):
        return _("Earned with an assessment")
    return ""


def award_values(award: Award, language: str) -> Mapping[str, Any]:
    """Return what a credential's page shows of the definition, filled in with what this award states.

    Returns:
        values of `verification.pages.ShownCredential`.
    """
    facts = json.loads(award.facts)
    stated = tuple((name, facts[name]) for name in SHOWN_FACTS if name in facts)
    return _filled(award.version_id, language, award.language, stated)


@lru_cache(maxsize=500)
def _filled(
    version_id: uuid.UUID, language: str, signed_language: str, stated: tuple[tuple[str, str], ...]
) -> Mapping[str, Any]:
    """Fill a definition in; the awards of one batch mostly state the same."""
    definition = definition_of(version_id, language, signed_language)
    # What was typed for this award is in the award's language.
    facts = {name: LanguageText(value, signed_language) if name in TYPED_FACTS else value for name, value in stated}
    earned = Decimal(facts["credits_earned"]) if "credits_earned" in facts else None
    return {
        "kind": definition.kind,
        "kind_label": definition.kind_label,
        "catalogue_url": definition.path,
        "outcomes": definition.outcomes,
        "co_awarders": definition.co_awarders,
        "image_alt": definition.image_alt,
        "facts": _strip(definition, facts, earned),
        "items": _items(definition, facts, earned),
        "effort_line": _effort_line(definition, earned),
    }


def _strip(definition: Definition, facts: dict[str, Any], earned: Decimal | None) -> list[Statement]:
    """Return the facts on top: what the award states wins over what the entry leaves open."""
    credits, workload, level, mode, language = definition.facts
    mode = (mode[0], facts.get("participation") or mode[1], mode[2])
    if not language[1] and "language_of_assessment" in facts:
        language = (_("Language of assessment"), language_name(facts["language_of_assessment"]), "")
    if earned is None:
        return [credits, workload, level, mode, language]
    amount = _earned(definition, earned)
    if credits[1] == amount[1]:
        amount = (amount[0], amount[1], credits[2])
    # What the course carries stands beside what was earned only where it says something else.
    strip = [amount, *([] if credits[1] in ("", amount[1]) else [credits]), workload, level, mode, language]
    return strip[:AT_MOST_FACTS]


def _earned(definition: Definition, earned: Decimal) -> Statement:
    number = number_text(earned)
    if definition.unit:
        return _("Credits earned"), f"{number} {definition.unit}", ""
    return _("Credits earned"), number, _("the provider states no unit")


def _day_of(fixed: str) -> str:
    """Tell a day of an award's facts: a date, or its first moment where it was counted."""
    return day_in_words(date.fromisoformat(fixed[:ISO_DAY_CHARACTERS]))


def _items(definition: Definition, facts: dict[str, Any], earned: Decimal | None) -> list[Statement]:
    """Fill the items in that are set with each award; what this award leaves open is not stated."""
    period = " - ".join(_day_of(facts[name]) for name in ("learning_from", "learning_to") if name in facts)
    awarded = {
        "date_awarded": _day_of(facts["awarded_on"]),
        "participation": facts.get("participation", ""),
        "learning_period": facts.get("learning_period", "") or period,
        "supervision": facts.get("supervision", ""),
    }
    filled: list[Statement] = []
    for item, (label, state, value) in zip_longest(INFORMATION_ITEMS, definition.items):
        code = item.code if item else ""
        if stated := awarded.get(code, ""):
            filled.append((label, "value", stated))
        elif code == "credits" and earned is not None:
            filled.append((label, "value", _item_of_credits(definition, earned, value)))
        else:
            filled.append((label, "not_stated" if state == "set_with_award" else state, value))
    return filled


def _item_of_credits(definition: Definition, earned: Decimal, course: str) -> str:
    """Name what was earned, and behind it what else the course says about its credits."""
    _label, amount, note = _earned(definition, earned)
    earned_text = _("{credits} earned").format(credits=f"{amount} ({note})" if note else amount)
    stated = course.split("; ") if course else []
    if amount in stated:
        return "; ".join([earned_text, *(part for part in stated if part != amount)])
    return _("{earned}; in all {course}").format(earned=earned_text, course=course) if course else earned_text


def _effort_line(definition: Definition, earned: Decimal | None) -> str:
    """Say in one line whether it was tested, how much it is and how hard, for readers who do not count in credits."""
    ects = earned if earned and definition.ects is not None else definition.ects
    return " · ".join(filter(None, [definition.assessed_line, _size(ects), _level(definition.level_eqf)]))


def _size(ects: Decimal | None) -> str:
    if not ects:
        return ""
    least, most = (number_text(ects * hours) for hours in HOURS_A_CREDIT)
    return _("{credits} ECTS ≈ {least}-{most} hours; a full-time year is 60").format(
        credits=number_text(ects), least=least, most=most
    )


def _level(level_eqf: int | None) -> str:
    return _("level {level} of 8 on the European scale").format(level=level_eqf) if level_eqf else ""
