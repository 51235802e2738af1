"""Who may call the API: keys, tokens, OAuth 2 clients; never a secret in the address."""

import base64

import pytest
from allauth.idp.oidc.models import Client as OidcClient
from django.test import Client

from registry.actors import SYSTEM
from registry.models import ApiKey, OAuthClient
from registry.permissions import Scope
from registry.services import revoke_api_key
from tests.integrations.builders import Machine, an_award, build_key, build_tenant
from tests.registry.builders import build_user

pytestmark = pytest.mark.django_db
AWARDS = "/api/v1/awards"


@pytest.fixture
def tenant():
    return build_tenant()


def refused(answer, code):
    return (answer.status_code, answer.json()["code"]) == (401, code) and "Bearer" in answer["WWW-Authenticate"]


def test_call_without_a_key_is_told_to_bring_one():
    assert refused(Machine().get(AWARDS), "authentication-required")


@pytest.mark.parametrize(
    "header",
    ["Bearer tm_unknown", "Bearer", "Bearer ", "Basic dGVzdDp0ZXN0", "tm_unknown", "Bearer x.y.z", "Bearer ü",
     "Bearer " + "a" * 5000, "Bearer \x00"],
)  # fmt: skip
def test_header_that_names_no_live_key_is_refused(header):
    machine = Machine()
    machine.headers = {"Authorization": header}

    assert refused(machine.get(AWARDS), "invalid-key")
    assert refused(machine.get("/api/v1/achievements"), "invalid-key")


def test_revoked_key_is_refused_at_the_next_request(tenant):
    key, secret = build_key(tenant.root)
    machine = Machine(secret)
    assert machine.get(AWARDS).status_code == 200

    revoke_api_key(key=key, actor=SYSTEM)

    assert refused(machine.get(AWARDS), "invalid-key")


def test_only_the_hash_of_a_key_is_kept(tenant):
    key, secret = build_key(tenant.root)

    kept = ApiKey.objects.filter(pk=key.pk).values().get()

    assert secret.startswith("tm_")
    assert not [value for value in kept.values() if secret in str(value) or secret[11:] in str(value)]


@pytest.mark.parametrize("name", ["access_token", "api_key", "key", "token", "q"])
@pytest.mark.parametrize("address", [AWARDS, "/api/v1/achievements"])
def test_live_key_in_the_address_is_refused_with_its_own_code(tenant, name, address):
    secret = build_key(tenant.root)[1]

    assert refused(Machine().get(address, **{name: secret}), "key-in-address")
    assert refused(Machine(secret).get(address, **{name: secret}), "key-in-address")


def test_key_in_the_body_is_no_key(tenant):
    answer = Machine().post(AWARDS, an_award(tenant) | {"access_token": build_key(tenant.root)[1]})

    assert refused(answer, "authentication-required")


def test_session_of_the_operator_is_no_key(tenant):
    client = Client()
    client.force_login(build_user(is_staff=True, is_superuser=True))

    assert refused(client.get(AWARDS), "authentication-required")
    assert refused(client.post(AWARDS, an_award(tenant), content_type="application/json"), "authentication-required")


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("GET", AWARDS, Scope.AWARDS_READ),
        ("POST", AWARDS, Scope.AWARDS_WRITE),
        ("POST", "/api/v1/achievements", Scope.CATALOGUE_WRITE),
        ("POST", "/api/v1/credentials/00000000-0000-4000-8000-000000000000/revoke", Scope.CREDENTIALS_REVOKE),
    ],
)
def test_key_with_every_other_scope_is_refused_and_told_which_is_missing(tenant, method, address, scope):
    others = [other for other in Scope if other != scope]

    answer = Machine(build_key(tenant.root, *others)[1]).send(method, address, {})

    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "scope-required", str(scope))


def build_client(tenant, *scopes):
    client = OidcClient(name="LMS", grant_types="client_credentials", scopes="\n".join(scopes))
    client.set_secret("very-secret")
    client.save()
    OAuthClient.objects.create(client_id=client.id, organisation=tenant.organisation, node=tenant.root)
    return client


def token_for(client, scope):
    basic = base64.b64encode(f"{client.id}:very-secret".encode()).decode()
    body = {"grant_type": "client_credentials", "scope": scope}
    answer = Client().post("/identity/o/api/token", body, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def test_oauth_client_awards_with_a_token_of_the_scope_it_asked_for(tenant):
    client = build_client(tenant, "awards:write", "awards:read")
    machine = Machine(token_for(client, "awards:write"))

    assert machine.post(AWARDS, an_award(tenant)).status_code == 202
    assert machine.get(AWARDS).status_code == 403
    assert machine.post(AWARDS, an_award(build_tenant())).status_code == 404


def test_oauth_client_is_cut_off_at_once_when_its_binding_goes(tenant):
    machine = Machine(token_for(build_client(tenant, "awards:read"), "awards:read"))
    assert machine.get(AWARDS).status_code == 200

    OAuthClient.objects.all().delete()

    assert refused(machine.get(AWARDS), "invalid-key")
