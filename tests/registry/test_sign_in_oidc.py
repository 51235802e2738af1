"""Signing in at an institution by OpenID Connect, against somebody else's provider in a process of its own."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client

from registry.actors import actor_for_user
from registry.models import AuditEntry, Membership, Role, RoleProposal, User
from registry.services.identities import decide_role_proposal
from registry.services.linking_ahead import link_ahead, unlink_identifier
from tests.look.account_pages import Visitor, confirmed_just_now, person
from tests.registry.builders import build_member, build_organisation, build_user, root_of
from tests.registry.openid_house import and_back, openid_house, provider_at, sign_in, there
from tests.registry.test_accounts import code_in, link_of, signed_in, with_second_step

pytestmark = pytest.mark.django_db
TRUSTED = {"email_domains": ["uni.example"]}


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    with openid_house() as address:
        yield address


@pytest.fixture(autouse=True)
def unspent(settings):
    settings.SAFE_FETCH_ALLOW = ()
    cache.clear()
    yield
    cache.clear()


def test_trusted_provider_makes_an_account_without_any_role(client, house):
    provider_at(house, **TRUSTED)

    answer = sign_in(client, "staff-1")

    user = User.objects.get(email="ana@uni.example")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert signed_in(client) == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified
    assert not Membership.objects.filter(user=user).exists()
    link = SocialAccount.objects.get(user=user)
    assert (link.provider, link.uid, link.extra_data) == ("uni", "staff-1", {})
    told = AuditEntry.objects.filter(actor_id="provider:uni").values_list("act", flat=True)
    assert set(told) == {"account.created", "identity.linked"}
    assert not user.has_usable_password()


def test_known_identifier_opens_its_account_whatever_address_it_has_now(client, house):
    provider_at(house, **TRUSTED)
    user = build_user(email="other@example.org")
    SocialAccount.objects.create(user=user, provider="uni", uid="staff-1")

    sign_in(client, "staff-1")

    assert signed_in(client) == str(user.pk)
    assert not User.objects.filter(email="ana@uni.example").exists()


@pytest.mark.parametrize(
    ("sub", "trusted"),
    [("staff-1", []), ("unproven", ["uni.example"]), ("foreign", ["uni.example"]), ("nobody", ["uni.example"])],
)
def test_address_counts_only_where_the_operator_trusts_the_provider_for_it(client, house, sub, trusted):
    provider_at(house, email_domains=trusted)
    for address in ("ana@uni.example", "registrar@uni.example", "x@elsewhere.example"):
        build_user(email=address)
    before = User.objects.count()

    answer = sign_in(client, sub)

    assert answer.status_code == 403
    assert "We do not know you from there yet" in answer.content.decode()
    assert signed_in(client) is None
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_address_that_was_given_to_somebody_else_opens_no_account(client, house):
    provider_at(house, **TRUSTED)
    sign_in(client, "staff-1")

    other = Client()
    answer = sign_in(other, "staff-2")

    assert answer.status_code == 403
    assert signed_in(other) is None


def test_no_provider_opens_an_operators_account_by_its_address(client, house):
    provider_at(house, **TRUSTED)
    build_user(email="operator@uni.example", is_staff=True, is_superuser=True)

    assert sign_in(client, "operator").status_code == 403
    assert signed_in(client) is None


def test_identifier_outside_the_scope_is_refused(client, house):
    provider_at(house, identifier="eppn", scope="uni.example", **TRUSTED)

    answer = sign_in(client, "foreign")
    own = Client()
    sign_in(own, "staff-1")

    assert answer.status_code == 403
    assert "may only name people of uni.example" in answer.content.decode()
    assert SocialAccount.objects.get().uid == "ana@uni.example"
    assert signed_in(own)


def test_identifier_that_is_missing_is_told(client, house):
    provider_at(house, identifier="eppn", **TRUSTED)

    assert "eppn is missing" in sign_in(client, "nobody").content.decode()


def test_account_is_linked_by_proof_of_both(house):
    provider_at(house, is_only_way=False)
    visitor = Visitor("en", person())
    confirmed_just_now(visitor)

    sign_in(visitor, "staff-1", link=True)
    later = Client()
    sign_in(later, "staff-1")

    assert signed_in(later) == str(visitor.user.pk)
    assert "staff-1" in visitor.page("/account/linked/")
    visitor.post("/account/linked/", {"link": str(SocialAccount.objects.get().pk)})
    assert not SocialAccount.objects.exists()
    assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"identity.linked", "identity.unlinked"}


def test_whom_the_operator_linked_beforehand_is_known_at_the_first_sign_in(client, house):
    provider = provider_at(house, identifier="eppn", scope="uni.example")
    operator = actor_for_user(build_user(is_superuser=True))
    people = [("Ana@Uni.example", "a.beispiel@elsewhere.example")]

    assert [link_ahead(provider_id=provider.pk, people=people, actor=operator) for _time in range(2)] == [1, 0]
    sign_in(client, "staff-1")

    user = User.objects.get(email="a.beispiel@elsewhere.example")
    assert signed_in(client) == str(user.pk)
    assert not Membership.objects.filter(user=user).exists()
    unlink_identifier(provider_id=provider.pk, identifier="ANA@uni.example", actor=operator)
    assert sign_in(Client(), "staff-1").status_code == 403
    acts = AuditEntry.objects.filter(actor_id=operator.id).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["account.created", "identity.linked", "identity.unlinked"]


def test_linking_asks_once_more_who_one_is(house):
    provider_at(house)
    visitor = Visitor("en", person(password=True))

    answer = visitor.post("/account/provider/uni/link/")

    assert answer.status_code == 302
    assert "/account/reauthenticate/" in answer["Location"]


def test_identity_of_another_account_is_not_linked(house):
    provider_at(house)
    SocialAccount.objects.create(user=build_user(), provider="uni", uid="staff-1")
    visitor = Visitor("en", person())
    confirmed_just_now(visitor)

    answer = sign_in(visitor, "staff-1", link=True)

    assert answer.status_code == 409
    assert SocialAccount.objects.get().user_id != visitor.user.pk


# -- Whom the provider no longer knows -----------------------------------------------------------------
def by_code(user: User) -> Client:
    visitor = Client()
    visitor.post("/account/login/code/", {"email": user.email})
    visitor.answer = visitor.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
    return visitor


def test_whom_the_provider_no_longer_knows_has_no_other_way_in(client, house):
    provider = provider_at(house, **TRUSTED)
    sign_in(client, "staff-1")
    user = User.objects.get(email="ana@uni.example")
    user.set_password("a long and unusual password")
    user.save()

    out = by_code(user)
    denied = Client()
    answer = denied.get(and_back(there(denied), action="deny"), follow=True)
    by_password = Client()
    by_password.post("/account/login/", {"login": user.email, "password": "a long and unusual password"})

    assert [signed_in(one) for one in (out, denied, by_password)] == [None] * 3
    assert out.answer.status_code == 403
    assert "Sign in at Uni Beispiel" in out.answer.content.decode()
    assert "This sign-in did not come about" in answer.content.decode()
    link = Client()
    link.post(link_of(user))
    assert signed_in(link) == str(user.pk), "the operator's link is a way in"
    provider.is_active = False
    provider.save()
    assert signed_in(by_code(user)) == str(user.pk), "a provider that is switched off holds nobody"


def test_only_way_is_not_unlinked_by_its_user_and_does_not_last_for_weeks(client, house):
    provider_at(house, **TRUSTED)
    sign_in(client, "staff-1")

    answer = client.post("/account/linked/", {"link": str(SocialAccount.objects.get().pk)})

    assert answer.status_code == 409
    assert SocialAccount.objects.exists()
    assert client.session.get_expiry_age() <= 12 * 3600


def test_second_step_is_asked_for_after_the_provider(client, house):
    provider_at(house)
    user, _secret = with_second_step()
    SocialAccount.objects.create(user=user, provider="uni", uid="staff-1")

    answer = sign_in(client, "staff-1")

    assert answer["Location"] == "/account/2fa/authenticate/"
    assert signed_in(client) is None


def test_closed_account_stays_closed(client, house):
    provider_at(house)
    SocialAccount.objects.create(user=build_user(is_active=False), provider="uni", uid="staff-1")

    assert sign_in(client, "staff-1")["Location"] == "/account/inactive/"
    assert signed_in(client) is None


def test_turning_back_at_the_provider_is_told(client, house):
    provider_at(house)
    state = re.search(r"state=(\w+)", there(client))[1]

    answer = client.get("/account/provider/uni/callback/", {"error": "access_denied", "state": state}, follow=True)

    assert "You were not signed in" in answer.content.decode()
    assert signed_in(client) is None


# -- What does not hold together -----------------------------------------------------------------------
def test_answer_is_taken_once_and_in_the_browser_that_asked(client, house):
    provider_at(house, **TRUSTED)
    back = and_back(there(client), sub="staff-1")
    thief = Client()

    assert thief.get(back).status_code == 401
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert again.status_code == 401
    assert signed_in(thief) is None


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=server_error", "?state[]=x"])
def test_answer_to_no_question_is_a_page_with_a_way_on(client, house, query):
    provider_at(house)

    answer = client.get(f"/account/provider/uni/callback/{query}")

    assert answer.status_code == 401
    assert "This sign-in did not come about" in answer.content.decode()


def test_code_of_another_provider_is_refused(client, house):
    provider_at(house, **TRUSTED)
    provider_at(house, slug="other", **TRUSTED)
    back = and_back(there(client, slug="other"), sub="staff-1")

    answer = client.get(back.replace("/other/", "/uni/"))

    assert answer.status_code == 401
    assert signed_in(client) is None


def test_provider_that_is_not_there_is_told_and_nothing_hangs(client):
    provider_at("http://127.0.0.1:1")

    answer = client.post("/account/provider/uni/")

    assert "This sign-in did not come about" in answer.content.decode()


def test_metadata_of_another_issuer_are_refused(client, house):
    provider_at(f"{house}/.well-known/openid-configuration")

    assert "This sign-in did not come about" in client.post("/account/provider/uni/").content.decode()


@pytest.mark.parametrize("address", ["", "link/", "callback/", "acs/", "finish/", "metadata/"])
def test_provider_that_nobody_entered_is_not_there(client, address):
    client.force_login(person(), backend="django.contrib.auth.backends.ModelBackend")
    path = f"/account/provider/unknown/{address}"

    assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}


def test_nobody_is_sent_elsewhere_behind_the_provider(client, house):
    provider_at(house, **TRUSTED)

    assert sign_in(client, "staff-1", next="https://evil.example/")["Location"] == "/account/"
    other = Client()
    assert sign_in(other, "staff-1", next="/catalogue/")["Location"] == "/catalogue/"


def test_provider_is_told_our_public_address_whatever_host_was_asked(client, settings, house):
    provider_at(house)
    settings.PUBLIC_URL = "https://credentials.example.edu"

    page = client.post("/account/provider/uni/", headers={"host": "localhost:9999"}).content.decode()

    assert "redirect_uri=https%3A%2F%2Fcredentials.example.edu%2Faccount%2Fprovider%2Funi%2Fcallback%2F" in page
    assert "code_challenge=" in page
    assert "9999" not in re.search(r"<main.*</main>", page, re.DOTALL)[0]


def test_one_network_begins_no_more_than_thirty_a_minute(client, house, monkeypatch):
    provider_at("http://127.0.0.1:1")

    codes = [client.post("/account/provider/uni/").status_code for _ in range(31)]

    assert 429 not in codes[:30]
    assert codes[30] == 429


# -- Roles -----------------------------------------------------------------------------------------------
def test_attribute_proposes_a_role_and_an_administrator_gives_it(client, house):
    organisation = build_organisation()
    admin = User.objects.get(pk=build_member(root_of(organisation), Role.ADMIN).user_id)
    rule = {"attribute": "eduperson_scoped_affiliation", "value": "staff@uni.example"}
    rule |= {"organisation": organisation.slug, "role": "awarder"}
    provider = provider_at(house, role_rules=[rule, rule | {"role": "owner"}, rule | {"value": "x"}], **TRUSTED)

    sign_in(client, "staff-1")

    user = User.objects.get(email="ana@uni.example")
    proposal = RoleProposal.objects.get()
    assert (proposal.user, proposal.role, proposal.decision) == (user, "awarder", "")
    assert not user.memberships.exists()
    decide_role_proposal(proposal_id=proposal.pk, confirm=True, actor=actor_for_user(admin))
    assert user.memberships.get().role == Role.AWARDER
    sign_in(client, "staff-1")
    assert RoleProposal.objects.count() == 1
    provider.role_rules = []
    provider.save()
    sign_in(client, "staff-1")
    assert user.memberships.exists(), "a role that was given is taken by people alone"


def test_proposal_goes_when_the_attribute_does(client, house):
    organisation = build_organisation()
    rule = {"attribute": "eppn", "value": "ana@uni.example", "organisation": organisation.slug, "role": "viewer"}
    provider = provider_at(house, role_rules=[rule], **TRUSTED)
    sign_in(client, "staff-1")
    assert RoleProposal.objects.count() == 1

    provider.role_rules = [rule | {"value": "somebody else"}]
    provider.save()
    sign_in(client, "staff-1")

    assert not RoleProposal.objects.exists()
