"""The start page: its sample certificate is a real one, checked now, and nobody's but a sample organisation's."""

import pytest

from issuing.services import revoke_credential
from registry.actors import SYSTEM
from registry.models import Organisation
from tests.verification.builders import signed_credential

pytestmark = pytest.mark.django_db


def start_page(client):
    return client.get("/").content.decode()


def sample(**options):
    credential = signed_credential(**options)
    Organisation.objects.update(is_sample=True)
    return credential


def test_the_start_page_leads_to_a_sample_certificate_and_says_what_it_is(client):
    credential = sample()

    page = start_page(client)

    assert f'href="/c/{credential.pk}"' in page
    assert "Genuine and current" in page
    assert "Sample - not issued by this institution" in page


def test_a_real_certificate_is_nobodys_specimen(client):
    credential = signed_credential()

    page = start_page(client)

    assert str(credential.pk) not in page
    assert 'class="specimen part alone"' in page


@pytest.mark.parametrize("options", [{"visibility": "private"}, {"trusted": False}])
def test_what_a_stranger_may_not_see_or_rely_on_is_no_specimen(client, options):
    credential = sample(**options)

    assert str(credential.pk) not in start_page(client)


def test_a_revoked_sample_is_never_shown_as_current(client):
    credential = sample()
    revoke_credential(credential_id=credential.pk, reason="It was a mistake.", actor=SYSTEM)

    assert "Genuine and current" not in start_page(client)
