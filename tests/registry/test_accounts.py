"""Signing in: codes, one-time links, second steps; who may, and what a mail says (findings L3, L7, M3, 23)."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings as project
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from registry.actors import SYSTEM
from registry.models import AuditEntry, Role, User
from registry.services import one_time_sign_in_url
from registry.services.second_steps import remove_second_steps
from tests.registry.builders import build_member, build_organisation, build_user, root_of

pytestmark = pytest.mark.django_db
OFFERED = {
    "login/", "login/code/", "login/code/confirm/", "logout/", "inactive/", "reauthenticate/", "email/",
    "confirm-email/", "password/change/", "password/set/", "2fa/", "2fa/authenticate/", "2fa/reauthenticate/",
    "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
    "2fa/recovery-codes/download/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/webauthn/login/", "2fa/webauthn/reauthenticate/",
    "2fa/webauthn/keys/<int:pk>/remove/", "2fa/webauthn/keys/<int:pk>/edit/", "provider/cancelled/",
}  # fmt: skip


def link_of(user: User) -> str:
    return one_time_sign_in_url(user).removeprefix(project.PUBLIC_URL)


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def code_in(message: mail.EmailMessage) -> str:
    return re.search(r"^\d{4}-\d{4}$", str(message.body), re.MULTILINE)[0]


def code_of_app(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_second_step() -> tuple[User, str]:
    user, secret = build_user(), generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


def test_of_packages_only_what_is_offered_has_an_address():
    theirs = set()
    for entry in get_resolver().url_patterns:
        for pattern in getattr(entry, "url_patterns", [entry]):
            module = getattr(getattr(pattern, "callback", None), "__module__", "")
            if module.startswith("allauth"):
                theirs.add(str(pattern.pattern))
    assert theirs == OFFERED - {"email/", "2fa/totp/activate/", "2fa/webauthn/add/"}  # which are ours


@pytest.mark.parametrize(
    "address",
    [
        "/account/signup/",
        "/account/password/reset/",
        "/account/3rdparty/",
        "/account/social/signup/",
        "/account/3rdparty/signup/",
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
        "/identity/o/authorize",
        "/identity/o/device",
        "/identity/o/logout",
        "/identity/o/api/revoke",
        "/identity/o/api/device/code",
        "/identity/o/api/userinfo",
        "/i18n/setlang/",
    ],
)
def test_what_is_not_offered_is_not_there(client, address):
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_code_by_mail_signs_in_whoever_has_an_account(client):
    user = build_user()
    client.post("/account/login/code/", {"email": user.email.upper()})
    code = code_in(mail.outbox[-1]).replace("-", " ")

    assert client.post("/account/login/code/confirm/", {"code": f" {code} "})["Location"] == "/account/"
    assert signed_in(client) == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified


def test_stranger_sees_the_same_and_nobody_gets_a_mail(client):
    known, unknown = Client(), Client()
    known.post("/account/login/code/", {"email": build_user(email="known@example.org").email})
    unknown.post("/account/login/code/", {"email": "nobody@example.org"})

    def page(visitor):
        text = visitor.get("/account/login/code/confirm/").content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text).replace("known@", "nobody@")

    assert page(known) == page(unknown)
    assert [message.to for message in mail.outbox] == [["known@example.org"]]


def test_mail_server_that_is_down_tells_no_stranger_who_has_an_account(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    user = build_user()

    assert client.post("/account/login/code/", {"email": user.email}).status_code == 302
    client.force_login(user, backend=project.AUTHENTICATION_BACKENDS[0])
    assert client.post("/account/email/", {"action_add": "", "email": "more@example.org"}).status_code == 503


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9999", "127.0.0.1:1"])
def test_mails_name_the_installation_and_no_host_of_a_request(client, settings, host):
    settings.PUBLIC_URL = "https://credentials.example.edu"
    user = build_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post("/account/login/code/", {"email": user.email}, headers={"host": host})
    client.force_login(user, backend=project.AUTHENTICATION_BACKENDS[0])
    client.post("/account/email/", {"action_add": "", "email": "more@example.org"}, headers={"host": host})
    page = client.get("/account/2fa/totp/activate/", headers={"host": host})

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert host not in message.subject + str(message.body)
        assert "https://credentials.example.edu" in str(message.body)
        assert "credentials.example.edu" in message.subject
    assert host not in page.context["totp_url"]


@pytest.mark.parametrize("away", ["https://127.0.0.1/x", "https://localhost:8000/x", "//evil.example", "https:evil"])
def test_nobody_is_sent_elsewhere_after_signing_in(client, away):
    client.post("/account/login/code/", {"email": build_user().email, "next": away})
    answer = client.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1]), "next": away})

    assert answer["Location"] == "/account/"


def test_link_signs_in_by_its_button_alone():
    user, visitor = build_user(), Client(enforce_csrf_checks=True)
    address = link_of(user)
    page = visitor.get(address).content.decode()

    assert visitor.post(address).status_code == 403  # from another site: no token of this page
    assert signed_in(visitor) is None
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert visitor.post(address, {"csrfmiddlewaretoken": token})["Location"] == "/account/"
    assert signed_in(visitor) == str(user.pk)


def test_link_goes_on_to_the_second_step(client):
    user, secret = with_second_step()

    assert client.post(link_of(user))["Location"] == "/account/2fa/authenticate/"
    assert signed_in(client) is None
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert signed_in(client) is None
    assert client.post("/account/2fa/authenticate/", {"code": code_of_app(secret)}).status_code == 302
    assert signed_in(client) == str(user.pk)


def test_link_opens_no_closed_account(client):
    user = build_user()
    address = link_of(user)
    User.objects.update(is_active=False)

    assert client.get(address).status_code == client.post(address).status_code == 410


def test_used_link_says_how_to_get_the_next_one(client):
    address = link_of(build_user())
    client.post(address)

    page = Client().get(address)

    assert page.status_code == 410
    assert "python3 manage.py sign_in_links" in page.content.decode()
    assert 'href="/account/login/"' in page.content.decode()


def test_sign_in_page_asks_first_for_what_everybody_has(client):
    page = client.get("/account/login/").content.decode()

    assert page.index('name="email"') < page.index('name="password"')
    assert "<details" in page[: page.index('name="password"')]


def test_lost_second_step_is_taken_away_with_an_entry():
    user, _secret = with_second_step()

    assert remove_second_steps(user=user, actor=SYSTEM) == 1
    assert AuditEntry.objects.filter(act="second_step.removed", object_id=str(user.pk)).count() == 1
    assert Client().post(link_of(user))["Location"] == "/account/"


def test_own_page_says_what_each_can_do_and_nothing_about_lacking_roles(client):
    client.force_login(build_user(), backend=project.AUTHENTICATION_BACKENDS[0])

    page = client.get("/account/").content.decode()

    assert "Open certificates that were awarded to you" in page
    assert "You hold no role" not in page
    assert "Award certificates" not in page
    assert "/console/" not in page
    owner = build_member(root_of(build_organisation()), Role.OWNER)
    client.force_login(User.objects.get(pk=owner.user_id), backend=project.AUTHENTICATION_BACKENDS[0])
    page = client.get("/account/").content.decode()
    assert 'href="/console/"' in page
    assert 'href="/account/mails/"' in page
    for said in ("no web pages", "operator of this installation does it", "commands on the machine"):
        assert said not in page, "there are pages for all of it"
    client.force_login(build_user(is_superuser=True), backend=project.AUTHENTICATION_BACKENDS[0])
    assert 'href="/operator/"' in client.get("/account/").content.decode()


def test_recovery_codes_are_shown_right_after_an_app_was_set_up(client):
    user = build_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user, backend=project.AUTHENTICATION_BACKENDS[0])
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret

    answer = client.post("/account/2fa/totp/activate/", {"code": code_of_app(secret)}, follow=True)

    assert answer.redirect_chain == [("/account/2fa/recovery-codes/", 302)]
    assert len(answer.context["unused_codes"]) == 10
