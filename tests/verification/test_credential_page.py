"""What a certificate's page does: asking about a person, its short number, its cards, its paper, its bearer."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client

from issuing.claim_links import claim_url
from issuing.models import Credential
from issuing.services import revoke_credential
from registry import throttle
from registry.actors import SYSTEM
from registry.models import Visibility
from registry.services import Recipient
from tests.verification.builders import signed_credential
from tests.verification.test_own_page import verdict_on
from tests.verification.test_record import words_of
from verification.selectors import visible_number
from verification.views import credential as page

pytestmark = pytest.mark.django_db
ADA = {"recipient": Recipient(name="Ada Example", email="ada@example.org")}


# -- Is it this person? ----------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["Ada Example", "ada  EXAMPLE", "ada@example.org"])
def test_page_itself_says_yes_about_its_holder(asked):
    credential = signed_credential(stated=ADA)
    # Without cookies and with the checks of cross-site requests on, as a plain browser comes.
    response = Client(enforce_csrf_checks=True).post(f"/c/{credential.pk}", {"holder": asked})

    assert verdict_on(response) == "genuine"
    assert f"Yes: “ {asked} ” belongs to the holder." in words_of(response.content).replace("  ", " ") or "  " in asked
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_page_itself_says_no_about_somebody_else(client):
    response = client.post(f"/c/{signed_credential(stated=ADA).pk}", {"holder": "Eve Example"})

    assert verdict_on(response) == "not-this-holder"
    assert "No: “ Eve Example ” does not belong to the holder." in words_of(response.content)
    assert 'class="verdict care"' in response.content.decode()


def test_question_stands_on_the_page_and_nothing_typed_in_an_address(client):
    credential = signed_credential(stated=ADA)

    content = client.get(f"/c/{credential.pk}").content.decode()

    assert f'method="post" action="/c/{credential.pk}"' in content
    assert "Is it this person?" in content
    assert "does not belong" not in client.get(f"/c/{credential.pk}?holder=Eve").content.decode()


def test_question_about_a_private_one_is_answered_like_one_about_nothing(client):
    credential = signed_credential(visibility=Visibility.PRIVATE, stated=ADA)

    private = client.post(f"/c/{credential.pk}", {"holder": "Ada Example"})
    unknown = client.post(f"/c/{uuid.uuid4()}", {"holder": "Ada Example"})

    assert private.status_code == unknown.status_code == 404
    assert private.content == unknown.content


def test_guessing_names_meets_the_limits_of_the_desk(client, settings, monkeypatch):
    settings.TESTAMUR_MODE = "production"
    monkeypatch.setattr(throttle, "VISITOR_RATE", throttle.Rate("few", requests=2))
    path = f"/c/{signed_credential(stated=ADA).pk}"

    answers = [client.post(path, {"holder": f"Guess {number}"}) for number in range(2)]
    monkeypatch.setattr(page, "gather_own", lambda *_a, **_k: pytest.fail("gathered"))
    answers.append(client.post(path, {"holder": "Guess 2"}))
    desk = client.post("/verify", {"text": "{}"})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "belong to the holder" not in words_of(answers[2].content)
    assert int(answers[2]["Retry-After"]) > 0
    assert desk.status_code == 429


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-origin", 200), ("none", 200)])
def test_a_page_elsewhere_cannot_have_its_readers_ask(client, site, status):
    path = f"/c/{signed_credential(stated=ADA).pk}"

    assert client.post(path, {"holder": "Ada Example"}, headers={"sec-fetch-site": site}).status_code == status


# -- The short number ------------------------------------------------------------------------------------
def short(credential: Credential) -> str:
    return f"{str(credential.pk)[:8]}{str(credential.pk)[9:13]}"


def test_desk_finds_a_certificate_by_the_short_number_of_its_page(client):
    credential = signed_credential()
    page = words_of(client.get(f"/c/{credential.pk}").content)
    number = re.search(r"Number ([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})", page)

    assert number is not None
    assert number[1].replace("-", "") == short(credential)
    assert str(credential.pk) not in page.split("Paper proves nothing")[0]
    for spelling in (number[1], number[1].upper(), number[1].replace("-", " "), short(credential)):
        assert verdict_on(client.post("/verify", {"text": spelling})) == "genuine", spelling


def test_short_number_of_a_private_one_is_as_good_as_none(client):
    credential = signed_credential(visibility=Visibility.PRIVATE)

    private = client.post("/verify", {"text": short(credential)})
    unknown = client.post("/verify", {"text": "0123-4567-89ab"})

    assert private.status_code == unknown.status_code == 404
    assert private.content == unknown.content


def test_short_number_of_two_is_nobodys(client):
    first, second = signed_credential(), signed_credential()
    twin = uuid.UUID(f"{str(first.pk)[:14]}{str(second.pk)[14:]}")
    row = Credential.objects.get(pk=second.pk)
    row.award_id = twin
    row.save(force_insert=True)

    assert visible_number(short(first)) is None
    assert client.post("/verify", {"text": short(first)}).status_code == 404


# -- What others keep ------------------------------------------------------------------------------------
def cards_of(content: bytes) -> str:
    return "\n".join(re.findall(r'<meta (?:property|name)="(?:og|twitter|description)[^>]*>', content.decode()))


def test_cards_stay_true_after_a_revocation(client):
    credential = signed_credential(stated=ADA)
    before = client.get(f"/c/{credential.pk}").content
    revoke_credential(credential_id=credential.pk, reason="clerical error", actor=SYSTEM)
    after = client.get(f"/c/{credential.pk}").content

    assert cards_of(before) == cards_of(after)
    assert "og:title" in cards_of(before)
    assert not re.search("Ada|Genuine and|revoked|awarded", cards_of(before))


@pytest.mark.parametrize("suffix", ["json", "png", "svg"])
def test_what_a_claim_link_opens_is_kept_by_no_cache_and_read_by_no_other_page(client, suffix):
    credential = signed_credential(visibility=Visibility.PRIVATE)
    path = urlsplit(claim_url(credential.pk)).path

    response = client.get(f"{path}/file.{suffix}")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in response
    assert "ETag" not in response
    assert response["Referrer-Policy"] == "no-referrer"


# -- The bearer of the claim link ------------------------------------------------------------------------
def test_bearer_is_told_that_the_link_is_secret_and_which_address_to_show(client):
    credential = signed_credential(stated=ADA)

    page = words_of(client.get(urlsplit(claim_url(credential.pk)).path).content)

    assert "pass the link on to nobody" in page
    assert f"This address is for showing: http://localhost:8000/c/{credential.pk}" in page
    assert "the person who showed it to you" not in page
    assert "Is it this person?" not in page


def test_bearer_of_a_private_one_is_given_no_address_to_show(client):
    credential = signed_credential(visibility=Visibility.PRIVATE, stated=ADA)

    content = client.get(urlsplit(claim_url(credential.pk)).path).content

    assert "Your certificate is private" in words_of(content)
    assert f"/c/{credential.pk}" not in content.decode()


# -- Paper -----------------------------------------------------------------------------------------------
def test_code_to_print_is_the_same_for_every_number_and_says_its_address(client, monkeypatch):
    drawn = []
    monkeypatch.setattr("registry.qr_codes.segno.make", lambda text, **_options: drawn.append(text) or Drawing())
    private, nobody = signed_credential(visibility=Visibility.PRIVATE).pk, uuid.uuid4()

    answers = [client.get(f"/c/{number}.qr.svg") for number in (private, nobody)]

    assert drawn == [f"http://localhost:8000/c/{number}" for number in (private, nobody)]
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


class Drawing:
    """A code that is only looked at by what it was made from."""

    def save(self, picture, **_options: object) -> None:
        picture.write(b"<svg/>")


def test_code_is_a_picture(client):
    response = client.get(f"/c/{signed_credential().pk}.qr.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert b"<path" in response.content


# -- Words -----------------------------------------------------------------------------------------------
def test_page_that_is_the_check_does_not_offer_to_check_yourself(client):
    page = words_of(client.get(f"/c/{signed_credential().pk}").content)

    assert "Check a file yourself" not in page
    assert "What can be earned here" not in page
