"""The words: every verdict and check has some, and German keeps step with English."""

import importlib.util
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message
from django.utils import translation

from tests.look.states import report_of
from verification.checks import Check, Finding, Outcome, Report, Verdict
from verification.checks.reasons import STABLE
from verification.wording import CHECKS, KINDS, WORDING, check_sentence, meaning_of, outcome_word, wording_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
VERDICTS = [
    "genuine",
    "revoked",
    "superseded",
    "suspended",
    "not-yet-valid",
    "expired",
    "not-this-holder",
    "issuer-not-known",
    "not-a-certificate",
    "unsigned",
    "could-not-confirm",
    "not-genuine",
    "malformed",
    "private-or-unknown",
    "erased",
]
OUTCOMES = ("passed", "failed", "unknown", "not_applicable")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / ".ci/messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Give each English form with its German one."""
    if isinstance(message.id, (list, tuple)):
        yield from zip(message.id, message.string, strict=True)
    else:
        yield message.id, message.string


def test_every_verdict_says_what_it_means_and_what_to_do():
    assert list(WORDING) == VERDICTS
    for code, wording in WORDING.items():
        assert str(wording.headline), code
        assert str(wording.sentence), code
        assert str(wording.next_step), code


def test_only_genuine_and_current_is_green():
    assert [code for code, wording in WORDING.items() if wording.family == "ok"] == ["genuine"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_check_has_a_sentence_and_a_word_for_each_outcome(outcome):
    assert len(CHECKS) == 10
    assert all(check_sentence(check, outcome) and outcome_word(check, outcome) for check in CHECKS)


def test_sentence_is_told_with_names_only_when_all_are_known():
    revoked = report_of("revoked")

    told = meaning_of(revoked, issuer="Charité Berlin", date="3 November 2026")
    assert "Charité Berlin took this certificate back for good on 3 November 2026" in told
    assert meaning_of(revoked, issuer="Charité Berlin", date="") == str(WORDING["revoked"].sentence)


def test_braces_in_a_name_stay_text():
    assert "{date} took this" in meaning_of(report_of("revoked"), issuer="{date}", date="3 November 2026")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("reason", STABLE)
def test_every_reason_of_an_open_answer_has_its_own_words_and_way_on(reason, language):
    report = open_report(reason)
    with translation.override(language):
        told, step = meaning_of(report), str(wording_of(report).next_step)
        waiting = "few minutes" in step or "in a minute" in step or "in ein" in step
        plain = {str(WORDING["could-not-confirm"].sentence)}

    assert told not in plain
    assert "{" not in told
    # "Check again later" is said only where that may help.
    assert waiting == (reason in ("unreachable", "busy"))


def open_report(reason: str) -> Report:
    """Build a report that is open for one reason, its first check with a place and a kind."""
    facts = {"kind": "presentation"}
    first = Finding(Check.FORMAT, Outcome.UNKNOWN, reason, "$.credentialSubject", facts)
    others = [Finding(check, Outcome.NOT_APPLICABLE, "unproven") for check in list(Check)[1:]]
    return Report(Verdict.COULD_NOT_CONFIRM, (first, *others), NOW, facts, reason)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_is_not_read_is_named(kind):
    report = open_report("kind-not-supported")

    assert str(KINDS[kind]) in meaning_of(report, kind=kind)


def test_headlines_use_the_words_of_the_glossary():
    with translation.override("de"):
        assert str(WORDING["genuine"].headline) == "Echt und gültig"
        assert str(WORDING["could-not-confirm"].headline) == "Nicht bestätigt"
        assert "uns nicht bekannt" in str(WORDING["issuer-not-known"].headline)
        assert "widerrufen" in str(WORDING["revoked"].headline)


def test_german_is_complete_and_compiled(messages):
    assert messages.problems() == []


def test_german_keeps_every_placeholder(messages):
    for message in messages.german_catalog():
        if message.id:
            for english, german in forms(message):
                assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(german)), english


def test_german_says_sie_and_no_word_of_the_trade(messages):
    for message in messages.german_catalog():
        for _english, german in forms(message) if message.id else ():
            assert not re.search(r"\b(du|dein|deine|verifizieren|Hash|DID|Credential-ID)\b", german), german
            assert "!" not in german, german
