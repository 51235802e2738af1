"""The letter of a trial: as the learner would get it, under a subject and a notice that say what it is."""

from __future__ import annotations

import uuid
from html import escape
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

import orjson
import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials.trials import TRIAL_NOTICE
from issuing.delivery.fates import BadAddressError, UnsendableError
from issuing.delivery.identity import styles_of
from issuing.delivery.logos import attach_logo
from issuing.delivery.messages import LINK_MARK, NAME_MARK, Mailing, rendered_mail
from issuing.delivery.words import Matter
from issuing.models import LetterKind, Trial
from registry.addresses import sendable_address
from registry.errors import UnavailableError
from registry.models import User
from registry.permissions import live_memberships
from registry.selectors import link_base_url

PERMANENT = 500
"""SMTP reply codes from here on mean that trying again is of no use (RFC 5321 §4.2.1)."""
log = structlog.get_logger(__name__)


def send_trial_mail(trial_id: uuid.UUID) -> bool:
    """Write to the member who tries; tells whether a mail left. A repeat has the same Message-ID.

    Whoever is no member any more gets none: a trial goes to nobody outside of the organisation. What can never be sent is
    given up, with why, as letters are.

    Raises:
        UnavailableError: the mail server does not answer; to be tried again.
    """
    signed = Trial.objects.filter(pk=trial_id, signed_at__isnull=False, ends_at__gt=timezone.now())
    trial = signed.filter(mailed_at=None, unmailed_code="").first()
    member = _member(trial) if trial else None
    if trial is None or member is None:
        return False
    try:
        _mail_for(trial, member).send()
    except UnsendableError as error:
        return _give_up(trial, error.code)
    except SMTPRecipientsRefused as refusal:
        if any(code < PERMANENT for code, _text in refusal.recipients.values()):
            raise UnavailableError(code="recipient-put-off") from refusal
        return _give_up(trial, "recipient-refused")
    except OSError as error:
        raise UnavailableError(code="server-away") from error
    Trial.objects.filter(pk=trial.pk).update(mailed_at=timezone.now())
    return True


def _give_up(trial: Trial, code: str) -> bool:
    Trial.objects.filter(pk=trial.pk).update(unmailed_code=code)
    log.warning("mail.given_up", trial=str(trial.pk), reason=code)
    return False


def _member(trial: Trial) -> User | None:
    """Return who tries, if they still hold a role in the organisation."""
    roles = live_memberships().filter(user_id=trial.made_by, node__organisation=trial.organisation_id)
    return User.objects.filter(pk=trial.made_by).first() if roles.exists() else None


def _address_of(member: User) -> str:
    try:
        return sendable_address(member.email)
    except ValueError as error:
        raise BadAddressError from error


def _mail_for(trial: Trial, member: User) -> EmailMultiAlternatives:
    base_url = link_base_url()
    until = parse_datetime(orjson.loads(trial.unsigned)["validUntil"]) or trial.ends_at
    with override(trial.language):
        notice = _("Trial - worth nothing. Nobody has been awarded anything; this is what a learner would read.")
    style = styles_of([trial.organisation_id]).of(trial.organisation_id, LetterKind.CLAIM, trial.language)
    mailing = Mailing(
        trial.version_id,
        trial.issuer_profile_id,
        trial.language,
        trial.made_at.date(),
        base_url,
        style,
        notice=notice,
    )
    matter = Matter(kind=LetterKind.CLAIM, link_until=trial.ends_at.date(), valid_until=until.date())
    mail = rendered_mail(mailing, matter)
    name, link = member.name or member.email, f"{base_url}/trials/{trial.pk}"
    message = EmailMultiAlternatives(
        subject=f"{TRIAL_NOTICE}: {mail.subject}",
        body=mail.text.replace(NAME_MARK, name).replace(LINK_MARK, link),
        from_email=mail.sender,
        to=[_address_of(member)],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": f"<trial.{trial.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html.replace(NAME_MARK, escape(name)).replace(LINK_MARK, link), "text/html")
    attach_logo(message, mail.logo)
    return message
