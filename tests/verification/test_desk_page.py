"""The checking desk's page: the form, what it forgives, and what it says where there is nothing to check."""

from __future__ import annotations

import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from credentials.strict_json import compact_json
from registry import throttle
from tests.verification.builders import signed_credential
from tests.verification.test_desk import signed_badge
from verification.views import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def test_the_form_asks_whose_it_is_and_tells(client: Client):
    credential = signed_credential()
    form = client.get("/verify").content.decode()
    assert 'name="holder"' in form

    said = [
        client.post("/verify", {"text": credential.document, "holder": name}).content.decode()
        for name in (json.loads(credential.award.facts)["holder_name"], "Charles Babbage")
    ]
    assert ["Do not take it as the certificate of the person you named" in page for page in said] == [False, True]
    assert ["Genuine, but not awarded to the person you named" in page for page in said] == [False, True]
    assert ['class="verdict ok"' in page for page in said] == [True, False], "green says yes, whatever the words"
    again = client.post("/verify", {"text": "", "holder": "<Ada>"}).content.decode()
    assert 'value="&lt;Ada&gt;"' in again, "what was typed stays"


# -- The page -------------------------------------------------------------------------------------------
def verdict_on(response) -> str:
    return response.content.decode().split('data-verdict="')[1].split('"')[0]


def test_the_form_takes_text_and_file_and_an_address(client: Client, key):
    text = compact_json(signed_badge(key))
    upload = SimpleUploadedFile("badge.json", text.encode())

    assert client.get("/verify").status_code == 200
    assert verdict_on(client.post("/verify", {"text": text})) == "issuer-not-known"
    assert verdict_on(client.post("/verify", {"file": upload})) == "issuer-not-known"
    credential = signed_credential()
    assert verdict_on(client.get("/verify", {"url": f"http://localhost:8000/c/{credential.pk}"})) == "genuine"
    assert client.get("/verify", {"url": str(uuid.uuid4())}).status_code == 404


def test_a_form_of_another_site_is_refused():
    assert Client(enforce_csrf_checks=True).post("/verify", {"text": "x"}).status_code == 403


def test_nothing_given_and_too_much_given_are_told_on_the_form(client):
    assert client.post("/verify", {}).status_code == 422
    large = SimpleUploadedFile("x.json", b"{" + b" " * (5 * 1024 * 1024) + b"}")
    assert client.post("/verify", {"file": large}).status_code == 413


NO_INPUT = [
    "hello",
    '"x"',
    "a.b.c",
    "<html></html>",
    "https://",
    "ftp://x",
    "\x00",
    "💥",
    "hello world",
    "5d4eb3b2-08c1-4ee1",
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("text", NO_INPUT)
def test_what_is_nothing_is_told_above_the_kept_form_and_gets_no_verdict(client, text, language):
    response = client.post("/verify", {"text": text, "holder": "Ada"}, headers={"accept-language": language})
    content = response.content.decode()

    assert response.status_code == 422
    assert "data-verdict" not in content
    assert ("This is no link" if language == "en" else "Das ist kein Link") in content
    assert f">\n{escape(text)}</textarea>" in content.replace("\r\n", "\n")
    assert 'value="Ada"' in content


def test_a_claim_link_is_told_for_what_it_is_and_whose(client):
    answers = [
        client.post("/verify", {"text": "http://localhost:8000/claim/abcdef"}),
        client.get("/verify", {"url": "http://localhost:8000/claim/abcdef"}),
    ]

    for answer in answers:
        content = answer.content.decode()
        assert "data-verdict" not in content
        assert "It belongs to that person alone" in content


def test_given_a_file_and_a_text_neither_is_ignored(client, key):
    text = compact_json(signed_badge(key))
    both = {"file": SimpleUploadedFile("badge.json", text.encode()), "text": "https://a.example/"}
    answer = client.post("/verify", both)

    assert (answer.status_code, "data-verdict" in answer.content.decode()) == (422, False)
    assert "https://a.example/</textarea>" in answer.content.decode()


def test_a_link_of_others_fills_the_form_and_fetches_nothing(client, monkeypatch):
    monkeypatch.setattr("verification.resolve.source.safe_fetch", lambda *_a, **_k: pytest.fail("fetched"))
    answer = client.get("/verify", {"url": "https://elsewhere.example/c/1"})

    assert answer.status_code == 200
    assert "data-verdict" not in answer.content.decode()
    assert "https://elsewhere.example/c/1</textarea>" in answer.content.decode()


@pytest.mark.parametrize("text", ["{", "[]", "{}", "%PDF-1.7"])
def test_what_is_no_certificate_gets_a_page_that_says_what_to_do(client, text):
    response = client.post("/verify", {"text": text})

    assert response.status_code == 200
    assert verdict_on(response) in ("malformed", "could-not-confirm")
    assert "What to do:" in response.content.decode()


@pytest.mark.parametrize("member", ["awardedDate", "validFrom", "validUntil"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_utc_has_no_date_for_gets_its_page(client, key, member, moment):
    dates = {"validFrom": "0001-01-01T00:00:00+14:00"} if member == "validUntil" else {}
    document = signed_badge(key, **(dates | {member: moment}))

    assert client.post("/verify", {"text": compact_json(document)}).status_code == 200


def test_hostile_words_stay_words(client, key):
    name = '<script>alert(1)</script>"onerror=x'
    document = signed_badge(key, name=name)
    content = client.post("/verify", {"text": compact_json(document)}).content.decode()

    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content


def test_the_form_may_be_sent_by_a_browser(client):
    """Under "no-referrer" a browser sends a form with the origin "null", which is refused as another site's."""
    for response in (client.get("/verify"), client.post("/verify", {})):
        assert response["Referrer-Policy"] == "same-origin"


def test_who_is_beyond_the_limit_has_nothing_read(client, settings, monkeypatch):
    settings.TESTAMUR_MODE = "production"
    monkeypatch.setattr(throttle, "VISITOR_RATE", throttle.Rate("none", requests=0))
    monkeypatch.setattr(desk, "understand", lambda *_a: pytest.fail("read"))

    assert client.post("/verify", {"text": "{}"}).status_code == 429


@pytest.mark.parametrize(("length", "status"), [(2_000, 200), (2_001, 414)])
def test_a_link_brings_an_address_and_no_document(client, length, status):
    start = "https://example.com/"

    assert client.get("/verify", {"url": start + "a" * (length - len(start))}).status_code == status
