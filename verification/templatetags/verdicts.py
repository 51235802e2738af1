"""Template words of verdicts and checks. Load with `{% load verdicts %}`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from registry.dates import day_in_words
from verification.quoting import END, ISOLATE, plain
from verification.sentences import readable_facts
from verification.wording import (
    CHECKS,
    MEANT_FOR_ALL,
    WORDING,
    Wording,
    check_sentence,
    meaning_of,
    outcome_word,
    wording_of,
)

register = template.Library()
LONGEST_DETAIL = 1_000

AWARDED = frozenset({"genuine", "expired", "not-yet-valid"})
"""Verdicts whose sentence tells who made the award: a joint one was made by several, and signed by one."""

SAMPLE_STEP = _("Try what can be tried here: a real certificate is checked in the same way.")
BEARER_STEP = _("Look whether your name is right. If it is not, write to the issuer.")
REASONED: Mapping[tuple[str, str], tuple[str, str, str | Promise]] = {
    ("status", "revoked"): ("octagon", "stop", _("Revoked")),
    ("status", "suspended"): ("pause", "stop", _("Suspended")),
    ("status", "superseded"): ("arrow", "mute", _("Replaced")),
}
"""Mark, family and word of a failed check whose reason says more than that it failed."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """A verdict, ready to be shown."""

    code: str
    mark: str
    family: str
    headline: str
    sentence: str
    next_step: str
    yours: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the check list, ready to be shown."""

    name: str
    outcome: str
    mark: str
    family: str
    word: str
    sentence: str
    meaning: str
    detail: str


@register.simple_tag
def verdict_words(code: object) -> VerdictWords:
    """Return all that one verdict says of itself, without a report."""
    return _words(str(code), WORDING[str(code)], str(WORDING[str(code)].sentence))


@register.simple_tag
def erased_words(erased_at: object = None) -> VerdictWords:
    """Return what stands in the place of what was removed."""
    wording = WORDING["erased"]
    text = (
        str(wording.named_sentences[0]).format(date=day_in_words(erased_at))
        if isinstance(erased_at, date)
        else str(wording.sentence)
    )
    return _words("erased", wording, text)


@register.simple_tag
def report_words(report: Any, shown: Any = None, by_claim: object = None) -> VerdictWords:
    """Return what a report's verdict says to whoever asked, told with the names and days that are known.

    A sample is never to be relied on, and the bearer of a claim link is its holder, not who received it.
    """
    words = replace(_words(str(report.verdict), wording_of(report), _meaning(report, shown)), reason=report.reason)
    if by_claim:
        words = replace(words, next_step=words.yours or str(BEARER_STEP), yours="")
    if words.code == "genuine" and shown and shown.sample:
        words = replace(words, next_step=str(SAMPLE_STEP))
    if failed(report.findings, "holder"):
        words = replace(words, next_step=str(WORDING["not-this-holder"].next_step))
    return words


def _meaning(report: Any, shown: Any) -> str:
    if shown and shown.sample:
        # Nobody who is named in a sample did anything.
        return meaning_of(replace(report, facts={}))
    known = readable_facts(report)
    if shown:
        known["holder"] = shown.holder_name
        known["valid_until"] = known.get("valid_until") or (
            day_in_words(shown.valid_until) if shown.valid_until else ""
        )
    if shown and known.get("issuer") and str(report.verdict) in AWARDED:
        known["issuer"] = shown.awarded_by
    return meaning_of(report, **known)


def _words(code: str, wording: Wording, sentence: str) -> VerdictWords:
    return VerdictWords(
        code=code,
        mark=wording.mark,
        family=wording.family,
        headline=str(wording.headline),
        sentence=sentence,
        next_step=str(wording.next_step),
        yours=str(wording.yours),
    )


@register.filter(needs_autoescape=True)
def isolated(text: object, autoescape: bool = True) -> SafeString:  # noqa: FBT001, FBT002  # as Django calls filters
    """Write a sentence for a page: what others call themselves stands in `<bdi>`, and cannot turn our words around."""
    safe = conditional_escape(str(text)) if autoescape else str(text)
    return mark_safe(safe.replace(ISOLATE, "<bdi>").replace(END, "</bdi>"))  # noqa: S308  # escaped above


def _mark_of(check: str, outcome: str, reason: str) -> tuple[str, str, str]:
    """Return mark, family and word of one line."""
    word = outcome_word(check, outcome)
    if outcome == "failed" and (check, reason) in REASONED:
        mark, family, own_word = REASONED[check, reason]
        return mark, family, str(own_word)
    if outcome == "failed":
        mark = CHECKS[check].failed_mark
        return mark, {"diamond": "care", "clock": "care", "arrow": "mute"}.get(mark, "stop"), word
    return *{"passed": ("circle", "ok"), "unknown": ("question", "mute")}.get(outcome, ("dash", "mute")), word


def _texts_of(finding: Any) -> tuple[str, str, str]:
    texts = (getattr(finding, name, "") or "" for name in ("sentence", "meaning", "detail"))
    sentence, meaning, detail = map(str, texts)
    return sentence, meaning, plain(detail, LONGEST_DETAIL)


@lru_cache(maxsize=1024)
def _row(check: str, outcome: str, reason: str, texts: tuple[str, str, str], language: str) -> CheckRow:
    sentence, meaning, detail = texts
    with override(language):
        mark, family, word = _mark_of(check, outcome, reason)
        return CheckRow(
            name=str(CHECKS[check].name),
            outcome=outcome,
            mark=mark,
            family=family,
            word=word,
            sentence=sentence or check_sentence(check, outcome),
            meaning=meaning or str(CHECKS[check].meaning),
            detail=detail,
        )


@lru_cache(maxsize=1024)
def _row_html(row: CheckRow, language: str) -> SafeString:
    with override(language):
        return render_to_string("verification/_check_row.html", {"row": row})


@register.filter
def as_line(row: CheckRow) -> SafeString:
    """Draw one line of the check list; most lines read the same on every page and are drawn once."""
    return _row_html(row, get_language() or "en")


@register.simple_tag
def check_rows(findings: Sequence[Any]) -> list[CheckRow]:
    """Return the rows of the check list, in the order of the findings."""
    language = get_language() or "en"
    return [
        _row(str(finding.check), str(finding.outcome), getattr(finding, "reason", ""), _texts_of(finding), language)
        for finding in findings
    ]


@register.filter
def passed(findings: Sequence[Any], check: str) -> bool:
    """Say whether one check passed."""
    return any(str(finding.check) == check and str(finding.outcome) == "passed" for finding in findings)


@register.filter
def failed(findings: Sequence[Any], check: str) -> bool:
    """Say whether one check failed."""
    return any(str(finding.check) == check and str(finding.outcome) == "failed" for finding in findings)


@register.filter
def counted(rows: Sequence[CheckRow]) -> str:
    """Sum the rows up: 1 failed · 7 passed · 2 not asked or none."""
    failures = Counter(row.word for row in rows if row.outcome == "failed")
    number = Counter(row.outcome for row in rows)
    parts = [f"{n} {word[:1].lower()}{word[1:]}" for word, n in failures.items()]
    texts = {
        "unknown": gettext("%(n)d could not be checked"),
        "passed": gettext("%(n)d passed"),
        "not_applicable": gettext("%(n)d not asked or none"),
    }
    parts += [text % {"n": number[outcome]} for outcome, text in texts.items() if number[outcome]]
    return " · ".join(parts)


@register.simple_tag
def all_answers() -> list[VerdictWords]:
    """Return the answers that the checking desk explains, in one order."""
    return [verdict_words(code) for code in MEANT_FOR_ALL]
