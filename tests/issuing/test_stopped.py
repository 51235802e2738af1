"""An organisation that the operator has stopped or closed: nothing new by any way, and nothing old is lost."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from issuing.errors import SigningWaitsError
from issuing.models import AwardState, Batch, BatchState, SignedDocument
from issuing.selectors import newest_status_list
from issuing.services import (
    BatchOrder,
    BatchRow,
    Correction,
    award_achievement,
    award_batch,
    correct_credential,
    make_batch,
    preview_award,
    revoke_credential,
    run_batch,
)
from issuing.signing.statements import sign_statement
from registry.actors import SYSTEM
from registry.errors import OrderRefusedError, OrganisationClosedError, OrganisationStoppedError
from registry.models import AuditEntry, Organisation, OutboxMessage
from registry.permissions import Scope
from registry.services import TrustOrder, close_organisation, reopen_organisation, stop_organisation, trust_issuer
from tests.integrations.builders import build_key
from tests.issuing.acts import CASES
from tests.issuing.builders import build_achievement, build_order, fresh
from tests.issuing.ways import award_now, breaches, sign
from tests.registry.builders import root_of
from tests.verification.builders import signed_credential

pytestmark = pytest.mark.django_db

ENDS = [(stop_organisation, OrganisationStoppedError), (close_organisation, OrganisationClosedError)]
FILE = b"email,name\na@example.org,Ada\n"


@pytest.mark.parametrize(("end", "refusal"), ENDS)
def test_no_act_awards_anything_new(end, refusal):
    achievement = build_achievement()
    signed = award_now(achievement)
    sign()
    end(organisation=achievement.organisation, actor=SYSTEM)
    order = build_order(achievement)
    row = BatchRow(row=2, order=order)
    file = BatchOrder(achievement=achievement, content=FILE, kind="csv")
    correction = Correction(name="Ada Other")
    acts = [
        lambda: award_achievement(order=order, actor=SYSTEM),
        lambda: preview_award(order=order, actor=SYSTEM),
        lambda: award_batch(achievement=achievement, rows=[row], file_sha="0" * 64, actor=SYSTEM),
        lambda: make_batch(order=file, actor=SYSTEM),
        lambda: correct_credential(credential_id=signed.pk, correction=correction, reason="x", actor=SYSTEM),
    ]

    for act in acts:
        with pytest.raises(refusal):
            act()
    assert achievement.versions.get().awards.count() == 1
    assert breaches() == []


@pytest.mark.parametrize(("end", "refusal"), ENDS)
def test_api_refuses_with_the_code(end, refusal):
    achievement = build_achievement()
    _key, secret = build_key(root_of(achievement.organisation), *Scope)
    end(organisation=achievement.organisation, actor=SYSTEM)
    person = {"email": "ada@example.org", "name": "Ada"}
    named = f"{achievement.issuer.slug}/{achievement.slug}"
    headers = {"authorization": f"Bearer {secret}"}

    for address, body in (
        ("/api/v1/awards", {"achievement": named, "recipient": person}),
        ("/api/v1/batches", {"achievement": named, "rows": [{"recipient": person}]}),
    ):
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, refusal.code)


def test_file_that_is_being_accepted_is_ended_with_the_code(monkeypatch):
    achievement = build_achievement()
    batch = make_batch(order=BatchOrder(achievement=achievement, content=FILE, kind="csv"), actor=SYSTEM)

    def stop_now(step, _rows):
        if step == "checked":
            stop_organisation(organisation=achievement.organisation, actor=SYSTEM)

    run_batch(batch_id=batch.pk, progress=stop_now)

    batch = Batch.objects.get(pk=batch.pk)
    assert (batch.state, batch.ended_code) == (BatchState.CANCELLED, "organisation-stopped")
    assert batch.awards.count() == 0
    assert breaches() == []


def test_what_was_accepted_before_waits_while_stopped_and_is_signed_once_it_is_open_again():
    achievement = build_achievement()
    award = award_now(achievement)
    stop_organisation(organisation=achievement.organisation, actor=SYSTEM)
    sign()
    assert fresh(award).state == AwardState.ACCEPTED
    assert breaches() == []

    reopen_organisation(organisation=achievement.organisation, actor=SYSTEM)
    OutboxMessage.objects.update(not_before=timezone.now())
    sign()

    assert fresh(award).credential.document


def test_what_was_accepted_before_goes_its_way_when_closed():
    achievement = build_achievement()
    award = award_now(achievement)
    close_organisation(organisation=achievement.organisation, actor=SYSTEM)

    sign()

    assert fresh(award).credential.document


@pytest.mark.parametrize("end", [stop_organisation, close_organisation])
def test_what_was_awarded_before_can_be_checked_and_revoked(end):
    achievement = build_achievement()
    award = award_now(achievement)
    sign()
    end(organisation=achievement.organisation, actor=SYSTEM)
    before = newest_status_list(award.status_list_id)

    revoke_credential(credential_id=award.pk, reason="A mistake", actor=SYSTEM)
    sign()

    assert newest_status_list(award.status_list_id).version > before.version
    assert breaches() == []


def test_statement_of_a_stopped_organisation_waits():
    case = CASES["request_endorsement"]()
    case.do(SYSTEM)
    statement = SignedDocument.objects.get()
    stop_organisation(organisation=statement.issuer.organisation, actor=SYSTEM)

    with pytest.raises(SigningWaitsError):
        sign_statement(statement.pk)


def test_closed_is_for_good_and_names_who_has_taken_over(client):
    achievement = build_achievement()
    organisation = achievement.organisation
    with pytest.raises(OrderRefusedError) as refused:
        close_organisation(organisation=organisation, successor_url="example", actor=SYSTEM)
    assert [one.place for one in refused.value.refusals] == ["successor_name", "successor_url"]
    assert Organisation.objects.get(pk=organisation.pk).state == "open"

    successor = {"successor_name": "New College", "successor_url": "https://new.example.org/"}
    close_organisation(organisation=organisation, actor=SYSTEM, **successor)

    for act in (stop_organisation, reopen_organisation, close_organisation):
        with pytest.raises(OrganisationClosedError):
            act(organisation=organisation, actor=SYSTEM)
    issuer = achievement.issuer
    line = TrustOrder(did=issuer.did, name={"en": "X"}, vouched_by="M", since=issuer.created_at.date(), source="demo")
    trust_issuer(order=line, actor=SYSTEM)
    page, register = (client.get(f"/issuers/{slug}").content.decode() for slug in (f"{issuer.slug}/", ""))
    assert "Closed: awards nothing new" in page
    assert 'href="https://new.example.org/"' in page
    assert 'href="https://new.example.org/">New College</a>' in register.replace(' rel="noopener noreferrer"', "")


@pytest.mark.parametrize("end", ["stop", "close"])
def test_certificate_tells_that_its_issuer_awards_nothing_new_and_who_took_over(client, end):
    credential = signed_credential()
    address, house = f"/c/{credential.pk}", credential.organisation
    assert "awards nothing new" not in client.get(address).content.decode()

    if end == "stop":
        stop_organisation(organisation=house, actor=SYSTEM)
    else:
        successor = {"successor_name": "New <College>", "successor_url": "https://new.example.org/"}
        close_organisation(organisation=house, actor=SYSTEM, **successor)
    page = client.get(address).content.decode()

    assert 'data-verdict="genuine"' in page, "it is as genuine as before"
    assert ("Stopped: awards nothing new for now" in page) == (end == "stop")
    assert ("Closed: awards nothing new" in page) == (end == "close")
    assert ('<a href="https://new.example.org/" rel="noopener noreferrer">New &lt;College&gt;</a>' in page) == (
        end == "close"
    )


def test_register_shows_the_mark_of_a_stopped_one(client):
    achievement = build_achievement()
    issuer = achievement.issuer
    line = TrustOrder(did=issuer.did, name={"en": "X"}, vouched_by="M", since=issuer.created_at.date(), source="demo")
    trust_issuer(order=line, actor=SYSTEM)
    call_command("organisations", "stop", achievement.organisation.slug)
    call_command("organisations", "stop", achievement.organisation.slug)

    assert "Stopped" in client.get("/issuers/").content.decode()
    assert "Stopped: awards nothing new for now" in client.get(f"/issuers/{achievement.issuer.slug}/").content.decode()
    assert AuditEntry.objects.filter(act="organisation.stopped").count() == 1
