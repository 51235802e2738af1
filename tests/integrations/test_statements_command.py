"""`manage.py statements`: asked for from the shell, signed by the worker."""

from __future__ import annotations

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from issuing.models import Credential, SignedDocument
from issuing.signing.making_keys import make_key
from tests.issuing.builders import drain_all, signing_here
from tests.verification.builders import signed_credential

pytestmark = pytest.mark.django_db(transaction=True)


def told(*arguments: str) -> dict:
    out = StringIO()
    call_command("statements", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def credential() -> Credential:
    found = signed_credential()
    with signing_here():
        make_key(issuer_id=None)
    return found


def signed(answer: dict) -> dict:
    assert answer["state"] == "asked"
    with signing_here():
        drain_all()
    return told("show", answer["id"])


def test_endorsement_is_asked_for_signed_and_taken_back(credential):
    issuer = credential.key.issuer.slug
    asked = told("endorse", issuer, "https://college.example.org/course", "--comment", "Sound.", "--language", "de")

    shown = signed(asked)

    assert (shown["kind"], shown["state"]) == ("endorsement", "signed")
    assert shown["url"] == shown["document"]["id"]
    with signing_here():
        assert told("withdraw", shown["url"], "--reason", "Not ours any more.")["withdrawn"] is True
    with pytest.raises(CommandError, match="revoked before"):
        told("withdraw", shown["id"], "--reason", "Again.")


def test_report_says_what_our_own_checks_found_about_the_file(credential, tmp_path):
    file = tmp_path / "credential.json"
    file.write_text(credential.document)

    shown = signed(told("report", str(file)))

    assert shown["document"]["description"].startswith("Verdict: genuine.")
    row = SignedDocument.objects.get(pk=shown["id"])
    assert row.subject_ref == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    facts = json.loads(credential.award.facts)
    for word in (facts["holder_name"], str(credential.pk), facts["salt"]):
        assert word not in row.document


def test_presentation_is_written_out_and_has_no_address(credential):
    shown = signed(told("present", str(credential.pk), "--domain", "https://a.example", "--challenge", "1"))

    assert shown["url"] == ""
    assert shown["document"]["type"] == ["VerifiablePresentation"]


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("endorse", "nobody", "https://a.example"), "no issuer"),
        (("endorse", "nobody"), "slug of an issuer and the address"),
        (("report", "/does/not/exist"), "cannot be read"),
        (("present", "not-a-number"), "no number"),
        (
            ("present", "5a5e9c0a-9f6e-4c43-8b7c-0a4e3b7b7a11", "--domain", "a", "--challenge", "1"),
            "no such credential",
        ),
        (("show", "5a5e9c0a-9f6e-4c43-8b7c-0a4e3b7b7a11"), "no such statement"),
    ],
)
def test_what_cannot_be_asked_for_is_told(arguments, because):
    with pytest.raises(CommandError, match=because):
        told(*arguments)

    assert not SignedDocument.objects.exists()
