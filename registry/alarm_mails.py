"""One mail a day to the operators, while any alarm is open: each of them in their own language, ids and counts only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from registry.alarms import CLOSED_BY_A_PERSON, MEANINGS
from registry.errors import UnavailableError
from registry.models import Alarm, User
from registry.outbox import Topic, publish

EVERY = dt.timedelta(hours=23, minutes=30)
"""Asked for every hour, so that the mail comes once a day and not an hour later each day."""
MOST_ALARMS, MOST_OPERATORS = 50, 20
log = structlog.get_logger(__name__)


@transaction.atomic
def ask_for_alarm_mail() -> bool:
    """Ask for the day's mail where an alarm is open and none has left for a day; tells whether it did."""
    now = timezone.now()
    if not list(Alarm.objects.select_for_update().filter(resolved_at=None).values_list("pk")):
        return False
    if Alarm.objects.filter(told_at__gt=now - EVERY).exists():
        return False
    Alarm.objects.filter(resolved_at=None).update(told_at=now)
    publish(Topic.ALARMS_OPEN, {"day": now.date().isoformat()})
    return True


def send_alarm_mail(day: str) -> int:
    """Write to every operator what is open; returns how many mails left. A repeat has the same Message-IDs.

    Raises:
        UnavailableError: the mail server does not answer; to be tried again.
    """
    alarms = list(Alarm.objects.filter(resolved_at=None).order_by("first_at"))
    operators = User.objects.filter(is_superuser=True, is_active=True).order_by("date_joined")[:MOST_OPERATORS]
    sent = 0
    for operator in operators if alarms else ():
        try:
            sent += _mail_for(operator, alarms, day).send()
        except SMTPRecipientsRefused:
            log.warning("mail.given_up", user=str(operator.pk), reason="recipient-refused")
        except OSError as error:
            raise UnavailableError(code="server-away") from error
    return sent


def _mail_for(operator: User, alarms: Sequence[Alarm], day: str) -> EmailMessage:
    host = urlsplit(settings.PUBLIC_URL)
    with override(operator.language):
        subject = gettext("%(place)s: open alarms: %(count)d") % {"place": host.netloc, "count": len(alarms)}
        shown = [(one, MEANINGS.get(one.code, ""), one.code in CLOSED_BY_A_PERSON) for one in alarms[:MOST_ALARMS]]
        facts = {"alarms": shown, "more": len(alarms) - len(shown), "place": settings.PUBLIC_URL}
        text = render_to_string("registry/mail/alarms.txt", facts)
    message_id = f"<alarms.{day}.{operator.pk}@{host.hostname}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[operator.email], headers=headers)
