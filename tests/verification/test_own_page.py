"""The page of our own credential: verified anew from the stored bytes and from all that can change."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalogue.models import Achievement, StoredImage
from credentials.baking import extract_png, extract_svg
from issuing.claim_links import claim_url
from issuing.models import Credential
from issuing.services import reinstate_credential, revoke_credential, supersede_credential, suspend_credential
from registry.actors import SYSTEM
from registry.models import OutboxMessage
from registry.services import Recipient
from tests.issuing.builders import build_order, drain_all, signing_here
from tests.verification.builders import signed_credential, vouch_for
from verification.checks import Verdict
from verification.isolated import no_waiting
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db


def verdict_on(response) -> str:
    return response.content.decode().split('data-verdict="')[1].split('"')[0]


def test_the_page_of_a_good_credential_is_genuine(client: Client):
    credential = signed_credential()

    response = client.get(f"/c/{credential.pk}")

    assert response.status_code == 200
    assert verdict_on(response) == "genuine"


def test_picture_is_told_by_what_its_issuer_says_that_it_shows(client: Client):
    credential = signed_credential(image_alt={"en": "A wave of data"})

    assert 'alt="A wave of data"' in client.get(f"/c/{credential.pk}").content.decode()


def page(client: Client, credential: Credential) -> str:
    return verdict_on(client.get(f"/c/{credential.pk}"))


def test_the_page_needs_few_queries_and_no_expansion(client, django_assert_max_num_queries, monkeypatch):
    credential = signed_credential()
    page(client, credential)
    monkeypatch.setattr("verification.isolated.CHILD.ask", lambda *_: pytest.fail("read like a foreign document"))

    with django_assert_max_num_queries(4):
        assert page(client, credential) == "genuine"


def test_the_general_path_says_the_same_without_the_fast_one(client, monkeypatch):
    credential = signed_credential()
    monkeypatch.setattr("verification.resolve.own.shape_holds", lambda *_: False)

    assert page(client, credential) == "genuine"


def test_first_view_without_the_fast_way_is_not_waited_for_where_everybody_would_wait(client, monkeypatch):
    credential = signed_credential()
    monkeypatch.setattr("verification.resolve.own.shape_holds", lambda *_: False)
    with no_waiting() as refused:
        there = client.get(f"/c/{credential.pk}")
    elsewhere = client.get(f"/c/{credential.pk}")

    assert (there.status_code, refused) == (503, ["read"])
    assert verdict_on(elsewhere) == "genuine"


@pytest.mark.parametrize("by_shape", [True, False])
def test_one_changed_character_of_the_stored_text_is_seen_at_once(client, monkeypatch, by_shape):
    credential = signed_credential()
    if not by_shape:
        monkeypatch.setattr("verification.resolve.own.shape_holds", lambda *_: False)
    assert page(client, credential) == "genuine"
    changed = (credential.document or "").replace("Ada Example", "Eda Example", 1)
    Credential.objects.filter(pk=credential.pk).update(document=changed)

    response = client.get(f"/c/{credential.pk}")

    assert verdict_on(response) == "not-genuine"
    assert "changed since" in response.content.decode()


def test_every_sampled_character_of_the_stored_text_counts(client):
    credential = signed_credential()
    text = credential.document or ""
    for place in range(3, len(text), len(text) // 25):
        letter = "x" if text[place] != "x" else "y"
        Credential.objects.filter(pk=credential.pk).update(document=text[:place] + letter + text[place + 1 :])
        assert page(client, credential) == "not-genuine", text[place - 20 : place + 20]


def test_without_a_published_list_it_could_not_be_confirmed(client):
    credential = signed_credential()
    assert page(client, credential) == "genuine"
    delete_rows("issuing_publishedstatuslist")

    assert page(client, credential) == "could-not-confirm"


def delete_rows(table: str) -> None:
    """Delete by SQL, past triggers that refuse it to everybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_revocation_shows_at_once_with_its_reason(client):
    credential = signed_credential()
    assert page(client, credential) == "genuine"
    revoke_credential(credential_id=credential.pk, reason="clerical error", actor=SYSTEM)

    response = client.get(f"/c/{credential.pk}")

    assert verdict_on(response) == "revoked"
    assert "clerical error" in response.content.decode()


def test_a_suspension_comes_and_goes(client):
    credential = signed_credential(suspendable=True)
    assert page(client, credential) == "genuine"
    suspend_credential(credential_id=credential.pk, reason="being looked into", actor=SYSTEM)
    with signing_here():
        drain_all()
    assert page(client, credential) == "suspended"
    reinstate_credential(credential_id=credential.pk, reason="cleared up", actor=SYSTEM)

    assert page(client, credential) == "genuine"


def test_a_corrected_credential_shows_only_the_way_to_the_new_one(client):
    credential = signed_credential()
    achievement = Achievement.objects.select_related("issuer__node", "issuer__organisation", "organisation").get()
    correction = build_order(achievement, recipient=Recipient(name="Ada Lovelace", email="ada@example.org"))
    supersede_credential(credential_id=credential.pk, order=correction, reason="name", actor=SYSTEM)
    with signing_here():
        drain_all()
    newer = Credential.objects.exclude(pk=credential.pk).get()

    response = client.get(f"/c/{credential.pk}")
    content = response.content.decode()

    assert verdict_on(response) == "superseded"
    assert "Ada Example" not in content
    assert f"/c/{newer.pk}" in content
    assert client.get(f"/c/{credential.pk}.json").status_code == 410
    assert page(client, newer) == "genuine"
    guessed = client.post("/verify", {"text": f"http://localhost:8000/c/{credential.pk}", "holder": "Ada Example"})
    assert verdict_on(guessed) == "superseded"
    assert 'data-outcome="passed"' in guessed.content.decode()
    assert guessed.content.decode().count('data-outcome="not_applicable"') >= 3, "the old name cannot be guessed"


def test_an_expired_one_and_one_of_an_unknown_issuer(client):
    credential = signed_credential(trusted=False)
    assert page(client, credential) == "issuer-not-known"
    vouch_for(credential.key.issuer.did, since=dt.date(2999, 1, 1))
    assert page(client, credential) == "issuer-not-known"

    tomorrow = timezone.now() + dt.timedelta(days=1)
    ending = signed_credential(stated={"valid_until": tomorrow})
    assert page(client, ending) == "genuine"
    with time_machine.travel(tomorrow + dt.timedelta(days=1), tick=False):
        assert page(client, ending) == "expired"


def test_an_erased_one_is_gone(client):
    credential = signed_credential()
    Credential.objects.filter(pk=credential.pk).update(document=None, erased_at=timezone.now())

    response = client.get(f"/c/{credential.pk}")

    assert response.status_code == 410
    assert verdict_on(response) == "erased"
    assert client.get(f"/c/{credential.pk}.json").status_code == 410
    assert "Ada" not in response.content.decode()


# -- Private, and other forms --------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", ["", ".json", ".jwt", ".png", ".svg", ".pdf", ".ob2.json"])
def test_private_and_unknown_answer_alike_byte_for_byte(client, suffix):
    credential = signed_credential(visibility="private")

    private = client.get(f"/c/{credential.pk}{suffix}")
    unknown = client.get(f"/c/{uuid.uuid4()}{suffix}")

    assert private.status_code == unknown.status_code == 404
    assert private.content == unknown.content
    assert dict(private.headers) == dict(unknown.headers)


def test_the_signed_text_is_served_as_stored(client):
    credential = signed_credential()
    response = client.get(f"/c/{credential.pk}.json")

    assert response.content.decode() == credential.document
    assert response["Content-Type"] == "application/vc"
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/c/{credential.pk}.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert client.head(f"/c/{credential.pk}.json").status_code == 200


@pytest.mark.parametrize("suffix", ["pdf", "ob2.json"])
def test_a_format_of_later_is_refused_with_words(client, suffix):
    response = client.get(f"/c/{signed_credential().pk}.{suffix}")

    assert response.status_code == 406
    assert "later" in response.content.decode()


def test_the_badge_carries_the_credential(client):
    credential = signed_credential()
    png, svg = client.get(f"/c/{credential.pk}.png"), client.get(f"/c/{credential.pk}.svg")

    assert extract_png(png.content) == credential.document
    assert extract_svg(svg.content) == credential.document
    assert "attachment" in svg["Content-Disposition"]
    assert "sandbox" in svg["Content-Security-Policy"]


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_badge_that_there_is_not_is_refused_as_the_reference_says(client, suffix):
    credential = signed_credential()
    StoredImage.objects.all().delete()

    answer = client.get(f"/c/{credential.pk}.{suffix}")

    assert (answer.status_code, "badge" in answer.content.decode()) == (406, True)


def test_a_token_that_no_worker_makes_is_told_to_come_back_for(client, monkeypatch):
    monkeypatch.setattr("verification.wrappings.WAIT_SECONDS", 0.1)
    credential = signed_credential()
    for answer in (client.get(f"/c/{credential.pk}.jwt"), client.get(f"/c/{credential.pk}.jwt")):
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")
        assert (answer["Content-Type"], answer.json()["code"]) == ("application/problem+json", "still-made")
    assert OutboxMessage.objects.filter(topic="document.requested", done_at=None).count() == 1
    with signing_here():
        drain_all()

    response = client.get(f"/c/{credential.pk}.jwt")

    assert response.status_code == 200
    assert verify_source(response.content, at=timezone.now()).verdict is Verdict.GENUINE


def test_the_page_keeps_to_itself(client):
    credential = signed_credential()
    response = client.get(f"/c/{credential.pk}")
    content = response.content.decode()

    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "'unsafe" not in response["Content-Security-Policy"]
    assert 'property="og:image"' in content
    assert 'name="robots" content="noindex"' in content
    assert not re.search(r'(src|href)="(https?:)?//(?!localhost)[^"]*"[^>]*rel="stylesheet"', content)
    assert "<script" not in content


def test_the_claim_link_opens_a_private_one_for_its_bearer(client):
    credential = signed_credential(visibility="private")
    address = urlsplit(claim_url(credential.pk)).path

    assert page(client, credential) == "private-or-unknown"
    assert verdict_on(client.get(address)) == "genuine"
    assert client.get(f"{address}x").status_code == 404
    assert client.get("/claim/rubbish").content == client.get(f"/c/{uuid.uuid4()}").content


# -- What strangers verify by ---------------------------------------------------------------------------
def test_status_list_and_did_documents_are_public(client):
    credential = signed_credential(visibility="private")
    entry = json.loads(credential.document or "")["credentialStatus"]
    status = client.get(urlsplit(entry["statusListCredential"]).path)
    did = client.get(f"/issuers/{credential.key.issuer.slug}/did.json")

    assert status["Content-Type"] == "application/vc"
    assert status["Cache-Control"] == "public, max-age=60"
    assert client.get(status.request["PATH_INFO"], headers={"If-None-Match": status["ETag"]}).status_code == 304
    assert json.loads(did.content)["id"] == credential.key.issuer.did
    assert did["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/status/{uuid.uuid4()}").status_code == 404
    assert client.get("/issuers/nobody/did.json").status_code == 404


@pytest.mark.parametrize("changed", ["{", "", "not JSON", '{"a": 1}', "[]", "\ufffd"])
def test_a_stored_text_that_is_no_credential_any_more_was_changed(client, changed):
    credential = signed_credential()
    Credential.objects.filter(pk=credential.pk).update(document=changed)

    response = client.get(f"/c/{credential.pk}")

    assert response.status_code == 200
    assert verdict_on(response) == "not-genuine"
