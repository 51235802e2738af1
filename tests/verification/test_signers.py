"""Whom we name, and how: recognised issuers by the register, others by their key; clocks that differ; states."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.verification.test_checks import AT, DOCUMENT, METHOD, SIGNED, VOUCHER, finding, genuine, judged
from verification.checks import (
    Check,
    HeldProof,
    ListReading,
    Outcome,
    Problem,
    ProofReading,
    Reading,
    Resemblance,
    Verdict,
)


# -- A recognised issuer is called what the register calls it -------------------------------------------
@pytest.mark.parametrize("code", ["looks-like-known", "resembles-known"])
def test_a_recognised_issuer_under_another_registered_issuers_name_is_not_green(code):
    report = judged(resemblance=Resemblance(code, "MIT", "State"))

    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    assert finding(report, Check.ISSUER_RECOGNISED) == (Outcome.FAILED, "name-of-another")
    named = {"issuer": "University of Example", "vouched_by": "Ministry", "claimed_name": "claimed name"}
    assert named | {"resembles": "MIT", "resembles_vouched_by": "State"} == {
        name: report.facts[name] for name in (*named, "resembles", "resembles_vouched_by")
    }


def test_a_recognised_issuer_that_is_called_otherwise_is_told_with_both_names():
    report = judged()

    assert (report.verdict, finding(report, Check.ISSUER_RECOGNISED)[1]) == (
        Verdict.GENUINE,
        "vouched-as-another-name",
    )
    assert (report.facts["issuer"], report.facts["claimed_name"]) == ("University of Example", "claimed name")


@pytest.mark.parametrize("name", ["University of Example", "UNIVERSITY  of Example", "Beispiel-Universität", ""])
def test_a_registered_name_in_any_language_is_the_issuers_own(name):
    voucher = replace(VOUCHER, names=("University of Example", "Beispiel-Universität"))
    report = judged(issuer=replace(genuine().issuer, name=name), vouchers=(voucher,))

    assert finding(report, Check.ISSUER_RECOGNISED) == (Outcome.PASSED, "vouched")


# -- Clocks differ ----------------------------------------------------------------------------------------
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(("ahead", "verdict"), [(5, Verdict.GENUINE), (6, Verdict.NOT_YET_VALID)])
def test_a_first_moment_five_minutes_ahead_is_another_clock(ahead, verdict):
    start = (AT + ahead * MINUTE).isoformat()

    assert judged(reading=Reading({"validFrom": start})).verdict is verdict


@pytest.mark.parametrize(("ahead", "reason"), [(5, ""), (6, "signed-in-the-future")])
def test_a_signature_from_the_future_is_unknown(ahead, reason):
    proof = HeldProof(METHOD, AT + ahead * MINUTE, "eddsa-rdfc-2022")
    report = judged(proof=ProofReading((proof,)))

    assert (report.reason, report.verdict is Verdict.GENUINE) == (reason, not reason)


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [
        ({"ends": AT}, Verdict.EXPIRED),
        ({"ends": AT + MINUTE}, Verdict.GENUINE),
        ({"begins": AT + 6 * MINUTE}, Verdict.NOT_YET_VALID),
        ({"begins": AT + 5 * MINUTE}, Verdict.GENUINE),
    ],
)
def test_a_signature_that_ended_fails_its_dates_and_not_the_proof(bounds, verdict):
    report = judged(proof=ProofReading((HeldProof(METHOD, SIGNED, "JWT EdDSA", **bounds),)))

    assert (report.verdict, report.outcome_of(Check.PROOF)) == (verdict, Outcome.PASSED)


# -- What dates and lists say beside a signer whom nobody knows ---------------------------------------
@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ({}, ()),
        ({"reading": Reading(DOCUMENT | {"validUntil": "2026-11-20T00:00:00Z"})}, ("expired",)),
        ({"reading": Reading({"validFrom": "2027-01-01T00:00:00Z"})}, ("not-yet-valid",)),
        ({"lists": (ListReading("suspension", value=True),)}, ("suspended",)),
        ({"lists": (ListReading("revocation", None, None, Problem("list-unreachable")),)}, ("status-unknown",)),
    ],
)
def test_dates_and_lists_of_an_unknown_signer_are_told_as_states(changes, states):
    report = judged(vouchers=(), **changes)

    assert (report.verdict, report.facts["states"]) == (Verdict.ISSUER_NOT_KNOWN, states)


def test_purposes_that_say_nothing_are_passed_over_and_said_so():
    report = judged(passed_over=("refresh",))

    assert report.verdict is Verdict.GENUINE
    assert report.facts["passed_over"] == "refresh"
