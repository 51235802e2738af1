"""A recognised issuer's certificate says whom to ask; nobody else's address is put into our words."""

import pytest

from registry.models import IssuerProfile
from tests.verification.builders import signed_credential
from verification.pages import _contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def reachable(monkeypatch):
    """Let every issuer that is made state an address."""
    created = IssuerProfile.objects.create
    monkeypatch.setattr(
        IssuerProfile.objects, "create", lambda **fields: created(**fields | {"email": "ask@college.example"})
    )


def test_the_page_of_a_recognised_issuer_says_whom_to_ask(client, reachable):
    credential = signed_credential()

    assert 'href="mailto:ask@college.example"' in client.get(f"/c/{credential.pk}").content.decode()


def test_the_address_of_an_issuer_that_nobody_vouches_for_is_not_offered(client, reachable):
    credential = signed_credential(trusted=False)

    assert "mailto:" not in client.get(f"/c/{credential.pk}").content.decode()


@pytest.mark.parametrize(
    "issuer",
    ["did:web:x", {}, {"email": 1}, {"email": "a@b?bcc=c@d"}, {"email": "javascript:alert(1)"}, {"email": "a b@c"}],
)
def test_what_is_no_plain_address_is_none(issuer):
    assert _contact({"issuer": issuer}) == ""
