"""The letter of an invitation: written by the worker, in the language that was chosen with it."""

from __future__ import annotations

import uuid
from email.utils import formataddr, parseaddr
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from registry.addresses import sendable_address
from registry.errors import UnavailableError
from registry.invitation_links import invitation_token, invitation_url, token_hash
from registry.language_maps import text_in
from registry.models import Invitation, NodeKind, Role, User
from registry.permissions import MEANING_OF
from registry.selectors import open_invitations

PERMANENT = 500
"""SMTP reply codes from here on mean that trying again is of no use (RFC 5321 §4.2.1)."""
log = structlog.get_logger(__name__)


def send_invitation_mail(invitation_id: str, sending: int) -> bool:
    """Write to whoever is invited, unless that is no longer wanted; tells whether a mail left.

    A repeat has the same Message-ID and the same link. An address that is refused is told on the page of people.

    Raises:
        UnavailableError: the mail server does not answer; to be tried again.
    """
    shown = open_invitations().filter(pk=invitation_id, sendings=sending, expires_at__gt=timezone.now())
    invitation = shown.select_related("node", "organisation").first()
    if invitation is None:
        return False
    token = invitation_token(invitation.pk, sending)
    try:
        _mail_for(invitation, token).send()
    except SMTPRecipientsRefused as refusal:
        if any(code < PERMANENT for code, _text in refusal.recipients.values()):
            raise UnavailableError(code="recipient-put-off") from refusal
        log.warning("mail.given_up", invitation=str(invitation.pk), reason="recipient-refused")
        _note(invitation, bounced_at=timezone.now())
        return False
    except OSError as error:
        raise UnavailableError(code="server-away") from error
    # The key that tokens are made with may be another one by now than when somebody was invited.
    _note(invitation, sent_at=timezone.now(), bounced_at=None, token_hash=token_hash(token))
    return True


def _note(invitation: Invitation, **fate: object) -> None:
    Invitation.objects.filter(pk=invitation.pk, sendings=invitation.sendings).update(**fate)


def _mail_for(invitation: Invitation, token: str) -> EmailMessage:
    host = urlsplit(settings.PUBLIC_URL)
    with override(invitation.language):
        house = text_in(invitation.organisation.name, invitation.language)
        is_top = invitation.node.kind == NodeKind.ORGANISATION
        facts = {
            "house": house,
            "place": "" if is_top else text_in(invitation.node.name, invitation.language),
            "role": Role(invitation.role).label,
            "meaning": MEANING_OF[Role(invitation.role)],
            "by": _inviter(invitation),
            "invitation": invitation,
            "link": invitation_url(token),
            "host": host.netloc,
        }
        subject = gettext("%(house)s invites you as %(role)s") % {"house": house, "role": facts["role"]}
        text = render_to_string("registry/mail/invitation.txt", facts).strip() + "\n"
    name = " ".join(house.split())
    return EmailMessage(
        " ".join(subject.split()),
        text,
        from_email=formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[sendable_address(invitation.email)],
        headers={
            "Message-ID": f"<invitation.{invitation.pk}.{invitation.sendings}@{host.hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _inviter(invitation: Invitation) -> str:
    """Return who invites, as people know them; empty for the operator."""
    if invitation.invited_by_kind != "user":
        return ""
    user = User.objects.filter(pk=uuid.UUID(invitation.invited_by)).first()
    return (user.name or user.email) if user else ""
