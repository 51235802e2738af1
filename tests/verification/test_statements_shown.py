"""Releases, endorsements and reports at the desk, at their address, and on the page of what was released."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid

import pytest
from django.utils import timezone

from catalogue.content import PartyContent
from catalogue.models import PartyRole
from issuing.models import Approval, Credential, Decision, SignedDocument
from issuing.services import request_release, withdraw_statement
from issuing.signing.making_keys import make_key
from registry.actors import SYSTEM
from tests.issuing.builders import build_issuer, drain_all, signing_here
from tests.issuing.test_statements import REPORT, ask_endorsement, ask_presentation
from tests.verification.builders import BASE_URL, signed_credential
from verification.checks import Verdict
from verification.claims import claim_lines
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"HTTP_ACCEPT": "application/vc"}
HTML = {"HTTP_ACCEPT": "text/html"}
DECIDED = dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)


class _Decided:
    at = DECIDED


def joint_award(*, signed: bool) -> tuple[Credential, SignedDocument | None]:
    """A signed credential of two bodies; the second one released it, unless it has no organisation here."""
    body = build_issuer().organisation
    slug = body.slug if signed else ""
    party = PartyContent(role=PartyRole.CO_AWARDS, name="Second College", organisation=slug)
    credential = signed_credential(parties=(party,))
    if not signed:
        return credential, None
    award = credential.award
    award.refresh_from_db()
    named = award.version.parties.get(role=PartyRole.CO_AWARDS)
    with signing_here():
        number = request_release(award=award, party=named, approval=_Decided(), actor=SYSTEM)
        drain_all()
    return credential, SignedDocument.objects.get(pk=number)


def endorsement() -> SignedDocument:
    signed_credential()  # registers the address
    with signing_here():
        number = ask_endorsement()
        drain_all()
    return SignedDocument.objects.get(pk=number)


def report() -> SignedDocument:
    from issuing.services import request_report

    signed_credential()
    with signing_here():
        make_key(issuer_id=None)
        number = request_report(order=REPORT, actor=SYSTEM)
        drain_all()
    return SignedDocument.objects.get(pk=number)


@pytest.mark.parametrize(("make", "says"), [(endorsement, "A sound course."), (report, "list-unreachable")])
def test_statement_at_the_desk_is_no_certificate_and_its_content_is_shown(client, make, says):
    statement = make()

    verdict = verify_source(statement.document, at=timezone.now())
    page = client.post("/verify", {"text": statement.document})

    assert verdict.verdict is Verdict.NOT_A_CERTIFICATE, verdict.as_text()
    assert page.status_code == 200
    assert says in page.content.decode()


def test_release_at_the_desk_names_who_signed():
    _credential, release = joint_award(signed=True)

    report = verify_source(release.document, at=timezone.now())

    assert report.verdict is Verdict.NOT_A_CERTIFICATE
    assert json.loads(release.document)["issuer"]["id"] == release.issuer.did


@pytest.mark.parametrize("make", [endorsement, report])
def test_statement_of_ours_that_was_changed_is_not_genuine(make):
    statement = make()
    changed = json.loads(statement.document)
    changed["name"] += "!"

    assert verify_source(json.dumps(changed), at=timezone.now()).verdict is Verdict.NOT_GENUINE


def test_another_document_under_a_statements_address_is_not_genuine(client):
    """Signed by the same key, so its proof holds: but it is not what we signed under this number."""
    statement, other = endorsement(), endorsement()
    with signing_here():
        from credentials.data_integrity import ProofOptions, add_proof
        from issuing.signing.intents import signature_now

        forged = json.loads(other.document)
        signature = signature_now(statement.issuer_id)
        own = json.loads(statement.document)
        unsigned = {name: value for name, value in own.items() if name != "proof"}
        unsigned["name"] = forged["name"] + "!"
        text = json.dumps(
            add_proof(unsigned, signature.private_key, ProofOptions(signature.method, signature.created))
        )

    assert verify_source(text, at=timezone.now()).verdict is Verdict.NOT_GENUINE


def test_withdrawn_statement_is_told_as_revoked_with_its_reason():
    statement = endorsement()
    with signing_here():
        withdraw_statement(document_id=statement.pk, reason="The course has changed.", actor=SYSTEM)
        drain_all()

    found = verify_source(statement.document, at=timezone.now())

    assert found.verdict is Verdict.REVOKED
    assert found.facts["reason"] == "The course has changed."


def test_address_of_a_statement_serves_the_document_to_verifiers_and_a_page_to_people(client):
    statement = endorsement()
    address = f"/statements/{statement.pk}"

    served, page = client.get(address, **JSON), client.get(address, **HTML)

    assert json.loads(statement.document)["id"] == f"{BASE_URL}{address}"
    assert served.content.decode() == statement.document
    assert served.headers["Content-Type"].startswith("application/vc")
    assert "A sound course." in page.content.decode()
    assert "Accept" in page.headers["Vary"]


def test_nothing_is_told_of_what_waits_and_of_presentations(client):
    credential = signed_credential()
    waiting = ask_endorsement()
    with signing_here():
        make_key(issuer_id=None)
        number = ask_presentation(credential)
        drain_all()
    SignedDocument.objects.filter(pk=waiting).update(state="asked", document="", sha256="")

    for hidden in (waiting, number, uuid.uuid4()):
        assert client.get(f"/statements/{hidden}", **JSON).status_code == 404
        assert client.get(f"/statements/{hidden}", **HTML).status_code == 404


def test_page_of_a_joint_award_says_released_only_where_it_was_signed(client):
    credential, release = joint_award(signed=True)

    shown = client.get(f"/c/{credential.pk}").content.decode()
    again = client.get(f"/c/{credential.pk}").content.decode()

    assert "Released by Example College, 4 May 2026" in shown
    assert f'href="/statements/{release.pk}"' in shown
    assert shown.count(str(release.pk)) == again.count(str(release.pk)) == 1
    assert "as stated by" not in shown

    with signing_here():
        withdraw_statement(document_id=release.pk, reason="Released in error.", actor=SYSTEM)
    assert "Released by" not in client.get(f"/c/{credential.pk}").content.decode()


def test_release_of_something_else_than_what_was_signed_is_not_shown(client):
    credential, release = joint_award(signed=True)
    facts = json.loads(release.facts)
    facts["digest"] = "uEiA" + "A" * 43
    SignedDocument.objects.filter(pk=release.pk).update(facts=json.dumps(facts))

    assert "Released by" not in client.get(f"/c/{credential.pk}").content.decode()


def test_recorded_decision_of_a_body_elsewhere_is_told_as_the_issuers_word(client):
    credential, _none = joint_award(signed=False)
    party = credential.award.version.parties.get(role=PartyRole.CO_AWARDS)
    Approval.objects.create(
        award_id=credential.pk,
        party=party,
        decision=Decision.RELEASE,
        by_kind="user",
        by="somebody",
        at=timezone.now(),
        ground="Minutes of the joint board",
        decided_on=dt.date(2026, 5, 4),
        reference="12/2026",
    )

    shown = client.get(f"/c/{credential.pk}").content.decode()

    assert "Released by Second College, 4 May 2026, as stated by Example College" in shown
    assert "/statements/" not in shown


def test_page_of_a_single_body_asks_nothing_about_releases(client, django_assert_max_num_queries):
    credential = signed_credential()
    client.get(f"/c/{credential.pk}")

    with django_assert_max_num_queries(8) as queries:
        client.get(f"/c/{credential.pk}")

    asked = " ".join(str(query["sql"]) for query in queries.captured_queries)
    assert "signeddocument" not in asked
    assert "approval" not in asked


def test_checks_of_a_report_stand_under_their_names():
    lines = claim_lines(json.loads(report().document))

    told = [f"{place}: {value}" for place, value in lines]
    assert "Not revoked or suspended: Could not check (list-unreachable)" in told
    assert any(line.startswith("Complete and well-formed: Passed") for line in told)
    assert not any("type" in line for line in told)


def test_report_of_this_installation_names_it_in_either_language(client):
    address = f"/statements/{report().pk}"

    page = client.get(address, **HTML).content.decode()
    german = client.get(address, **HTML, HTTP_ACCEPT_LANGUAGE="de").content.decode()

    host = BASE_URL.partition("//")[2]
    assert re.search(rf"that of this installation itself, (<bdi>)?{host}", page)
    assert "die dieser Installation selbst" in german
    assert "credentialSubject" not in page + german
    assert "Unverändert" in german or "Seit der Signatur unverändert" in german


def test_name_of_a_check_in_what_others_rest_on_is_left_as_they_wrote_it():
    rests = [{"name": "format", "description": "passed"}, {"name": "A book", "description": "read"}]

    lines = claim_lines({"name": "X", "evidence": rests, "credentialSubject": {"own": "y"}})

    assert [tuple(text.strip("\u2068\u2069") for text in line) for line in lines] == [
        ("Name", "X"), ("credentialSubject · own", "y"), ("evidence · format", "passed"), ("evidence · A book", "read"),
    ]  # fmt: skip
