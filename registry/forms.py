"""The forms of signing in, with our words: what allauth calls its fields stands nowhere on our pages."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context as allauth_context
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from registry.errors import LimitError, TooManyTriesError
from registry.form_refusals import as_validation_error
from registry.throttle import Rate, count_request

THEIR_WORDS = (gettext_noop("You must type the same password each time."),)
"""What allauth says itself: named here so that our German, which says *Sie*, comes before theirs."""
EMAIL = _("E-mail address")
PASSWORD = _("Password")
CODE = _("Code")


class Worded:
    """A form whose fields are named and explained by us; `hints` of fields that are not listed are dropped."""

    labels: ClassVar[dict[str, str | Promise]] = {}
    hints: ClassVar[dict[str, str | Promise]] = {}
    rules_at: ClassVar[str] = ""
    """The field under which the rules for passwords stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # a form's
            field.label = self.labels.get(name, field.label)
            if name != self.rules_at:
                field.help_text = self.hints.get(name, "")
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginForm(Worded, account.LoginForm):  # type: ignore[misc]
    """Address and password."""

    labels: ClassVar = {"login": EMAIL, "password": PASSWORD}

    def _setup_password_field(self) -> None:
        """Keep the field, which allauth drops where accounts are made without a password: they may have one later."""


class RequestLoginCodeForm(Worded, account.RequestLoginCodeForm):  # type: ignore[misc]
    """The address to which a code goes."""

    labels: ClassVar = {"email": EMAIL}
    hints: ClassVar = {"email": _("The address of your account")}


CODE_TRIES = Rate("code-tries", requests=40, seconds=86_400)
"""Codes that may be tried for one account or address in a day, right or wrong, in whatever number of sessions."""


def count_code_try(whose: object) -> None:
    """Count one try before the code is compared: allauth's own count stands in the session, which anybody may copy.

    Raises:
        ValidationError: too many; the same for an address with an account and for one without.
    """
    try:
        count_request(rate=CODE_TRIES, caller=str(whose).lower(), at=timezone.now())
    except LimitError as error:
        raise as_validation_error(TooManyTriesError().every_refusal) from error


class ConfirmLoginCodeForm(Worded, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code of a mail."""

    labels: ClassVar = {"code": CODE}

    def clean_code(self) -> str:
        """Compare, within the day's tries; note the account's own address where nobody did, so that the code confirms it.

        Not when the code is asked for: what is written only for those who have an account takes time that tells.
        """
        login = unstash_login(allauth_context.request, peek=True)
        count_code_try(login and (login.user.pk if login.user else login.email))
        code = str(super().clean_code())
        if login and login.user:
            sync_user_email_address(login.user)
        return code


class ConfirmEmailForm(Worded, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that proves an address."""

    labels: ClassVar = {"code": CODE}

    def clean_code(self) -> str:
        """Compare, within the day's tries for this address."""
        count_code_try(self.email)
        return str(super().clean_code())


class SignupForm(Worded, account.SignupForm):  # type: ignore[misc]
    """An account of one's own: an address is all it takes."""

    labels: ClassVar = {"email": EMAIL}


class AddEmailForm(Worded, account.AddEmailForm):  # type: ignore[misc]
    """One more address."""

    labels: ClassVar = {"email": _("New e-mail address")}


class ChangePasswordForm(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    """Another password."""

    labels: ClassVar = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    rules_at: ClassVar = "password1"


class SetPasswordForm(Worded, account.SetPasswordForm):  # type: ignore[misc]
    """A first password."""

    labels: ClassVar = {"password1": PASSWORD, "password2": _("Password again")}
    rules_at: ClassVar = "password1"


class ReauthenticateForm(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    labels: ClassVar = {"password": PASSWORD}


class SecondStepForm(Worded, second_step.AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code."""

    labels: ClassVar = {"code": CODE}
    hints: ClassVar = {"code": _("The six digits that your app shows now, or one of your recovery codes")}


class SecondStepAgainForm(Worded, second_step.ReauthenticateForm):  # type: ignore[misc]
    """The code once more."""

    labels: ClassVar = SecondStepForm.labels
    hints: ClassVar = SecondStepForm.hints


class ActivateAppForm(Worded, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    labels: ClassVar = {"code": CODE}
    hints: ClassVar = {"code": _("The six digits that your app shows now")}


class AddSecurityKeyForm(Worded, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A security key's name, and whether it signs in alone: a passkey."""

    labels: ClassVar = {
        "name": _("Name of the key"),
        "passwordless": _("It signs me in alone, without a code by e-mail"),
    }
    hints: ClassVar = {"name": _("So that you know it again, for example: blue key ring")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeyForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """What a passkey answers when it signs somebody in."""

    refused: ClassVar = _("This passkey opens no account here. Take a code by e-mail.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": self.refused, "invalid": self.refused}

    def clean_credential(self) -> Any:
        """Find out whose passkey it is; whatever else was sent gets the same sentence."""
        try:
            return super().clean_credential()
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(self.refused) from error


class EditSecurityKeyForm(Worded, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a security key."""

    labels: ClassVar = {"name": _("Name of the key")}
