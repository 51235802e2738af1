"""Reading what a document states: plain values out of JSON that anybody may have written. Pure but for the words.

Nothing here is judged: whoever shows these values says whose words they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.wording import number_text
from verification.proofs import plain_text
from verification.quoting import plain

Statement = tuple[str, str, str]
"""A label, a value, and a note under it (may be empty)."""

Labelled = list[tuple[str, str]]
LONGEST_NAME = 200
MANY_CREDITS = 10_000
_ITEM = re.compile(r"\* ([^:\n]{1,60}): (.+)")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# Unicode §23.2 and UAX #9: invisible signs that turn or hide text around them.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_PERCENT = frozenset({"Percent", "PercentageScore"})
_STATUSES: dict[str, str | Promise] = {
    "Completed": gettext_lazy("Completed"),
    "Enrolled": gettext_lazy("Enrolled"),
    "Failed": gettext_lazy("Not passed"),
    "InProgress": gettext_lazy("In progress"),
    "OnHold": gettext_lazy("On hold"),
    "Withdrew": gettext_lazy("Withdrew"),
}


def text(value: Any) -> str:
    """Return a text without signs that nobody sees; the empty string for anything else."""
    return _UNSEEN.sub("", value) if isinstance(value, str) else ""


def line(value: Any) -> str:
    """Return a name as one line that cannot flood a page: a string, a language object or the first of several."""
    return plain(plain_text(value), LONGEST_NAME)


def prose(value: Any) -> str:
    """Return a longer text with its line ends."""
    return text(plain_text(value))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a member that may hold one or a list of them."""
    yield from (entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict))


def language_tag(value: Any) -> str:
    """Return a BCP 47 tag; the empty string (unknown, HTML §3.2.6.2) for what is none."""
    return value if isinstance(value, str) and _TAG.fullmatch(value) else ""


def moment_in(document: dict[str, Any], *members: str) -> tuple[datetime | None, bool]:
    """Return the time that the first present member states, and whether one is there that cannot be read."""
    stated = next((document[name] for name in members if document.get(name) is not None), None)
    try:
        return (datetime.fromisoformat(text(stated)), False) if stated is not None else (None, False)
    except ValueError:
        return None, True


def labelled(narrative: str) -> tuple[str, Labelled]:
    """Split a narrative into its text and the labelled facts that our documents list below it."""
    found = [(row, _ITEM.fullmatch(row)) for row in narrative.split("\n")]
    facts = [(match[1], match[2]) for _row, match in found if match]
    return "\n".join(row for row, match in found if not match).strip(), facts


def criteria_in(achievement: dict[str, Any]) -> tuple[str, Labelled]:
    """Return an achievement's criteria and the labelled facts below them."""
    criteria = achievement.get("criteria")
    return labelled(text(criteria.get("narrative")) if isinstance(criteria, dict) else "")


def credits_in(subject: dict[str, Any]) -> str:
    """Return `creditsEarned`, a bare number (Open Badges 3.0 has no unit for it); empty where it is none."""
    earned = subject.get("creditsEarned")
    if not isinstance(earned, int | float) or isinstance(earned, bool):
        return ""
    return number_text(Decimal(str(earned))) if 0 <= earned < MANY_CREDITS else f"{earned:g}"


def results_in(subject: dict[str, Any], achievement: dict[str, Any]) -> Iterator[Statement]:
    """Yield the results with unit, and as note the scale and what was needed, where the achievement says so."""
    described = {
        entry["id"]: entry
        for entry in objects(achievement.get("resultDescription"))
        if isinstance(entry.get("id"), str)
    }
    for entry in objects(subject.get("result")):
        reference = entry.get("resultDescription")
        about = described.get(reference, {}) if isinstance(reference, str) else {}
        value = _result_value(entry, about)
        if value:
            yield text(about.get("name")) or _("Result"), value, _result_note(about)


def _result_value(entry: dict[str, Any], about: dict[str, Any]) -> str:
    """Return value, level and status as far as they are stated: one result may have all three."""
    status = text(entry.get("status"))
    parts = [
        _with_unit(text(entry.get("value")), about),
        _level_name(entry.get("achievedLevel"), about),
        str(_STATUSES.get(status, status)),
    ]
    return ", ".join(filter(None, parts))


def _with_unit(value: str, about: dict[str, Any]) -> str:
    is_share = text(about.get("resultType")) in _PERCENT and value[-1:].isdigit()
    return f"{value} %" if is_share else value


def _result_note(about: dict[str, Any]) -> str:
    least, most = text(about.get("valueMin")), text(about.get("valueMax"))
    needed = _with_unit(text(about.get("requiredValue")), about) or _level_name(about.get("requiredLevel"), about)
    needs_scale = least and most and text(about.get("resultType")) not in _PERCENT
    parts = [
        _("on a scale from {least} to {most}").format(least=least, most=most) if needs_scale else "",
        _("{value} needed").format(value=needed) if needed else "",
    ]
    return " · ".join(filter(None, parts))


def _level_name(level: Any, about: dict[str, Any]) -> str:
    """Return the name of a rubric level; its address where the achievement does not describe it."""
    names = (
        text(entry.get("name")) or text(entry.get("level"))
        for entry in objects(about.get("rubricCriterionLevel"))
        if entry.get("id") == level
    )
    return next(names, "") or text(level)


def evidence_in(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (name, address) of the evidence that a document names."""
    for entry in objects(document.get("evidence")):
        yield text(entry.get("name")) or text(entry.get("description")), link(entry.get("id"))


def alignments_in(achievement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (name, address) of what an achievement is aligned with."""
    for entry in objects(achievement.get("alignment")):
        yield text(entry.get("targetName")), link(entry.get("targetUrl"))


def link(address: Any) -> str:
    """Return an address that a visitor may follow: http and https only, never javascript: or data:."""
    found = text(address)
    return found if found.startswith(("https://", "http://")) else ""
