"""Presentations that this installation signs are verified by the VC-API, and all statements by other people's code."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from issuing.models import SignedDocument
from issuing.selectors import issuer_did_document, newest_status_list, platform_did, platform_did_document
from issuing.services import request_report, revoke_credential
from issuing.signing.making_keys import make_key
from registry.actors import SYSTEM
from tests.issuing.builders import drain_all, signing_here
from tests.issuing.test_statements import REPORT, ask_endorsement, ask_presentation, ask_release
from tests.journeys.judges import digitalbazaar, oracle_folder
from tests.verification.builders import signed_credential

pytestmark = pytest.mark.django_db(transaction=True)
PRESENT = "/vc-api/presentations/verify"
ASKED = {"challenge": "7f3a", "domain": "https://employer.example"}
ALL = ["proof", "credentialStatus", "validity"]


@pytest.fixture(autouse=True)
def conformance_mode(settings, tmp_path):
    settings.VC_API = True
    settings.VAR_DIR = tmp_path


def presented():
    credential = signed_credential()
    with signing_here():
        make_key(issuer_id=None)
        number = ask_presentation(credential)
        drain_all()
    return credential, json.loads(SignedDocument.objects.get(pk=number).document)


def answer_of(client, presentation, **options):
    body = {"verifiablePresentation": presentation, "options": {"checks": ALL, **options}}
    return client.post(PRESENT, json.dumps(body), content_type="application/json")


def test_presentation_for_a_named_recipient_is_verified(client):
    _credential, presentation = presented()

    answer = answer_of(client, presentation, **ASKED)

    assert (answer.status_code, answer.json()["errors"]) == (200, [])


@pytest.mark.parametrize("wrong", [{"challenge": "another"}, {"domain": "https://other.example"}])
def test_presentation_for_somebody_else_is_refused(client, wrong):
    _credential, presentation = presented()

    assert answer_of(client, presentation, **(ASKED | wrong)).status_code == 400


def test_presentation_of_a_changed_credential_is_refused(client):
    _credential, presentation = presented()
    presentation["verifiableCredential"][0]["credentialSubject"]["achievement"]["name"] += "!"

    assert answer_of(client, presentation, **ASKED).status_code == 400


def test_presentation_of_a_revoked_credential_is_refused(client):
    credential, presentation = presented()
    with signing_here():
        revoke_credential(credential_id=credential.pk, reason="Given in error.", actor=SYSTEM)
        drain_all()

    assert answer_of(client, presentation, **ASKED).status_code == 400


def test_presentation_whose_time_has_passed_is_refused(client, monkeypatch):
    _credential, presentation = presented()
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("integrations.vc_api.views.timezone.now", lambda: later)

    assert answer_of(client, presentation, **ASKED).status_code == 400


def test_every_statement_is_verified_by_somebody_elses_code(missing, tmp_path):
    folder = oracle_folder()
    if folder is None:
        missing("the JavaScript judges are not installed: set ORACLE_DIR (CONTRIBUTING.md)")
    credential = signed_credential()
    with signing_here():
        make_key(issuer_id=None)
        numbers = [
            ask_release(credential.award),
            ask_endorsement(),
            request_report(order=REPORT, actor=SYSTEM),
        ]
        numbers.append(ask_presentation(credential))
        drain_all()

    for statement in SignedDocument.objects.filter(pk__in=numbers).select_related("issuer"):
        document = json.loads(statement.document)
        documents, challenge = documents_for(statement, credential), ASKED["challenge"]
        ruling = digitalbazaar(document, documents, tmp_path, challenge=challenge)
        assert ruling.accepted, (statement.kind, ruling)
        document["id"] = document["id"][:-1] + ("0" if document["id"][-1] != "0" else "1")
        assert not digitalbazaar(document, documents, tmp_path, challenge=challenge).accepted, statement.kind


def documents_for(statement, credential):
    """What a verifier asks for: DID documents and status lists of everybody in it."""
    issuers = {credential.key.issuer, statement.issuer} - {None}
    documents = {issuer.did: issuer_did_document(issuer) for issuer in issuers}
    documents[platform_did()] = platform_did_document()
    for entry in (json.loads(credential.document), json.loads(statement.document)):
        if status := entry.get("credentialStatus"):
            address = status["statusListCredential"]
            documents[address] = json.loads(newest_status_list(address.rpartition("/")[2]).document)
    return documents
