"""The checks judge values alone: every line of the verdict table, and every way a check can end."""

import datetime as dt
import json
from dataclasses import replace
from itertools import combinations

import pytest

from verification.checks import (
    AskedHolder,
    Check,
    DocumentKind,
    HeldProof,
    Identity,
    IssuerReading,
    KeyLife,
    ListReading,
    Materials,
    Outcome,
    OwnRecord,
    Problem,
    ProofReading,
    Reading,
    Report,
    Resemblance,
    StatusEvent,
    Verdict,
    Voucher,
    verify_credential,
)

AT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
SIGNED = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
DID = "did:web:uni.example:issuers:chem"
METHOD = f"{DID}#key"
DOCUMENT = {"validFrom": "2026-11-01T12:00:00Z"}
VOUCHER = Voucher("University of Example", "Ministry", dt.date(2020, 1, 1), None, "list of 2026")
GOOD_LIST = ListReading("revocation", value=False, as_of=SIGNED)
HOUR = dt.timedelta(hours=1)


def genuine(**changes: object) -> Materials:
    """Return materials that read genuine, but for `changes`."""
    good = Materials(
        reading=Reading(DOCUMENT),
        proof=ProofReading((HeldProof(METHOD, SIGNED, "eddsa-rdfc-2022"),)),
        issuer=IssuerReading(
            DID, "claimed name", Identity.CONFIRMED, ours=True, keys={METHOD: KeyLife(SIGNED - HOUR)}
        ),
        vouchers=(VOUCHER,),
        lists=(GOOD_LIST,),
        own=OwnRecord(same_as_issued=True, signed_at=SIGNED),
    )
    return replace(good, **changes)


def judged(**changes: object) -> Report:
    return verify_credential(genuine(**changes), at=AT)


def finding(report: Report, check: Check) -> tuple[Outcome, str]:
    found = next(entry for entry in report.findings if entry.check is check)
    return found.outcome, found.reason


def event(purpose: str, *, value: bool = True, reason: str = "error in the record") -> StatusEvent:
    return StatusEvent(purpose, value, reason, AT - HOUR)


def with_key(life: KeyLife, *, signed_at: dt.datetime | None = SIGNED) -> Report:
    issuer = IssuerReading(DID, "", Identity.CONFIRMED, ours=True, keys={METHOD: life})
    return judged(issuer=issuer, own=OwnRecord(same_as_issued=True, signed_at=signed_at))


VERDICTS: list[tuple[Verdict, dict[str, object]]] = [
    (Verdict.ERASED, {"erased_at": AT}),
    (Verdict.PRIVATE_OR_UNKNOWN, {"visible": False}),
    (Verdict.MALFORMED, {"reading": Reading(None, problem=Problem("malformed"))}),
    (Verdict.UNSIGNED, {"reading": Reading(DOCUMENT, signed=False)}),
    (Verdict.NOT_GENUINE, {"proof": ProofReading(problem=Problem("changed"))}),
    (Verdict.REVOKED, {"own": OwnRecord(same_as_issued=True, signed_at=SIGNED, events=(event("revocation"),))}),
    (Verdict.COULD_NOT_CONFIRM, {"proof": ProofReading(unfinished=Problem("key-unreachable"))}),
    (Verdict.NOT_A_CERTIFICATE, {"reading": Reading(DOCUMENT, kind=DocumentKind.ENDORSEMENT)}),
    (Verdict.ISSUER_NOT_KNOWN, {"vouchers": ()}),
    (Verdict.SUPERSEDED, {"own": OwnRecord(same_as_issued=True, signed_at=SIGNED, superseded=True)}),
    (Verdict.SUSPENDED, {"lists": (GOOD_LIST, ListReading("suspension", value=True))}),
    (Verdict.NOT_YET_VALID, {"reading": Reading({"validFrom": "2027-01-01T00:00:00Z"})}),
    (Verdict.EXPIRED, {"reading": Reading(DOCUMENT | {"validUntil": "2026-11-20T00:00:00Z"})}),
    (Verdict.COULD_NOT_CONFIRM, {"lists": (ListReading("revocation", None, None, Problem("list-unreachable")),)}),
    (Verdict.NOT_THIS_HOLDER, {"asked": AskedHolder("Charles", matches=False)}),
    (Verdict.GENUINE, {}),
]


@pytest.mark.parametrize(
    ("verdict", "changes"), VERDICTS, ids=[f"{at} {verdict}" for at, (verdict, _) in enumerate(VERDICTS)]
)
def test_each_situation_gets_its_verdict(verdict, changes):
    report = judged(**changes)

    assert report.verdict is verdict
    assert [entry.check for entry in report.findings] == list(Check)


@pytest.mark.parametrize(("first", "second"), list(combinations(range(len(VERDICTS) - 1), 2)))
def test_of_two_situations_the_first_of_the_table_wins(first, second):
    (verdict, wins), (other, loses) = VERDICTS[first], VERDICTS[second]
    report = judged(**_both(wins, loses))

    if verdict is Verdict.REVOKED and other is Verdict.COULD_NOT_CONFIRM and "proof" in loses:
        # Where the signature is open, no list is asked.
        assert report.verdict is Verdict.COULD_NOT_CONFIRM
    elif {verdict, other} == {Verdict.REVOKED, Verdict.SUPERSEDED}:
        # One bit says both: a revocation with a successor is a correction.
        assert report.verdict is Verdict.SUPERSEDED
    else:
        assert report.verdict is verdict


def _both(wins: dict[str, object], loses: dict[str, object]) -> dict[str, object]:
    """Put two situations into one: what both set is joined where it can be, else the first has it."""
    changes = loses | wins
    for name, value in wins.items():
        if name not in loses:
            continue
        if name == "own":
            changes[name] = replace(value, events=(event("revocation"),), superseded=True)
        elif name == "reading" and value.document is not None:
            changes[name] = replace(value, document={**loses[name].document, **value.document})
    return changes


@pytest.mark.parametrize(
    "changes",
    [
        {"reading": Reading(None, problem=Problem("malformed"))},
        {"reading": Reading(DOCUMENT, unfinished=Problem("out-of-time"))},
        {"proof": ProofReading(problem=Problem("changed"))},
        {"proof": ProofReading(unfinished=Problem("key-unreachable"))},
        {"proof": None},
        {"proof": ProofReading()},
        {"issuer": IssuerReading(DID, "", Identity.ANOTHER_SIGNER)},
        {"issuer": IssuerReading(DID, "", Identity.UNREACHABLE)},
        {"issuer": None},
    ],
)
def test_after_an_unproven_document_nothing_else_is_judged(changes):
    report = judged(**changes)

    assert {entry.outcome for entry in report.findings[3:]} == {Outcome.NOT_APPLICABLE}
    assert report.verdict in (Verdict.MALFORMED, Verdict.NOT_GENUINE, Verdict.COULD_NOT_CONFIRM)


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (Identity.NO_METHOD, "departs-from-standard"),
        (Identity.UNSUPPORTED, "method-not-supported"),
        (Identity.UNREACHABLE, "unreachable"),
        (Identity.WITHDRAWN, "proof-not-supported"),
        # An issuer elsewhere may have had the key before: that proves nothing.
        (Identity.NOT_LISTED, "method-not-supported"),
    ],
)
def test_an_issuer_whose_key_we_cannot_find_is_unknown_with_its_reason(identity, reason):
    report = judged(proof=None, issuer=IssuerReading(DID, "", identity))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, reason)


@pytest.mark.parametrize(("identity", "ours"), [(Identity.ANOTHER_SIGNER, False), (Identity.NOT_LISTED, True)])
def test_a_key_that_is_not_the_issuers_is_not_genuine(identity, ours):
    report = judged(proof=None, issuer=IssuerReading(DID, "", identity, ours=ours))

    assert report.verdict is Verdict.NOT_GENUINE
    assert finding(report, Check.ISSUER_IDENTITY) == (Outcome.FAILED, str(identity))


def test_an_unreachable_key_is_unknown_and_never_valid():
    unreachable = IssuerReading(DID, "", Identity.UNREACHABLE)
    report = judged(proof=ProofReading(unfinished=Problem("key-unreachable")), issuer=unreachable)

    assert report.verdict is Verdict.COULD_NOT_CONFIRM
    assert finding(report, Check.PROOF) == (Outcome.UNKNOWN, "key-unreachable")
    assert finding(report, Check.ISSUER_IDENTITY) == (Outcome.UNKNOWN, "unreachable")


# -- Keys have a life -------------------------------------------------------------------------------
def test_a_retired_key_still_verifies_documents_of_its_time():
    assert with_key(KeyLife(SIGNED - HOUR, SIGNED + HOUR)).verdict is Verdict.GENUINE


def test_a_key_made_within_the_second_of_its_first_signature_is_in_force():
    assert with_key(KeyLife(SIGNED + dt.timedelta(microseconds=999_999))).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("life", "reason"),
    [
        (KeyLife(SIGNED + HOUR), "before-key"),
        (KeyLife(SIGNED - 2 * HOUR, SIGNED - HOUR), "after-key"),
        (KeyLife(SIGNED - HOUR, None, SIGNED - dt.timedelta(minutes=1)), "key-compromised"),
        (KeyLife(SIGNED - HOUR, None, SIGNED), "key-compromised"),
    ],
)
def test_a_signature_outside_its_keys_life_is_not_genuine(life, reason):
    report = with_key(life)

    assert report.verdict is Verdict.NOT_GENUINE
    assert finding(report, Check.PROOF) == (Outcome.FAILED, reason)


def test_an_earlier_signature_of_a_compromised_key_holds_by_our_own_record_of_it():
    life = KeyLife(SIGNED - HOUR, None, SIGNED + HOUR)

    assert with_key(life).verdict is Verdict.GENUINE
    assert with_key(life, signed_at=None).verdict is Verdict.NOT_GENUINE
    # The thief writes an early date into the proof; the record says when we signed.
    assert with_key(life, signed_at=SIGNED + 2 * HOUR).verdict is Verdict.NOT_GENUINE


def test_a_key_that_our_issuer_never_had_is_not_genuine():
    report = judged(issuer=IssuerReading(DID, "", Identity.CONFIRMED, ours=True, keys={}))

    assert finding(report, Check.PROOF) == (Outcome.FAILED, "key-not-ours")


def test_a_document_that_differs_from_what_we_issued_is_not_genuine():
    report = judged(own=OwnRecord(same_as_issued=False, signed_at=SIGNED))

    assert report.verdict is Verdict.NOT_GENUINE
    assert finding(report, Check.PROOF) == (Outcome.FAILED, "not-as-issued")


# -- Register, dates ---------------------------------------------------------------------------------
def test_the_name_comes_from_the_register():
    assert judged().facts["issuer"] == "University of Example"


@pytest.mark.parametrize(
    "voucher",
    [
        replace(VOUCHER, since=AT.date() + dt.timedelta(days=1)),
        replace(VOUCHER, until=AT.date() - dt.timedelta(days=1)),
    ],
)
def test_a_voucher_of_another_time_does_not_count(voucher):
    assert judged(vouchers=(voucher,)).verdict is Verdict.ISSUER_NOT_KNOWN


def test_an_unreadable_register_is_unknown():
    report = judged(vouchers=None)

    assert finding(report, Check.ISSUER_RECOGNISED)[0] is Outcome.UNKNOWN
    assert report.verdict is Verdict.ISSUER_NOT_KNOWN


def test_a_lookalike_is_told():
    report = judged(vouchers=(), resemblance=Resemblance("mixed-scripts"))

    assert finding(report, Check.ISSUER_RECOGNISED) == (Outcome.FAILED, "mixed-scripts")


def test_an_unreadable_date_is_unknown():
    assert judged(reading=Reading({"validFrom": "2026-11-01"})).verdict is Verdict.COULD_NOT_CONFIRM


@pytest.mark.parametrize("moment", ["2026-11-21T12:00:00Z", "2026-11-21T13:00:00+01:00"])
def test_the_first_and_the_last_moment_belong_to_the_validity(moment):
    assert judged(reading=Reading({"validFrom": moment, "validUntil": moment})).verdict is Verdict.GENUINE


def test_dates_of_the_older_data_model_count():
    document = {"issuanceDate": "2020-01-01T00:00:00Z", "expirationDate": "2021-01-01T00:00:00Z"}

    assert judged(reading=Reading(document)).verdict is Verdict.EXPIRED


# -- Status ------------------------------------------------------------------------------------------
def test_our_own_record_of_a_revocation_wins_over_an_older_list():
    report = judged(own=OwnRecord(same_as_issued=True, signed_at=SIGNED, events=(event("revocation"),)))

    assert report.verdict is Verdict.REVOKED
    assert report.facts["revoked_at"] == AT - HOUR
    assert report.facts["reason"] == "error in the record"


def test_our_own_record_of_a_revocation_stands_without_any_list():
    own = OwnRecord(same_as_issued=True, signed_at=SIGNED, events=(event("revocation"),))

    assert judged(own=own, lists=(ListReading("revocation", None, None, Problem("x")),)).verdict is Verdict.REVOKED


def test_a_lifted_suspension_is_current_although_the_list_is_older():
    events = (event("suspension"), event("suspension", value=False))
    own = OwnRecord(same_as_issued=True, signed_at=SIGNED, events=events)
    lists = (GOOD_LIST, ListReading("suspension", value=True, as_of=SIGNED))

    assert judged(own=own, lists=lists).verdict is Verdict.GENUINE


def test_a_bit_without_a_record_of_ours_revokes():
    assert judged(lists=(ListReading("revocation", value=True),)).verdict is Verdict.REVOKED


def test_our_credential_without_any_list_could_not_be_confirmed():
    assert judged(lists=()).verdict is Verdict.COULD_NOT_CONFIRM


def test_a_foreign_credential_without_a_status_entry_cannot_be_revoked():
    report = judged(own=None, lists=(), issuer=IssuerReading(DID, "", Identity.CONFIRMED))

    assert finding(report, Check.STATUS) == (Outcome.PASSED, "not-revocable")
    assert report.verdict is Verdict.GENUINE


def test_one_of_two_lists_unread_could_not_be_confirmed():
    unread = ListReading("suspension", None, None, Problem("list-unreachable"))

    assert judged(lists=(GOOD_LIST, unread)).verdict is Verdict.COULD_NOT_CONFIRM


def test_a_reading_without_value_and_without_problem_is_unknown():
    assert judged(lists=(ListReading("revocation", None),)).verdict is Verdict.COULD_NOT_CONFIRM


def test_a_replaced_credential_points_to_its_successor():
    own = OwnRecord(
        same_as_issued=True,
        signed_at=SIGNED,
        events=(event("revocation", reason="superseded"),),
        superseded=True,
        successor_url="https://uni.example/c/1",
    )
    report = judged(own=own)

    assert report.verdict is Verdict.SUPERSEDED
    assert report.facts["successor_url"] == "https://uni.example/c/1"
    assert report.facts["superseded_at"] == AT - HOUR
    assert "revoked_at" not in report.facts


# -- The rest ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("matches", "outcome", "verdict"),
    [
        (True, Outcome.PASSED, Verdict.GENUINE),
        (False, Outcome.FAILED, Verdict.NOT_THIS_HOLDER),
        (None, Outcome.UNKNOWN, Verdict.GENUINE),
    ],
)
def test_only_somebody_elses_certificate_changes_the_verdict(matches, outcome, verdict):
    report = judged(asked=AskedHolder("Ada", matches))

    assert finding(report, Check.HOLDER)[0] is outcome
    assert report.verdict is verdict


@pytest.mark.parametrize(
    "document",
    [
        {"endorsement": [{"id": "x"}]},
        {"issuer": {"endorsementJwt": ["x"]}},
        {"credentialSubject": {"achievement": {"endorsement": [{"id": "x"}]}}},
        {"credentialSubject": {"achievement": {"creator": {"endorsement": [{"id": "x"}]}}}},
    ],
)
def test_an_attached_endorsement_is_unknown_and_not_passed(document):
    assert finding(judged(reading=Reading(DOCUMENT | document)), Check.ENDORSEMENTS)[0] is Outcome.UNKNOWN


def test_a_report_reads_as_json_and_as_text():
    report = judged(reading=Reading(DOCUMENT | {"validUntil": "2027-01-01T00:00:00Z"}))
    parsed = json.loads(report.as_json())

    assert parsed["verdict"] == "genuine"
    assert [entry["check"] for entry in parsed["checks"]] == [str(check) for check in Check]
    assert parsed["facts"]["valid_until"] == "2027-01-01T00:00:00Z"
    assert report.as_text().startswith("genuine\nformat")
