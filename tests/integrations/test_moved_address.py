"""After a start under another address: links open here, ids stay what they were."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from issuing.delivery.sending import send_waiting
from registry.permissions import Scope
from registry.selectors import canonical_base_url
from registry.services import create_api_key, register_host
from tests.integrations.builders import SYSTEM
from tests.registry.builders import root_of
from tests.verification.builders import another_of, document_of, signed_credential

pytestmark = pytest.mark.django_db
HERE = "http://localhost:8111"


@pytest.fixture(autouse=True)
def _mails_in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def moved(settings, before):
    settings.PUBLIC_URL = HERE
    register_host(base_url=HERE, actor=SYSTEM)
    return before


def test_the_link_of_a_mail_opens_here_and_the_id_keeps_the_first_address(settings, client: Client):
    credential = moved(settings, signed_credential())

    send_waiting(worker="w", until=timezone.now() + dt.timedelta(seconds=5))

    (message,) = mail.outbox
    html, _type = message.alternatives[0]
    links = re.findall(r"https?://[^\s\"<>]+/claim/[\w-]+", f"{message.body} {html}")
    assert len(links) >= 2
    assert {link.partition("/claim/")[0] for link in links} == {HERE}
    assert client.get(urlsplit(links[0]).path, follow=True).status_code == 200
    assert document_of(credential)["id"] == f"http://localhost:8000/c/{credential.pk}"
    assert document_of(credential)["issuer"]["id"].startswith("did:web:localhost%3A8000:")
    assert canonical_base_url() == "http://localhost:8000"


def test_the_next_page_of_the_api_opens_here(settings):
    credential = moved(settings, signed_credential())
    another = another_of(credential)
    _key, secret = create_api_key(
        node=root_of(credential.organisation), name="LMS", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )
    machine = Client(headers={"authorization": f"Bearer {secret}"})

    first = machine.get("/api/v1/awards?page_size=1").json()

    assert first["next"].startswith(f"{HERE}/api/v1/awards?")
    second = machine.get(first["next"].removeprefix(HERE)).json()
    shown = [row["credential"] for row in (*first["results"], *second["results"])]
    assert sorted(shown) == sorted(f"http://localhost:8000/c/{one}" for one in (credential.pk, another.pk))


def test_what_was_issued_under_the_first_address_is_still_genuine(settings, client: Client):
    credential = moved(settings, signed_credential())

    for asked in (f"/c/{credential.pk}", f"/verify?url=http://localhost:8000/c/{credential.pk}"):
        assert 'data-verdict="genuine"' in client.get(asked, follow=True).content.decode()
