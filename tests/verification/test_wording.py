"""The words of verdicts: each says what was found out, and nothing beyond it."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.verification.test_checks import (
    AT,
    DID,
    DOCUMENT,
    HOUR,
    METHOD,
    SIGNED,
    event,
    genuine,
    judged,
    with_key,
)
from verification.checks import (
    Check,
    Identity,
    IssuerReading,
    KeyLife,
    ListReading,
    OwnRecord,
    Problem,
    ProofReading,
    Reading,
    Resemblance,
    Verdict,
    verify_credential,
)
from verification.sentences import SENTENCES, worded
from verification.wording.checks import CHECKS
from verification.wording.variants import VARIANTS
from verification.wording.verdicts import WORDING

STATUS_PROBLEMS = (
    "list-signed-by-other",
    "list-unreadable",
    "list-is-another",
    "list-index-out-of-range",
    "list-expired",
    "list-not-yet-valid",
    "list-purpose-mismatch",
    "list-not-published",
    "list-unreachable",
    "no-record",
    "too-many-lists",
    "too-large",
    "out-of-time",
    "out-of-memory",
)
HOLDS = "The signature holds; whether it still stands could not be found out."
NEVER_FITTED = "the signature does not fit"
REVOKED = OwnRecord(same_as_issued=True, signed_at=SIGNED, events=(event("revocation"),))


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_said_about_what_could_not_be_read(language):
    with override(language):
        words = [str(VARIANTS[name].yours) for name in VARIANTS if name.startswith("could-not-confirm/")]

    assert not [said for said in words if "itself" in said or "selbst" in said]


# -- Could not be confirmed ---------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", STATUS_PROBLEMS)
def test_a_list_that_is_not_in_order_is_no_fault_of_the_certificates(problem):
    report = worded(judged(lists=(ListReading("revocation", None, None, Problem(problem)),)))

    assert report.verdict is Verdict.COULD_NOT_CONFIRM
    assert report.sentence.startswith(HOLDS)
    assert report.finding_of(Check.STATUS).sentence == str(SENTENCES[Check.STATUS][problem])


def test_our_own_without_a_list_is_told_so():
    report = worded(judged(lists=()))

    assert report.sentence.startswith(HOLDS)
    assert "no list" in report.finding_of(Check.STATUS).sentence


def test_a_status_of_a_kind_that_is_not_known_keeps_its_own_words():
    report = worded(judged(lists=(ListReading("x", None, None, Problem("status-kind-unknown")),)))

    assert "a status of a kind that we do not know" in report.sentence


def test_dates_that_cannot_be_read_are_no_fault_of_the_signature():
    report = worded(judged(reading=Reading(DOCUMENT | {"validFrom": "soon"})))

    assert report.reason == "departs-from-standard"
    assert report.sentence.startswith("The signature holds; its dates could not be read.")


@pytest.mark.parametrize(
    "changes",
    [
        {"proof": ProofReading(unfinished=Problem("key-ended"))},
        {"issuer": IssuerReading(DID, "", Identity.WITHDRAWN)},
    ],
)
def test_a_key_that_has_ended_is_no_kind_of_signature(changes):
    report = worded(judged(**changes))

    assert report.reason == "proof-not-supported"
    assert "Its key has ended" in report.sentence
    assert "kind" not in report.sentence


# -- Not genuine ------------------------------------------------------------------------------------------
NOT_GENUINE = {
    "not-as-issued": lambda: judged(own=OwnRecord(same_as_issued=False)),
    "another-signer": lambda: judged(issuer=IssuerReading(DID, "", Identity.ANOTHER_SIGNER)),
    "not-listed": lambda: judged(issuer=IssuerReading(DID, "", Identity.NOT_LISTED, ours=True)),
    "key-not-ours": lambda: judged(issuer=IssuerReading(DID, "", Identity.CONFIRMED, ours=True)),
    "before-key": lambda: with_key(KeyLife(SIGNED + HOUR)),
    "after-key": lambda: with_key(KeyLife(SIGNED - 2 * HOUR, retired_at=SIGNED - HOUR)),
    "key-compromised": lambda: with_key(KeyLife(SIGNED - HOUR, compromised_at=SIGNED - dt.timedelta(minutes=1))),
}


def claimed(report):
    return worded(replace(report, facts={**report.facts, "claimed_name": "The Guild"}))


@pytest.mark.parametrize("reason", NOT_GENUINE)
def test_of_what_is_not_genuine_only_what_was_found_is_said(reason):
    report = claimed(NOT_GENUINE[reason]())

    assert report.verdict is Verdict.NOT_GENUINE
    assert f"not-genuine/{reason}" in VARIANTS
    assert NEVER_FITTED not in report.sentence
    assert "changed since signing" not in report.sentence
    assert report.sentence.startswith("Do not rely on it. ")
    assert report.sentence.endswith("The file names “\u2068The Guild\u2069” as its issuer.")


def test_a_signature_that_does_not_fit_is_told():
    report = claimed(judged(proof=ProofReading(problem=Problem("changed"))))

    assert NEVER_FITTED in report.sentence
    assert report.sentence.count("The Guild") == 1


# -- Revoked ----------------------------------------------------------------------------------------------
def test_a_revoked_one_under_another_issuers_name_names_both():
    other = Resemblance("looks-like-known", "The Guild", "Another Ministry")
    report = worded(judged(own=REVOKED, resemblance=other))

    assert report.verdict is Verdict.REVOKED
    assert report.headline == "Revoked by its signer"
    assert "Nobody we trust" not in report.sentence
    for words in ("“University of Example”", "Ministry vouches", "“The Guild”", "Another Ministry vouches"):
        assert words in report.sentence


@pytest.mark.parametrize("own", [REVOKED, genuine().own])
def test_of_a_register_that_could_not_be_read_nothing_is_said(own):
    report = worded(verify_credential(genuine(own=own, vouchers=None), at=AT))

    assert "nobody we trust" not in report.sentence.lower()


def test_a_revoked_one_of_nobody_is_told_so():
    issuer = IssuerReading(DID, "x", Identity.CONFIRMED, ours=True, keys={METHOD: KeyLife(SIGNED - HOUR)})
    report = worded(judged(own=REVOKED, vouchers=(), issuer=issuer))

    assert "Nobody we trust has vouched" in report.sentence


# -- One word for one thing ---------------------------------------------------------------------------------
REFERENCE = Path(__file__).parents[2] / "docs/reference.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| ([^|;]+)(?:;[^|]*)? \| ([^|;]+)(?:;[^|]*)? \| [^|]* \| [0-2] \|$", re.MULTILINE)


@pytest.mark.parametrize(("language", "column"), [("en", 1), ("de", 2)])
def test_the_reference_has_the_headlines_of_the_pages(language, column):
    rows = ROW.findall(REFERENCE.read_text(encoding="utf-8"))
    with override(language):
        shown = {code: str(words.headline) for code, words in WORDING.items()}

    assert {row[0]: row[column] for row in rows} == shown


def test_the_register_and_a_public_log_have_a_german_word_each():
    with override("de"):
        register = [str(CHECKS["issuer-recognised"].name), *map(str, SENTENCES[Check.ISSUER_RECOGNISED].values())]
        register += [str(text) for words in VARIANTS.values() for text in (words.sentence, *words.named_sentences)]
        log = CHECKS["logged"]
        logged = [str(text) for text in (log.name, log.passed, log.failed, log.unknown, log.not_applicable)]

    assert not [said for said in (*register, *logged) if "verzeichnis" in said.lower()]
    assert not [said for said in logged if "register" in said.lower()]


PASSED = {"confirmed", "vouched", "vouched-as-another-name", "until", "no-end", "as-of", "not-revocable"}


@pytest.mark.parametrize("check", SENTENCES)
def test_the_reference_names_every_reason_that_a_check_tells(check):
    line = re.search("^Reasons of a failed or unknown check: (.*)$", REFERENCE.read_text(encoding="utf-8"), re.M)
    assert line is not None
    named = {part.split()[0]: set(re.findall("`([a-z-]+)`", part)) for part in line[1].split(" · ")}
    codes = set(SENTENCES[check]) | (set(STATUS_PROBLEMS) if check is Check.STATUS else set())
    codes |= {"register-unreadable"} if check is Check.ISSUER_RECOGNISED else set()

    assert codes - PASSED <= named[str([*Check].index(check) + 1)]
