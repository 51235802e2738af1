"""Applying: the page that a link opens, an account on the way, what somebody has asked for, and how often one may ask."""

import re

import pytest
from django.core import mail
from django.test import Client

from catalogue.models import Achievement
from issuing.models import Application, ApplicationState
from issuing.services import decline_application
from registry.actors import SYSTEM
from registry.models import User
from tests.console.houses import problems, signed_in
from tests.issuing.builders import build_achievement
from tests.issuing.requests import applicant, ask, open_to_requests

pytestmark = pytest.mark.django_db
SAID = {"name": "Ada Lovelace", "language": "en", "evidence_url": "https://example.org/work"}


def page_of(achievement: Achievement) -> str:
    return f"/apply/{achievement.issuer.slug}/{achievement.slug}/"


def test_stranger_reads_what_is_asked_and_makes_an_account_on_the_way(client):
    achievement = open_to_requests()

    page = client.get(page_of(achievement)).content.decode()
    assert "Apply for Data Basics" in page
    sign_up = re.search(r'href="(/apply/[^"]+/account/)"', page)[1]
    form = client.get(sign_up).content.decode()
    assert f'action="{sign_up}"' in form
    client.post(sign_up, {"email": "new@example.org"})
    code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))[0]
    landed = client.post("/account/confirm-email/", {"code": code})

    assert landed["Location"] == page_of(achievement)
    assert "new@example.org" in client.get(page_of(achievement)).content.decode()
    client.post(page_of(achievement), SAID)
    made = Application.objects.get()
    assert (made.user.email, made.name) == ("new@example.org", "Ada Lovelace")


def test_account_is_made_only_by_the_page_of_what_can_be_applied_for(client):
    closed = build_achievement()
    assert client.get(f"{page_of(closed)}account/").status_code == 302
    client.post(f"{page_of(closed)}account/", {"email": "new@example.org"})
    assert not User.objects.filter(email="new@example.org").exists()
    assert client.get("/apply/nobody/nothing/account/").status_code == 404


def test_nothing_is_taken_where_nobody_may_apply():
    achievement = build_achievement()
    client = signed_in(applicant())

    assert "Nobody can apply for this at the moment" in client.get(page_of(achievement)).content.decode()
    assert client.post(page_of(achievement), SAID).status_code == 409
    assert Client().post(page_of(open_to_requests()), SAID).status_code == 403
    assert client.get("/apply/nobody/nothing/").status_code == 404
    assert Application.objects.count() == 0


def test_every_fault_is_told_at_once_and_nothing_typed_is_lost():
    achievement = open_to_requests(evidence_required=True)
    client = signed_in(applicant())

    answer = client.post(page_of(achievement), {"name": "", "language": "en", "statement": "All of it"})

    assert answer.status_code == 422
    told = problems(answer.content.decode())
    assert len(told) == 2
    assert "All of it" in answer.content.decode()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "my thesis"])
def test_evidence_is_an_address_of_the_web(address):
    achievement = open_to_requests()
    client = signed_in(applicant())
    assert client.post(page_of(achievement), SAID | {"evidence_url": address}).status_code == 422
    assert Application.objects.count() == 0


def test_twice_sent_is_one_request_and_its_own_page_tells_of_it():
    achievement = open_to_requests()
    client = signed_in(applicant())
    for _time in range(2):
        answer = client.post(page_of(achievement), SAID, follow=True)

    assert Application.objects.count() == 1
    assert "You have applied for this already" in answer.content.decode()
    assert "You applied for it on" in client.get(page_of(achievement)).content.decode()


def test_applicant_sees_what_was_decided_and_withdraws_what_is_open():
    user, other = applicant(), applicant()
    made, refused = ask(open_to_requests(), user), ask(open_to_requests(), user)
    decline_application(application_id=refused.pk, reason="The thesis is missing.", actor=SYSTEM)
    client = signed_in(user)

    page = client.get("/account/requests/").content.decode()
    assert "The thesis is missing." in page
    assert page.count("Withdraw it") == 1
    assert signed_in(other).post(f"/account/requests/{made.pk}/withdraw/").status_code == 404
    client.post(f"/account/requests/{made.pk}/withdraw/")

    made.refresh_from_db()
    assert made.state == ApplicationState.WITHDRAWN
    assert "The thesis is missing." not in signed_in(other).get("/account/requests/").content.decode()
    said = client.post(f"/account/requests/{refused.pk}/withdraw/", follow=True).content.decode()
    assert "not open any more" in said
