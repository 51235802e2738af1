"""Identity providers by the operator's pages."""

import pytest
from allauth.socialaccount.models import SocialAccount

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


def people_page(operator, **fields):
    operator.post("/operator/sign-in/new/openid/", OPENID | fields)
    row = IdentityProvider.objects.get()
    assert f"/operator/sign-in/{row.pk}/people/" in operator.get(f"/operator/sign-in/{row.pk}/").content.decode()
    return f"/operator/sign-in/{row.pk}/people/"


def test_people_are_linked_before_they_come_and_a_link_is_taken_away(operator):
    page, known = people_page(operator, scope="uni.example"), build_user()
    lines = f"ana@uni.example | {known.email}\n\nbob@uni.example|Bob@Uni.example\n"

    told = [operator.post(page, {"people": lines}, follow=True).content.decode() for _time in range(2)]

    assert "2 people are linked." in told[0]
    assert "All of them were linked already." in told[1]
    links = SocialAccount.objects.order_by("uid").values_list("uid", "user__email")
    assert list(links) == [("ana@uni.example", known.email), ("bob@uni.example", "bob@uni.example")]
    operator.post(page, {"away": "1", "identifier": " Bob@uni.example "})
    assert SocialAccount.objects.get().uid == "ana@uni.example"
    again = operator.post(page, {"away": "1", "identifier": "bob@uni.example"})
    assert "No account is linked with this identifier" in problems(again.content.decode())[0]


def test_every_fault_of_a_line_is_told_with_its_number_and_nothing_is_linked(operator):
    page, linked, other = people_page(operator, scope="uni.example"), build_user(), build_user()
    SocialAccount.objects.create(user=linked, provider="uni", uid="cleo@uni.example")
    lines = [
        "ana@elsewhere.example | ana@uni.example",
        "x@uni.example | nobody",
        f"cleo@uni.example | {other.email}",
        f"dora@uni.example | {linked.email}",
        f"op@uni.example | {build_user(is_superuser=True).email}",
        "good@uni.example | good@uni.example",
    ]

    told = problems(operator.post(page, {"people": "\n".join(lines)}).content.decode())
    unread = problems(operator.post(page, {"people": "a | b | c\nx\ny | y@uni.example"}).content.decode())

    assert len(told) == 5
    for number, words in enumerate(
        ("end in another way", "mail can be sent", "opens another", "has another", "Operators"), 1
    ):
        assert any(f"{number}: " in one and words in one for one in told), (number, told)
    assert "line 1, 2." in unread[0]
    assert SocialAccount.objects.count() == 1


def test_metadata_that_cannot_be_read_are_told_beside_their_field(operator):
    sent = {"metadata": "<x/>", "fill": "1", "slug": "hs"}

    answer = operator.post("/operator/sign-in/new/saml/", sent)

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 1
    assert 'value="hs"' in answer.content.decode()
    assert "metadata" not in operator.get("/operator/sign-in/new/openid/").context["form"].fields


@pytest.mark.parametrize("address", ["", "new/openid/", "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c11/people/"])
def test_nobody_else_sees_them(address):
    assert signed_in(build_user()).get(f"/operator/sign-in/{address}").status_code == 403


def test_provider_of_the_settings_is_used_like_any_other(client, settings):
    told = {"slug": "uni", "kind": "openid_connect", "name": "Uni aus der Datei", "address": "https://idp.example"}
    settings.SIGN_IN_PROVIDERS = [told | {"client_id": "x", "secret": "y"}]

    assert "Sign in at Uni aus der Datei" in client.get("/account/login/").content.decode()
