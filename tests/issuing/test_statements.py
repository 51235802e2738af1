"""Signed statements: asked for, signed by whom they name, refused when they cannot be, withdrawn for good."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone

from catalogue.models import Party, PartyRole
from credentials.data_integrity import add_proof, check_proofs
from credentials.dids import method_in
from credentials.statements import digest_of
from issuing.errors import (
    AlreadyRevokedError,
    CredentialNotFoundError,
    FactsRefusedError,
    IssuerMissingError,
    NotSignedYetError,
    StatementNotFoundError,
    StatementStandsError,
)
from issuing.fsck import check_everything
from issuing.models import Award, Credential, SignedDocument, StatementState
from issuing.selectors import issuer_did_document, newest_status_list, platform_did, platform_did_document
from issuing.services import (
    EndorsementOrder,
    PresentationOrder,
    ReportOrder,
    award_achievement,
    forget_presentations,
    request_endorsement,
    request_presentation,
    request_release,
    request_report,
    withdraw_statement,
)
from issuing.signing.making_keys import make_key
from registry.actors import ANONYMOUS, SYSTEM
from registry.errors import ForbiddenError, RoleRequiredError
from registry.models import Alarm, OutboxMessage, Role
from tests.issuing.builders import (
    awarder_at,
    build_achievement,
    build_issuer,
    build_order,
    drain_all,
    signing_here,
)
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db(transaction=True)
REPORT = ReportOrder(
    document_sha256="ab" * 32,
    checked_at=dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC),
    verdict="genuine",
    findings=(("format", "passed", ""), ("status", "unknown", "list-unreachable")),
)


def build_award() -> Award:
    achievement = build_achievement()
    return award_achievement(order=build_order(achievement), actor=awarder_at(achievement))


def ask_release(award: Award) -> uuid.UUID:
    """A second organisation releases an award as its co-awarding body."""
    body = build_issuer().organisation
    party = Party(version=award.version, role=PartyRole.CO_AWARDS, organisation=body, name="Second College")
    return request_release(award=award, party=party, approval=SimpleNamespace(at=timezone.now()), actor=SYSTEM)


def ask_endorsement(issuer=None, about="https://college.example.org/course", comment="A sound course.") -> uuid.UUID:
    issuer = issuer or build_issuer()
    order = EndorsementOrder(issuer=issuer, about=about, comment=comment, language="de")
    return request_endorsement(order=order, actor=build_member(issuer.node, Role.ADMIN))


def ask_presentation(credential: Credential, **stated) -> uuid.UUID:
    order = PresentationOrder(
        credential_ids=[credential.pk], domain="https://employer.example", challenge="7f3a", **stated
    )
    return request_presentation(order=order, actor=awarder_at(credential.award.version.achievement))


def signed(number: uuid.UUID) -> SignedDocument:
    statement = SignedDocument.objects.select_related("issuer", "key", "organisation").get(pk=number)
    assert statement.state == StatementState.SIGNED, statement.refused_code
    return statement


def verified(statement: SignedDocument, **asked) -> dict:
    """Check a statement as a stranger does, by the published DID document of who signed."""
    document = json.loads(statement.document)
    published = issuer_did_document(statement.issuer) if statement.issuer else platform_did_document()
    purpose = asked.get("purpose", "assertionMethod")
    check_proofs(
        document,
        resolve=lambda address: method_in(published, address, purpose),
        at=timezone.now(),
        controller=published["id"],
        **asked,
    )
    return document


def breaches() -> list[str]:
    return [f"{breach.invariant} {breach.problem}" for breach in check_everything(full=True)]


def bit_of(statement: SignedDocument) -> bool:
    from issuing.fsck.decoder import set_places

    newest = newest_status_list(statement.status_list_id)
    places = set_places(json.loads(newest.document)["credentialSubject"]["encodedList"])
    return statement.status_index in places


def test_release_is_signed_by_the_second_body_and_names_what_it_released():
    award = build_award()
    with signing_here():
        number = ask_release(award)
        drain_all()

    statement = signed(number)
    document = verified(statement)
    credential = json.loads(Credential.objects.get(pk=award.pk).document)
    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["issuer"]["id"] == statement.issuer.did != credential["issuer"]["id"]
    assert document["credentialSubject"]["id"] == credential["id"]
    assert document["credentialSubject"]["digestMultibase"] == digest_of(credential)
    assert statement.organisation == statement.issuer.organisation != award.organisation
    assert statement.subject_ref == f"award:{award.pk}"
    assert not bit_of(statement)
    assert breaches() == []


def test_body_without_an_issuer_here_cannot_release():
    award = build_award()
    party = Party(version=award.version, role=PartyRole.CO_AWARDS, name="Far College")

    with pytest.raises(IssuerMissingError) as refusal:
        request_release(award=award, party=party, approval=SimpleNamespace(at=timezone.now()), actor=SYSTEM)

    assert "Far College" in refusal.value.sentence()
    assert not SignedDocument.objects.exists()


def test_endorsement_is_an_endorsement_credential_in_the_endorsers_words():
    with signing_here():
        number = ask_endorsement()
        drain_all()

    document = verified(signed(number))
    assert document["name"] == "Empfehlung"
    assert document["credentialSubject"] == {
        "id": "https://college.example.org/course",
        "type": ["EndorsementSubject"],
        "endorsementComment": "A sound course.",
    }
    assert breaches() == []


@pytest.mark.parametrize(
    ("about", "comment"), [("not an address", "Good."), ("https://a.example", " "), ("https://a.example", "bell \x07")]
)
def test_what_could_not_be_signed_is_refused_when_it_is_asked_for(about, comment):
    with pytest.raises(FactsRefusedError):
        ask_endorsement(about=about, comment=comment)

    assert not SignedDocument.objects.exists()
    assert not OutboxMessage.objects.filter(topic="document.requested").exists()


def test_only_an_administrator_endorses_in_an_issuers_name():
    issuer = build_issuer()
    order = EndorsementOrder(issuer=issuer, about="https://a.example", comment="Good.")

    for actor in (build_member(issuer.node, Role.AWARDER), build_member(build_issuer().node, Role.OWNER)):
        with pytest.raises(RoleRequiredError):
            request_endorsement(order=order, actor=actor)


def test_report_names_the_document_by_its_digest_and_nobody():
    with signing_here():
        make_key(issuer_id=None)
        number = request_report(order=REPORT, actor=SYSTEM)
        drain_all()

    statement = signed(number)
    document = verified(statement)
    assert document["issuer"]["id"] == platform_did()
    assert document["credentialSubject"]["id"] == "ni:///sha-256;q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"
    assert document["description"].startswith("Verdict: genuine. Checked at 2026-11-30T09:00:00Z")
    assert [(entry["name"], entry["description"]) for entry in document["evidence"]] == [
        ("format", "passed"),
        ("status", "unknown (list-unreachable)"),
    ]
    assert "credentialStatus" not in document
    assert breaches() == []


def test_no_report_is_signed_for_nobody():
    with pytest.raises(ForbiddenError):
        request_report(order=REPORT, actor=ANONYMOUS)


def test_presentation_answers_one_recipient_for_a_time_and_ends():
    award = build_award()
    with signing_here():
        make_key(issuer_id=None)
        drain_all()
        credential = Credential.objects.get(pk=award.pk)
        number = ask_presentation(credential)
        drain_all()

    statement = signed(number)
    asked = {"purpose": "authentication", "domain": "https://employer.example", "challenge": "7f3a"}
    document = verified(statement, **asked)
    assert document["holder"] == platform_did()
    assert document["verifiableCredential"] == [json.loads(credential.document)]
    assert document["proof"][0]["expires"] > document["proof"][0]["created"]
    for wrong in ({"domain": "https://other.example"}, {"challenge": "another"}):
        with pytest.raises(Exception, match=r"domain|challenge"):
            verified(statement, **(asked | wrong))
    assert breaches() == []

    SignedDocument.objects.filter(pk=number).update(requested_at=timezone.now() - dt.timedelta(days=8))
    assert forget_presentations() == 1


def test_presentation_is_for_the_holder_and_the_awarder_alone():
    award = build_award()
    with signing_here():
        drain_all()
    order = PresentationOrder(credential_ids=[award.pk], domain="https://a.example", challenge="1")

    for actor in (awarder_at(build_achievement()), build_member(award.version.achievement.issuer.node, Role.VIEWER)):
        with pytest.raises(CredentialNotFoundError):
            request_presentation(order=order, actor=actor)


def test_presentation_whose_time_has_passed_while_it_waited_is_refused():
    award = build_award()
    with signing_here():
        make_key(issuer_id=None)
        drain_all()
        number = ask_presentation(Credential.objects.get(pk=award.pk))
        facts = json.loads(SignedDocument.objects.get(pk=number).facts)
        late = json.dumps(facts | {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2020-01-01T01:00:00Z"})
        SignedDocument.objects.filter(pk=number).update(facts=late)
        drain_all()

    statement = SignedDocument.objects.get(pk=number)
    assert (statement.state, statement.refused_code) == (StatementState.REFUSED, "presentation-ended")


def test_statement_that_cannot_be_signed_is_refused_once_and_its_place_is_marked():
    with signing_here():
        number = ask_endorsement()
        SignedDocument.objects.filter(pk=number).update(schema="endorsement/99")
        kept = ask_endorsement(SignedDocument.objects.get(pk=number).issuer)
        drain_all()
        drain_all()

    statement = SignedDocument.objects.get(pk=number)
    assert (statement.state, statement.refused_code) == (StatementState.REFUSED, "data-model")
    assert bit_of(statement)
    assert not bit_of(signed(kept))
    assert not OutboxMessage.objects.filter(done_at=None).exists()
    assert breaches() == []


def test_withdrawn_statement_is_marked_for_good():
    issuer = build_issuer()
    admin = build_member(issuer.node, Role.ADMIN)
    with signing_here():
        number = ask_endorsement(issuer)
        with pytest.raises(NotSignedYetError):
            withdraw_statement(document_id=number, reason="No longer ours.", actor=admin)
        drain_all()
        for stranger in (build_member(build_issuer().node, Role.OWNER), build_member(issuer.node, Role.AWARDER)):
            with pytest.raises(StatementNotFoundError):
                withdraw_statement(document_id=number, reason="No longer ours.", actor=stranger)
        withdraw_statement(document_id=number, reason="No longer ours.", actor=admin)
        drain_all()

    assert bit_of(signed(number))
    with pytest.raises(AlreadyRevokedError):
        withdraw_statement(document_id=number, reason="Again.", actor=admin)
    assert breaches() == []


def test_kind_without_a_place_cannot_be_withdrawn():
    award = build_award()
    with signing_here():
        make_key(issuer_id=None)
        drain_all()
        number = ask_presentation(Credential.objects.get(pk=award.pk))
        drain_all()

    with pytest.raises((StatementStandsError, StatementNotFoundError)):
        withdraw_statement(document_id=number, reason="Gone.", actor=SYSTEM)


def test_nothing_is_signed_for_an_issuer_whose_signing_was_stopped():
    with signing_here():
        number = ask_endorsement()
        issuer = SignedDocument.objects.get(pk=number).issuer
        issuer.signing_stopped_at = timezone.now()
        issuer.save()
        drain_all()

    assert SignedDocument.objects.get(pk=number).state == StatementState.ASKED
    assert OutboxMessage.objects.filter(topic="document.requested", done_at=None).exists()


def test_statement_that_is_not_what_was_built_stops_the_signing(monkeypatch):
    from issuing.signing import statements

    def signing_something_else(document, *rest):
        return add_proof(document | {"name": "Something else"}, *rest)

    with signing_here():
        number = ask_endorsement()
        monkeypatch.setattr(statements, "add_proof", signing_something_else)
        drain_all()

    statement = SignedDocument.objects.select_related("issuer").get(pk=number)
    assert (statement.state, statement.document) == (StatementState.ASKED, "")
    assert statement.issuer.signing_stopped_at is not None
    assert Alarm.objects.filter(code="self_check_failed", resolved_at=None).exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"facts": "comment"}, "N4 statement differs from the facts that were fixed"),
        ({"sha256": "0" * 64}, "N4 stored bytes of a statement differ from their digest"),
        ({"document": "comment"}, "N4 signature of a statement does not hold"),
        ({"status_index": "award"}, "N2 place used by a statement and an award"),
        ({"withdrawn_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "N5 revocation missing in the published list"),
    ],
    ids=["facts", "digest", "document", "place", "withdrawal"],
)
def test_fsck_finds_a_statement_that_is_not_what_was_signed(change, told):
    award = build_award()
    with signing_here():
        number = ask_endorsement(award.version.achievement.issuer)
        drain_all()
    statement = signed(number)
    ((column, value),) = change.items()
    if value == "comment":
        value = getattr(statement, column).replace("A sound course.", "A poor course.")
    elif value == "award":
        value = award.status_index
    SignedDocument.objects.filter(pk=number).update(**{column: value})

    assert told in breaches()
