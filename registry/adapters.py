"""What allauth leaves to an installation: addresses, words, what is open, and how secrets are kept."""

from __future__ import annotations

import logging
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.errors import UnavailableError
from registry.sealing import seal, unseal
from registry.sending import FAILURES, send_later
from registry.sign_in_providers import only_ways_of
from registry.visitors import visitor_of

log = logging.getLogger(__name__)
Words = dict[str, str | Promise]
UNKNOWN_NETWORK = "::"
SECONDS_SIGNED_IN_ELSEWHERE = 12 * 3600
VOUCHED = "vouched"
"""What a login carries with which the operator vouches for somebody."""


def installation_name() -> str:
    """Return the host, and the port if there is one, under which people know this installation."""
    return str(urlsplit(settings.PUBLIC_URL).netloc)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts: our words, and no address taken from a request."""

    error_messages: ClassVar[Words] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is your main address. Make another one the main address first."),
        "duplicate_email": _("This address belongs to your account already."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "email_taken": _("There is an account with this address already."),
        "enter_current_password": _("Enter your present password."),
        "incorrect_code": _("This is not the code of the newest mail."),
        "incorrect_password": _("The password is wrong."),
        "invalid_login": _("The e-mail address or the password is wrong."),
        "max_email_addresses": _("You cannot add more than %d addresses."),
        "rate_limited": _("That was too often. Wait a few minutes and try again."),
        "same_as_current": _("Choose one that differs from the present one."),
        "select_only_one": _("Choose one only."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes and try again."),
        "unknown_email": _("No account has this address."),
        "unverified_primary_email": _("Confirm the address before you make it the main address."),
    }

    def is_open_for_signup(self, request: object) -> bool:
        """Let people make accounts where the operator opened that; the page is not there otherwise."""
        del request
        return bool(settings.SIGN_UP_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        """Take a path of this host alone, so that nobody is sent elsewhere, whatever Host a request claims."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_login(self, request: HttpRequest, user: Any, **login: Any) -> HttpResponse | None:
        """Send whoever a provider names alone to that provider: who it no longer knows gets in by no other way.

        Whom the operator vouches for, with a link, gets in all the same.
        """
        response: HttpResponse | None = super().pre_login(request, user, **login)
        if response or (login.get("signal_kwargs") or {}).keys() & {"sociallogin", VOUCHED}:
            return response
        providers = only_ways_of(user)
        return (
            render(request, "registry/sign_in_there.html", {"providers": providers}, status=403) if providers else None
        )

    def post_login(self, request: HttpRequest, user: Any, **login: Any) -> HttpResponse:
        """Let a sign-in elsewhere end after hours, not weeks: then the provider is asked again."""
        if "sociallogin" in (login.get("signal_kwargs") or {}):
            request.session.set_expiry(SECONDS_SIGNED_IN_ELSEWHERE)
        response: HttpResponse = super().post_login(request, user, **login)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network that a visitor has for itself: whoever holds a /64 has no more tries than others."""
        network = visitor_of(request.META).partition("/")[0]
        return UNKNOWN_NETWORK if network == "unknown" else network

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to say once more who one is, in our words."""
        words = {
            "reauthenticate": _("Use the password"),
            "mfa_reauthenticate": _("Use the app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey or security key"),
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell whoever has an account that a code is all it takes; allauth would lead to a reset that is not offered."""
        self.send_mail("account/email/account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose addresses come from PUBLIC_URL.

        Neither an error nor the time of an answer may tell a stranger that the address has an account, so theirs
        leave behind the answer, and the page says what to do when nothing arrives. Who is signed in waits and is told.

        Raises:
            UnavailableError: the mail could not be handed over, and the person is signed in.
        """
        told = {name: value for name, value in context.items() if name in {"code", "user"}}
        words = told | {"email": email, "installation": installation_name(), "public_url": settings.PUBLIC_URL}
        message = self.render_mail(template_prefix, email, words)
        request = allauth_context.request
        if request is None or not request.user.is_authenticated:
            send_later(template_prefix, message)
            return
        try:
            message.send()
        except FAILURES as error:
            log.error("mail not sent: %s, %s", template_prefix, type(error).__name__)  # noqa: TRY400 - traces name people
            raise UnavailableError from error


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factors: sealed at rest, and bound to PUBLIC_URL."""

    error_messages: ClassVar[Words] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Switch the second step off before you add an address."),
        "cannot_delete_authenticator": _("The second step cannot be switched off."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes need a second step. Set up an app or a security key first."
        ),
        "incorrect_code": _("This code is wrong. Take the one that your app shows now."),
        "unverified_email": _("Confirm your e-mail address before you set up a second step."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return seal(text, secret_key=settings.SECRET_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret. Raises SealBrokenError."""
        return unseal(encrypted_text, secret_keys=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """Return a name for a key whose owner gave it none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Security key {number}").format(number=number)

    def _get_site_name(self) -> str:
        return f"Testamur {installation_name()}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom security keys know (Web Authentication §5.4.2): a host name, without a port."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": self._get_site_name()}

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code as markup to stand in the page: our policy loads no pictures from `data:` addresses."""
        import qrcode
        from qrcode.image.svg import SvgPathImage

        code = qrcode.make(url, image_factory=SvgPathImage, border=2)
        return SafeString(code.to_string(encoding="unicode"))
