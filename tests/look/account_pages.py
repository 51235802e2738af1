"""Builders: every page of the accounts as a visitor gets it, in a language, through the views."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from registry.models import IdentityProvider, Role, User
from registry.services import one_time_sign_in_url
from tests.registry.builders import build_member, build_organisation, build_user, root_of

_numbers = itertools.count(1)  # not the same address twice within the minute: codes are counted
PASSWORD = "a long and unusual password"


class Visitor(Client):
    """A browser that is signed in, or not yet, and notes which templates made its pages and mails."""

    def __init__(self, language: str, user: User | None = None) -> None:
        super().__init__()
        self.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        self.user, self.templates, self.code = user, set[str](), ""
        if user is not None:
            self.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def page(self, address: str, **sent: str) -> str:
        """Return the page at an address, or the one after sending a form to it."""
        template_rendered.connect(self._note)
        try:
            answer = self.post(address, sent, follow=True) if sent else self.get(address, follow=True)
        finally:
            template_rendered.disconnect(self._note)
        assert answer.status_code in {200, 401, 403, 410, 422}, (address, answer.status_code)
        return answer.content.decode()

    def _note(self, template: Template, **_signal: object) -> None:
        self.templates.add(template.origin.name)


def person(*, password: bool = False, app: bool = False, key: bool = False, **fields: str) -> User:
    """Build an account with what it signs in with."""
    user = build_user(name="Ana Beispiel", password=PASSWORD if password else None, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if app:
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    if key:
        Authenticator.objects.create(
            user=user, type="webauthn", data={"name": "Blue key", "credential": _credential()}
        )
    return user


def _credential() -> dict[str, object]:
    """Return what a security key answers when it is added."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    data = AttestedCredentialData.create(bytes(16), b"blue-key-number1", public)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    whole = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 1, data)
    told = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    name = websafe_encode(b"blue-key-number1")
    response = {
        "clientDataJSON": websafe_encode(told),
        "attestationObject": websafe_encode(AttestationObject.create("none", whole, {})),
    }
    return {"id": name, "rawId": name, "response": response, "type": "public-key", "clientExtensionResults": {}}


def member(role: Role) -> User:
    """Build an account with a role."""
    user = User.objects.get(pk=build_member(root_of(build_organisation()), role).user_id)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _asked_for_code(visitor: Visitor) -> None:
    visitor.page("/account/login/code/", email=f"nobody{next(_numbers)}@example.org")


def _added_address(visitor: Visitor) -> None:
    visitor.page("/account/email/", action_add="", email=f"more{next(_numbers)}@example.org")


def _two_addresses(user: User) -> User:
    EmailAddress.objects.create(user=user, email="second@example.org", verified=True)
    EmailAddress.objects.create(user=user, email="third@example.org", verified=False)
    return user


def _half_signed_in(visitor: Visitor) -> None:
    link = one_time_sign_in_url(person(app=True, key=True)).removeprefix(settings.PUBLIC_URL)
    visitor.page(link, go="")


def _link() -> str:
    return one_time_sign_in_url(person()).removeprefix(settings.PUBLIC_URL)


def _provider(**fields: object) -> IdentityProvider:
    """Enter an institution's sign-in; nobody answers there, and SAML asks nothing beforehand."""
    made = {"slug": "uni", "kind": "saml", "name": "Uni Beispiel", "address": "https://idp.uni.example/sso"}
    made |= {"entity_id": "https://idp.uni.example", "certificate": "MIIB"}
    return IdentityProvider.objects.get_or_create(slug="uni", defaults=made | fields)[0]


def _linked(*, only_way: bool = True) -> User:
    _provider(is_only_way=only_way)
    user = person()
    SocialAccount.objects.create(user=user, provider="uni", uid="ana@uni.example")
    return user


def _asked_for_code_of_linked(visitor: Visitor) -> None:
    user = _linked()
    visitor.page("/account/login/code/", email=user.email)
    visitor.code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))[0]  # type: ignore[index]


Way = tuple[Callable[[], User] | None, Callable[[Visitor], None] | None, str, dict[str, str]]
KEY = "/account/2fa/webauthn/keys/{key}"
WAYS: dict[str, Way] = {
    "login": (None, None, "/account/login/", {}),
    "login-wrong-password": (None, None, "/account/login/", {"login": "a@example.org", "password": "wrong"}),
    "code-wrong-address": (None, None, "/account/login/code/", {"email": "no address"}),
    "code": (None, _asked_for_code, "/account/login/code/confirm/", {}),
    "code-wrong": (None, _asked_for_code, "/account/login/code/confirm/", {"code": "1234-5678"}),
    "link": (None, None, "{link}", {}),
    "link-used": (None, None, "/account/sign-in/unknown", {}),
    "inactive": (None, None, "/account/inactive/", {}),
    "second-step": (None, _half_signed_in, "/account/2fa/authenticate/", {}),
    "second-step-wrong": (None, _half_signed_in, "/account/2fa/authenticate/", {"code": "1"}),
    "home-learner": (person, None, "/account/", {}),
    "home-awarder": (partial(member, Role.AWARDER), None, "/account/", {}),
    "home-owner": (partial(member, Role.OWNER), None, "/account/", {}),
    "home-operator": (partial(build_user, is_staff=True, is_superuser=True), None, "/account/", {}),
    "sessions": (person, None, "/account/sessions/", {}),
    "staff-mail": (partial(member, Role.VIEWER), None, "/account/mails/", {}),
    "staff-mail-wrong": (partial(member, Role.VIEWER), None, "/account/mails/", {"pace": "hourly"}),
    "login-elsewhere": (None, lambda _visitor: _provider() and None, "/account/login/", {}),
    "to-provider": (None, lambda _visitor: _provider() and None, "/account/provider/uni/", {"go": ""}),
    "provider-down": (None, lambda _visitor: _provider(kind="openid_connect", address="https://idp.invalid") and None, "/account/provider/uni/", {"go": ""}),
    "provider-cancelled": (None, None, "/account/provider/cancelled/", {}),
    "sign-in-there": (None, _asked_for_code_of_linked, "/account/login/code/confirm/", {"code": "{code}"}),
    "linked": (_linked, None, "/account/linked/", {}),
    "linked-besides": (partial(_linked, only_way=False), None, "/account/linked/", {}),
    "linked-none": (person, None, "/account/linked/", {}),
    "link-provider": (person, lambda _visitor: _provider() and None, "/account/provider/uni/link/", {}),
    "passkey-unknown": (None, None, "/account/2fa/webauthn/login/", {"credential": "{}"}),
    "logout": (person, None, "/account/logout/", {}),
    "email": (lambda: _two_addresses(person()), None, "/account/email/", {}),
    "email-not-noted": (build_user, None, "/account/email/", {}),
    "email-twice": (person, _added_address, "/account/email/", {"action_add": "", "email": "no address"}),
    "email-removed": (lambda: _two_addresses(person()), None, "/account/email/", {"action_remove": "", "email": "second@example.org"}),
    "confirm-email": (person, _added_address, "/account/confirm-email/", {}),
    "confirm-email-wrong": (person, _added_address, "/account/confirm-email/", {"code": "1"}),
    "password-set": (person, None, "/account/password/set/", {}),
    "password-set-differs": (person, None, "/account/password/set/", {"password1": "short", "password2": "other"}),
    "password-change": (partial(person, password=True), None, "/account/password/change/", {}),
    "password-change-wrong": (partial(person, password=True), None, "/account/password/change/", {"oldpassword": "x", "password1": "12345678", "password2": "y"}),
    "reauthenticate": (partial(person, password=True), None, "/account/reauthenticate/", {}),
    "reauthenticate-wrong": (partial(person, password=True, app=True), None, "/account/reauthenticate/", {"password": "x"}),
    "2fa-off": (person, None, "/account/2fa/", {}),
    "2fa-on": (partial(person, app=True, key=True), None, "/account/2fa/", {}),
    "2fa-no-codes": (partial(person, key=True), None, "/account/2fa/", {}),
    "app-on": (person, None, "/account/2fa/totp/activate/", {}),
    "app-on-wrong": (person, None, "/account/2fa/totp/activate/", {"code": "1"}),
    "app-off": (partial(person, app=True), None, "/account/2fa/totp/deactivate/", {}),
    "codes": (partial(person, app=True), None, "/account/2fa/recovery-codes/", {}),
    "codes-new": (partial(person, app=True), None, "/account/2fa/recovery-codes/generate/", {}),
    "keys": (partial(person, key=True), None, "/account/2fa/webauthn/", {}),
    "keys-none": (person, None, "/account/2fa/webauthn/", {}),
    "key-add": (person, None, "/account/2fa/webauthn/add/", {}),
    "key-edit": (partial(person, key=True), None, f"{KEY}/edit/", {}),
    "key-remove": (partial(person, key=True), None, f"{KEY}/remove/", {}),
    "again-app": (partial(person, app=True, password=True), None, "/account/2fa/reauthenticate/", {}),
    "again-key": (partial(person, key=True), None, "/account/2fa/webauthn/reauthenticate/", {}),
}  # fmt: skip
"""Each page: who is signed in, what they did before, the address, and what they send."""


def confirmed_just_now(visitor: Visitor) -> None:
    """Note in the session that the visitor has just said who they are, as changing a second step demands."""
    import time

    session = visitor.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(visitor.user.pk) if visitor.user else ""
    session.save()


def account_page(name: str, language: str = "en") -> tuple[str, Visitor]:
    """Return a page and the visitor who got it; what it took is undone."""
    with transaction.atomic():
        made = _account_page(name, language)
        transaction.set_rollback(True)
    return made


def _account_page(name: str, language: str) -> tuple[str, Visitor]:
    who, before, address, sent = WAYS[name]
    visitor = Visitor(language, who() if who else None)
    if visitor.user is not None and not name.startswith(("again", "reauthenticate")):
        confirmed_just_now(visitor)
    if before:
        before(visitor)
    key = Authenticator.objects.filter(user=visitor.user, type="webauthn").first() if visitor.user else None
    address = address.format(key=key.pk if key else 0, link=_link() if "{link}" in address else "")
    sent = {field: value.replace("{code}", visitor.code) for field, value in sent.items()}
    return visitor.page(address, **sent), visitor


def mails_of_accounts(language: str) -> list[str]:
    """Return subject and text of every mail that signing in can send."""
    mail.outbox.clear()
    visitor = Visitor(language)
    visitor.page("/account/login/code/", email=person().email)
    signed_in = Visitor(language, person())
    _added_address(signed_in)
    return [f"{message.subject}\n{message.body}" for message in mail.outbox]
