"""Abuse of applying: a queue is not flooded, nobody is written to at will, evidence stays text, others stay unknown."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from issuing.models import Application
from issuing.services import applying, decline_application
from registry.actors import SYSTEM
from registry.models import Throttle, User
from registry.throttle import count_request
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.requests import applicant, ask, open_to_requests
from wallet import request_views

pytestmark = pytest.mark.django_db
SAID = {"name": "Ada Lovelace", "language": "en", "evidence_url": "https://example.org/work"}


def page_of(achievement) -> str:
    return f"/apply/{achievement.issuer.slug}/{achievement.slug}/"


def spend(rate, caller: str) -> None:
    for _time in range(rate.requests):
        count_request(rate=rate, caller=caller, at=timezone.now())


def refused(answer) -> bool:
    return answer.status_code == 422 and bool(problems(answer.content.decode()))


@pytest.mark.parametrize("rate", request_views.OF_NETWORK, ids=lambda rate: rate.name)
def test_one_network_asks_only_so_often_by_however_many_accounts(settings, rate):
    settings.TESTAMUR_MODE = "production"
    achievement = open_to_requests()
    spend(rate, "127.0.0.1/32")

    answer = signed_in(applicant()).post(page_of(achievement), SAID, secure=True)

    assert refused(answer)
    assert "Ada Lovelace" in answer.content.decode()
    assert Application.objects.count() == 0


@pytest.mark.parametrize("address", ["ada@example.org", "ada+2@example.org", "ADA+x+y@Example.org"])
def test_one_mailbox_asks_only_so_often_however_its_addresses_are_tagged(address):
    achievement = open_to_requests()
    spend(request_views.OF_MAILBOX, "ada@example.org")

    assert refused(signed_in(applicant(address)).post(page_of(achievement), SAID))
    assert signed_in(applicant("eve@example.org")).post(page_of(achievement), SAID).status_code == 302
    assert Application.objects.count() == 1
    assert not Throttle.objects.filter(key__contains="example.org").exists()


def test_asking_and_withdrawing_again_and_again_is_counted():
    achievement, user = open_to_requests(), applicant()
    client = signed_in(user)
    spend(_less(request_views.OF_MAILBOX, 2), user.email)
    for _time in range(2):
        client.post(page_of(achievement), SAID)
        made = Application.objects.latest("made_at")
        client.post(f"/account/requests/{made.pk}/withdraw/")

    assert refused(client.post(page_of(achievement), SAID))
    assert Application.objects.count() == 2


def test_one_person_waits_for_so_many_decisions_at_once(monkeypatch):
    monkeypatch.setattr(applying, "MOST_OPEN", 1)
    user = applicant()
    ask(open_to_requests(), user)

    assert refused(signed_in(user).post(page_of(open_to_requests()), SAID))


def test_stranger_has_one_mailbox_written_to_only_so_often():
    achievement = open_to_requests()
    sign_up = f"{page_of(achievement)}account/"
    known = applicant("known@example.org")
    for address in (known.email, "nobody@example.org"):
        mail.outbox.clear()
        pages = [Client().post(sign_up, {"email": address.replace("@", f"+{n}@")}) for n in range(8)]

        assert [one.status_code for one in pages] == [302] * 5 + [200] * 3
        assert len(mail.outbox) == 5
        assert problems(pages[-1].content.decode())


def test_page_for_an_account_does_not_tell_whether_an_address_has_one():
    achievement, known = open_to_requests(), applicant("known@example.org")
    sign_up = f"{page_of(achievement)}account/"
    told = []
    for address in (known.email, "nobody@example.org"):
        client = Client()
        answer = client.post(sign_up, {"email": address})
        page = client.get(answer["Location"]).content.decode()
        told.append(
            (
                answer.status_code,
                answer["Location"],
                re.sub(r"(nonce|value|content)=\"[^\"]*\"", "", page).replace(address, ""),
            )
        )

    assert told[0] == told[1]
    assert User.objects.filter(email="known@example.org").count() == 1


def test_applicant_learns_nothing_of_others():
    achievement, ada, eve = open_to_requests(), applicant("ada@example.org"), applicant("eve@example.org")
    mallory = signed_in(eve)
    before = [_plain(mallory.get(one).content.decode()) for one in (page_of(achievement), "/account/requests/")]
    made = ask(achievement, ada, name="Ada Secret", statement="Mine alone")
    decline_application(application_id=ask(open_to_requests(), ada).pk, reason="No thesis", actor=SYSTEM)

    after = [_plain(mallory.get(one).content.decode()) for one in (page_of(achievement), "/account/requests/")]

    assert before == after
    assert mallory.post(f"/account/requests/{made.pk}/withdraw/").status_code == 404
    house = build_house(achievement=achievement)
    assert mallory.get(f"{house.home}requests/{made.pk}/").status_code == 404
    assert mallory.get(f"{house.home}requests/").status_code == 404
    answer = mallory.post(page_of(achievement), SAID, follow=True).content.decode()
    assert "Ada Secret" not in answer
    assert "ada@example.org" not in answer


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://example.org",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "https://example.org/\r\nSet-Cookie: a=b",
        "https://ada:secret@example.org/",
        "https://" + "a" * 2_100,
    ],
)
def test_evidence_that_is_no_plain_address_of_the_web_is_refused(address):
    achievement = open_to_requests()
    assert refused(signed_in(applicant()).post(page_of(achievement), SAID | {"evidence_url": address}))


def test_evidence_and_words_of_an_applicant_are_text_and_no_file_is_taken():
    achievement, user = open_to_requests(), applicant()
    said = {
        "name": "<script>alert(1)</script>",
        "language": "en",
        "evidence_url": 'https://example.org/?a="><script>alert(2)</script>',
        "evidence_name": "<img src=x onerror=alert(3)>",
        "statement": "</dd><svg onload=alert(4)>" + "x" * 4_000,
    }
    client = signed_in(user)
    assert 'type="file"' not in client.get(page_of(achievement)).content.decode()
    assert client.post(page_of(achievement), said | {"statement": "x" * 5_001}).status_code == 422
    said["evidence_url"] = "https://example.org/work?a=1&b=%22%3E"
    client.post(page_of(achievement), said)

    made, house = Application.objects.get(), build_house(achievement=achievement)
    for page in (house.read(f"{house.home}requests/"), house.read(f"{house.home}requests/{made.pk}/")):
        assert not re.search(r"<script>alert|<img src=x|<svg onload", page)
        assert "&lt;script&gt;alert(1)" in page
    page = house.client.get(f"{house.home}requests/{made.pk}/")
    link = re.search(r'<a href="https://example.org/work[^>]*>', page.content.decode())[0]
    assert "noopener noreferrer nofollow" in link
    assert "script-src" in page["Content-Security-Policy"]
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]


def _less(rate, fewer: int):
    return type(rate)(rate.name, rate.requests - fewer, rate.seconds)


def _plain(page: str) -> str:
    return re.sub(r'(nonce|value|content)="[^"]*"', "", page)
