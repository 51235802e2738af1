"""The token address: for client credentials, and nothing else of an identity server (finding L8)."""

import base64

import pytest
from allauth.idp.oidc.models import Client as OidcClient
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from integrations.oauth import WRONG_SECRETS
from registry.models import OAuthClient
from tests.integrations.builders import build_tenant
from tests.integrations.test_authentication import build_client

pytestmark = pytest.mark.django_db
TOKEN = "/identity/o/api/token"


@pytest.fixture
def machine():
    return build_client(build_tenant(), "awards:read")


def asked(machine: OidcClient, secret: str = "very-secret", grant: str = "client_credentials", **more: str):
    basic = base64.b64encode(f"{machine.id}:{secret}".encode()).decode()
    body = {"grant_type": grant, "scope": "awards:read"}
    return Client(**more).post(TOKEN, body, headers={"Authorization": f"Basic {basic}"})


def test_answer_with_a_token_is_kept_by_nobody(machine):
    answer = asked(machine)

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_last_use_of_a_client_is_noted(machine):
    bound, token = OAuthClient.objects.filter(client_id=machine.id), asked(machine).json()["access_token"]
    before = bound.get().last_used_at

    answer = Client().get("/api/v1/awards", headers={"Authorization": f"Bearer {token}"})

    assert (before, answer.status_code) == (None, 200)
    assert bound.get().last_used_at is not None


@pytest.mark.parametrize(
    "grant", ["", "authorization_code", "password", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
)
def test_other_grants_are_refused_even_where_a_client_has_them(machine, grant):
    machine.set_grant_types(["client_credentials", "authorization_code", "refresh_token"])
    machine.save()

    answer = asked(machine, grant=grant)

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


def test_guesser_of_secrets_is_stopped_and_nobody_else(machine):
    for number in range(WRONG_SECRETS.requests):
        assert asked(machine, f"guess {number}").status_code == 401

    stopped = asked(machine)

    assert stopped.status_code == 429
    assert 0 < int(stopped["Retry-After"]) <= 300
    assert asked(machine, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert asked(machine, REMOTE_ADDR="127.0.0.1").status_code == 429


def test_right_secrets_use_nothing_up(machine):
    answers = {asked(machine).status_code for _ in range(WRONG_SECRETS.requests + 2)}

    assert answers == {200}


def test_guesser_of_a_whole_ipv6_network_is_one_visitor(machine):
    for number in range(WRONG_SECRETS.requests):
        asked(machine, "wrong", REMOTE_ADDR=f"2001:db8::{number:x}")

    assert asked(machine, REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_looking_at_the_address_is_refused(client):
    assert client.get(TOKEN).status_code == 405


@pytest.mark.parametrize("end", ["ended", "revoked", "of nobody"])
def test_client_that_is_over_gets_no_token_and_its_old_ones_stop(machine, end):
    old = asked(machine).json()["access_token"]
    bound = OAuthClient.objects.filter(client_id=machine.id)
    if end == "ended":
        bound.update(expires_at=timezone.now())
    elif end == "revoked":
        bound.update(revoked_at=timezone.now())
    else:
        bound.delete()

    answer = asked(machine)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["Cache-Control"] == "no-store"
    assert Token.objects.filter(client_id=machine.id).count() == 1, "nothing is kept of what was not given"
    assert Client().get("/api/v1/awards", headers={"Authorization": f"Bearer {old}"}).status_code == 401
