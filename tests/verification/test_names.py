"""Names that nobody vouches for: quoted, isolated, cleaned and cut wherever they stand; whose certificate it is."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client

from credentials.dids import did_key
from credentials.strict_json import compact_json
from tests.verification.builders import signed_credential, vouch_for
from tests.verification.test_desk import badge, checked, reason_of, signed_badge
from verification.checks import Check, Verdict
from verification.holders import asked_holder
from verification.quoting import END, ISOLATE, isolated, plain

TURNED = "Guild\u202e\u2066 of\u200b\x07 Weavers"
IMITATION = (
    "Genuine and current. Verified today by the ministry, which vouches for every word of this certificate. " * 3
)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


# -- Quoted and isolated ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TURNED, "Guild of Weavers"),
        ("a\u2028b\tc\nd", "a b c d"),
        ("Z̀́̂̃a", "Z̀́a"),
        ("אוניברסיטה", "אוניברסיטה"),
        ("x" * 200, "x" * 79 + "…"),
        ("\u202e", ""),
    ],
)
def test_a_name_is_shown_as_one_line_without_controls(text, shown):
    assert plain(text) == shown
    assert isolated(text) == f"{ISOLATE}{shown}{END}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [TURNED, IMITATION])
def test_a_name_of_nobody_stays_in_its_quotation_marks_on_the_whole_page(key, name):
    content = Client().post("/verify", {"text": compact_json(signed_badge(key, name=name))}).content.decode()
    sentence = content.split('<div class="say">')[1].split("</p>")[0]

    assert not re.search("[\u202a-\u202e\u2066\u2067\u200b\x07]", content)
    assert f"which calls itself “<bdi>{plain(name)}</bdi>”" in sentence
    assert f"signed by the key {did_key(key.public_key()).removeprefix('did:key:')[:12]}" in sentence
    assert "awarded this" not in content


@pytest.mark.django_db
def test_api_and_shell_quote_the_same(key, tmp_path):
    document = compact_json(signed_badge(key, name=TURNED))
    file, out = tmp_path / "badge.json", io.StringIO()
    file.write_text(document)
    with pytest.raises(SystemExit):
        call_command("verify", str(file), stdout=out)
    report = checked(document)

    assert report.facts["claimed_name"] == "Guild of Weavers"
    assert "issuer" not in report.facts
    assert report.sentence in out.getvalue()
    assert f"“{ISOLATE}Guild of Weavers{END}”" in report.sentence


@pytest.mark.django_db
@pytest.mark.parametrize("as_json", [False, True])
def test_controls_of_a_stranger_reach_no_terminal(key, tmp_path, as_json):
    document = signed_badge(key)
    document["issuer"]["id"] = "did:web:a\x1b[2J\x9b2J"
    document["proof"][0]["verificationMethod"] = "did:key:z6Mk\x1b[2J\u202e#\x9b2J"
    file, out = tmp_path / "badge.json", io.StringIO()
    file.write_text(compact_json(document))
    with pytest.raises(SystemExit):
        call_command("verify", str(file), json=as_json, stdout=out)

    assert "did:web:a" in out.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]|\\\\u00", out.getvalue())


# -- Recognised, under another's name -----------------------------------------------------------------------
@pytest.mark.django_db
def test_a_recognised_issuer_under_another_registered_name_is_told_with_both(key):
    vouch_for(did_key(key.public_key()), "The Guild")
    vouch_for("did:web:mit.example", "Massachusetts Institute of Technology")
    report = checked(signed_badge(key, name="Massachusetts lnstitute of Technology"))

    assert report.verdict is Verdict.ISSUER_NOT_KNOWN
    assert reason_of(report, Check.ISSUER_RECOGNISED) == "name-of-another"
    assert report.headline == "Genuine signature, but under another issuer's name"
    for words in (
        "“The Guild”",
        "Massachusetts lnstitute",
        "“Massachusetts Institute of Technology”",
        "Example Ministry",
    ):
        assert words in report.sentence


@pytest.mark.django_db
def test_a_recognised_issuer_that_is_called_otherwise_stays_green_with_both_names(key):
    vouch_for(did_key(key.public_key()), "The Guild")
    report = checked(signed_badge(key, name="Basket Academy"))

    assert report.verdict is Verdict.GENUINE
    assert "The register knows this issuer as “The Guild”" in report.sentence
    assert "Basket Academy" in report.sentence


# -- Several proofs ---------------------------------------------------------------------------------------
OLD_KIND = {"type": "Ed25519Signature2020", "proofPurpose": "assertionMethod", "proofValue": "z2"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("added", "verdict", "reason"),
    [
        (OLD_KIND, Verdict.ISSUER_NOT_KNOWN, ""),
        ({"proofPurpose": "authentication"}, Verdict.ISSUER_NOT_KNOWN, ""),
        ({"proofValue": "z" + "2" * 88}, Verdict.NOT_GENUINE, ""),
        (OLD_KIND | {"previousProof": "urn:x:1"}, Verdict.COULD_NOT_CONFIRM, "proof-not-supported"),
    ],
    ids=["another kind", "made for something else", "one that does not fit", "one that builds on another"],
)
def test_of_several_proofs_one_that_holds_is_enough_and_one_that_does_not_fit_fails(key, added, verdict, reason):
    document = signed_badge(key)
    (good,) = document["proof"]
    report = checked(document | {"proof": [good, good | added]})

    assert (report.verdict, report.reason) == (verdict, reason)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ({"type": "Ed25519Signature2020"}, "proof-not-supported"),
        ({"cryptosuite": "bbs-2023"}, "proof-not-supported"),
        ({"proofPurpose": "authentication"}, "departs-from-standard"),
        ({"proofValue": "uAAAA"}, "departs-from-standard"),
        ({"created": "yesterday"}, "departs-from-standard"),
        ({"verificationMethod": "no-key"}, "departs-from-standard"),
    ],
)
def test_a_proof_over_which_nothing_was_computed_proves_nothing(key, proof, reason):
    document = signed_badge(key)
    report = checked(document | {"proof": [document["proof"][0] | proof]})

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, reason)


@pytest.mark.django_db
@pytest.mark.parametrize("proof", [None, [], {}])
def test_a_credential_without_a_signature_is_unsigned_in_either_data_model(key, proof):
    document = {name: value for name, value in signed_badge(key).items() if name != "proof"}
    carried = document if proof is None else document | {"proof": proof}
    older = ["https://www.w3.org/2018/credentials/v1"]

    assert checked(carried).verdict is Verdict.UNSIGNED
    assert checked(carried | {"@context": older}).verdict is Verdict.UNSIGNED
    # Kinds that are proven elsewhere, or wrap others, are never "not signed".
    assert checked({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}).reason == "kind-not-supported"
    assert checked({"@context": older, "type": "VerifiablePresentation"}).reason == "kind-not-supported"


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [False, True])
def test_a_guessed_encoding_confirms_and_never_condemns(key, changed):
    vouch_for(did_key(key.public_key()), "Weavers' Guild")
    document = signed_badge(key, description="Prüfung in München")
    text = json.dumps(document, ensure_ascii=False)
    text = text.replace("Prüfung", "Prüfungen") if changed else text
    report = checked(text.encode("latin-1"))

    assert report.verdict is (Verdict.MALFORMED if changed else Verdict.GENUINE)


# -- Whose it is ------------------------------------------------------------------------------------------
ADDRESS = {"hashed": True, "identityType": "emailAddress", "salt": "s"}
NAME = {"hashed": False, "identityType": "name", "identityHash": "Pat Example"}


def holder_of(*identifiers: dict[str, Any]) -> dict[str, Any]:
    return badge() | {"credentialSubject": {"identifier": list(identifiers)}}


@pytest.mark.parametrize(
    ("identifiers", "asked", "matches", "reason"),
    [
        ((NAME,), "pat example", True, ""),
        ((NAME,), "Charles", False, ""),
        ((NAME,), "pat@example.org", None, "nothing-to-compare"),
        ((ADDRESS | {"identityHash": "sha256$00"},), "pat@example.org", False, ""),
        ((ADDRESS | {"identityHash": "sha256$00"},), "Pat Example", None, "nothing-to-compare"),
        ((ADDRESS | {"identityHash": "md5$00"},), "pat@example.org", None, "hash-not-known"),
        ((ADDRESS | {"identityHash": "argon2$00"}, NAME), "Pat Example", True, ""),
        ((), "Pat", None, "nothing-to-compare"),
    ],
)
def test_somebody_elses_is_said_only_where_something_of_its_kind_was_compared(identifiers, asked, matches, reason):
    found = asked_holder(holder_of(*identifiers), asked)

    assert found is not None
    assert (found.matches, found.reason if matches is None else "") == (matches, reason)


@pytest.mark.django_db
def test_the_shell_exits_with_one_for_somebody_elses(tmp_path):
    credential = signed_credential()
    file, out = tmp_path / "c.json", io.StringIO()
    file.write_text(credential.document or "")
    with pytest.raises(SystemExit) as end:
        call_command("verify", str(file), "--holder", "Charles Babbage", stdout=out)

    assert (end.value.code, out.getvalue().splitlines()[0]) == (1, "not-this-holder")
    call_command("verify", str(file), "--holder", json.loads(credential.award.facts)["holder_name"], stdout=out)
