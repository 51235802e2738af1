"""Identity providers by the operator's pages."""

import pytest

from registry.models import AuditEntry, IdentityProvider
from registry.sign_in_providers import secret_of
from tests.console.houses import problems, signed_in
from tests.registry.builders import build_organisation, build_user
from tests.registry.saml_house import make_key

pytestmark = pytest.mark.django_db
OPENID = {
    "name": "Uni Beispiel", "slug": "uni", "address": "https://idp.uni.example", "client_id": "here",
    "secret": "a long secret", "email_domains": "Uni.example, alumni.uni.example", "is_only_way": "on", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def operator():
    return signed_in(build_user(is_staff=True, is_superuser=True))


def test_operator_enters_a_provider_and_the_page_of_signing_in_shows_it(operator, client):
    house = build_organisation()
    rules = f"affiliation | staff@uni.example | {house.slug} | awarder"

    answer = operator.post("/operator/sign-in/new/openid/", OPENID | {"role_rules": rules}, follow=True)

    row = IdentityProvider.objects.get()
    assert "Saved." in answer.content.decode()
    assert (row.email_domains, row.role_rules[0]["role"]) == (["uni.example", "alumni.uni.example"], "awarder")
    assert "a long secret" not in row.secret_sealed
    assert secret_of(row) == "a long secret"
    assert AuditEntry.objects.get(act="identity_provider.entered").object_id == str(row.pk)
    assert "Sign in at Uni Beispiel" in client.get("/account/login/").content.decode()
    page = operator.get(f"/operator/sign-in/{row.pk}/").content.decode()
    assert rules in page
    assert "a long secret" not in page
    assert "/account/provider/uni/callback/" in page


def test_changing_keeps_the_secret_and_switching_off_takes_the_button(operator, client):
    operator.post("/operator/sign-in/new/openid/", OPENID)
    row = IdentityProvider.objects.get()

    operator.post(f"/operator/sign-in/{row.pk}/", OPENID | {"secret": "", "name": "Another name", "is_active": ""})

    row.refresh_from_db()
    assert (row.name, row.is_active, secret_of(row)) == ("Another name", False, "a long secret")
    assert "Sign in at" not in client.get("/account/login/").content.decode()
    assert AuditEntry.objects.filter(act="identity_provider.changed").count() == 1


def test_saml_provider_is_entered_with_its_certificate(operator, tmp_path):
    sent = {"name": "HS", "slug": "hs", "address": "https://idp.hs.example/sso", "entity_id": "https://idp.hs.example"}

    operator.post("/operator/sign-in/new/saml/", sent | {"certificate": make_key(tmp_path), "is_active": "on"})

    row = IdentityProvider.objects.get()
    assert (row.kind, row.is_only_way) == ("saml", False)
    page = operator.get(f"/account/provider/{row.slug}/metadata/").content.decode()
    assert "/account/provider/hs/acs/" in page


@pytest.mark.parametrize(
    ("kind", "sent", "count"),
    [
        ("openid", {}, 5),
        ("openid", OPENID | {"address": "http://idp.uni.example"}, 1),
        ("openid", OPENID | {"slug": "cancelled"}, 1),
        ("openid", OPENID | {"role_rules": "a | b"}, 1),
        ("openid", OPENID | {"role_rules": "a | b | nowhere | awarder"}, 1),
        ("openid", OPENID | {"role_rules": "a | b | nowhere | owner"}, 1),
        ("saml", {"name": "HS", "slug": "hs", "address": "https://idp.hs.example/", "certificate": "x"}, 2),
    ],
)
def test_every_fault_is_told_at_once_beside_its_field(operator, kind, sent, count):
    answer = operator.post(f"/operator/sign-in/new/{kind}/", sent)

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == count, problems(answer.content.decode())
    assert not IdentityProvider.objects.exists()


def test_short_name_is_taken_once(operator, settings):
    operator.post("/operator/sign-in/new/openid/", OPENID)
    settings.SIGN_IN_PROVIDERS = [{"slug": "other", "kind": "saml", "name": "x", "address": "https://x.example"}]

    for slug in ("uni", "other"):
        assert operator.post("/operator/sign-in/new/openid/", OPENID | {"slug": slug}).status_code == 422


@pytest.mark.parametrize("address", ["", "new/openid/"])
def test_nobody_else_sees_them(address):
    assert signed_in(build_user()).get(f"/operator/sign-in/{address}").status_code == 403


def test_provider_of_the_settings_is_used_like_any_other(client, settings):
    told = {"slug": "uni", "kind": "openid_connect", "name": "Uni aus der Datei", "address": "https://idp.example"}
    settings.SIGN_IN_PROVIDERS = [told | {"client_id": "x", "secret": "y"}]

    assert "Sign in at Uni aus der Datei" in client.get("/account/login/").content.decode()
