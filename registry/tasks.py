"""The registry's tasks."""

from __future__ import annotations

from celery import shared_task
from django.db import IntegrityError

from registry.alarm_mails import ask_for_alarm_mail, send_alarm_mail
from registry.alarms import close_faded_alarms
from registry.audit import SEAL_CHUNK, seal_entries
from registry.invitation_mails import send_invitation_mail
from registry.telling_staff import ask_for_staff_mails, note_what_ends, send_staff_mail
from registry.upkeep import Chore, note_upkeep


@shared_task(name="registry.seal_audit_trail")
def seal_audit_trail() -> None:
    """Chain the audit entries that are not sealed yet: a turn of the nudge, and every hour for those it did not see."""
    try:
        while seal_entries() == SEAL_CHUNK:
            continue
    except IntegrityError:
        return  # another sealer took the same positions first; the rest is sealed at the next nudge


@shared_task(name="registry.note_worker")
def note_worker() -> None:
    """Note that the beat sends and a worker works; a nudge, sent every minute."""
    note_upkeep(Chore.WORKER)


@shared_task(name="registry.look_at_alarms")
def look_at_alarms() -> None:
    """Close the alarms that have faded and ask for the day's mail; a nudge, sent every hour."""
    close_faded_alarms()
    ask_for_alarm_mail()


@shared_task(name="registry.mail_alarms")
def mail_alarms(day: str) -> None:
    """Tell the operators what is open (topic alarms.open)."""
    send_alarm_mail(day)


@shared_task(name="registry.mail_invitation")
def mail_invitation(invitation_id: str, sending: int) -> None:
    """Write to somebody who is invited (topic invitation.made)."""
    send_invitation_mail(invitation_id, sending)


@shared_task(name="registry.look_at_news")
def look_at_news() -> None:
    """Ask for mails to staff who have news and are due; a nudge, sent every minute."""
    note_what_ends()
    ask_for_staff_mails()


@shared_task(name="registry.mail_staff")
def mail_staff(user_id: str, after: int, up_to: int) -> None:
    """Tell somebody what waits for them (topic staff.news)."""
    send_staff_mail(user_id=user_id, after=after, up_to=up_to)
