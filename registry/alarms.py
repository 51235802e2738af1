"""Alarms: what an operator has to know. One log line each time, and one row for as long as it is so.

`/readyz` names them, `/metrics` and `fsck` count them, one mail a day tells them to the operators
(`registry.alarm_mails`), `manage.py alarms` lists and closes them. docs/operators.md says of each what to do.

Most alarms fade: what is told no more for two hours has healed. Those of `CLOSED_BY_A_PERSON` stay until somebody has
looked.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import structlog
from django.db import Error, transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.models import Alarm

FADES_AFTER = dt.timedelta(hours=2)
FORGOTTEN_AFTER = dt.timedelta(days=90)
log = structlog.get_logger(__name__)


class AlarmCode(StrEnum):
    """What can be wrong; the log line is `alarm.<code>`."""

    ACCEPTED_AWARD_REFUSED = "accepted_award_refused"
    ANSWERS_NOT_FORGOTTEN = "answers_not_forgotten"
    AWARD_SET_ASIDE = "award_set_aside"
    CANNOT_SIGN = "cannot_sign"
    CHUNK_FAILED = "chunk_failed"
    COUNTS_NOT_FORGOTTEN = "counts_not_forgotten"
    DATABASE_WAS_RESTORED = "database_was_restored"
    KEY_NOT_MADE = "key_not_made"
    LANE_HANGS = "lane_hangs"
    LIST_NOT_RENEWED = "list_not_renewed"
    MAIL_FAILED = "mail_failed"
    MARK_UNREADABLE = "mark_unreadable"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_GIVEN_UP = "message_given_up"
    MESSAGE_WAITS = "message_waits"
    NUDGE_FAILED = "nudge_failed"
    PRESENTATIONS_NOT_FORGOTTEN = "presentations_not_forgotten"
    REQUEST_SET_ASIDE = "request_set_aside"
    SELF_CHECK_FAILED = "self_check_failed"
    SESSIONS_NOT_FORGOTTEN = "sessions_not_forgotten"
    STATEMENT_REFUSED = "statement_refused"
    TASK_FAILED = "task_failed"


CLOSED_BY_A_PERSON: Final = frozenset(
    {
        AlarmCode.ACCEPTED_AWARD_REFUSED,
        AlarmCode.DATABASE_WAS_RESTORED,
        AlarmCode.MESSAGE_GIVEN_UP,
        AlarmCode.SELF_CHECK_FAILED,
        AlarmCode.STATEMENT_REFUSED,
    }
)
MEANINGS: Final[Mapping[str, str | Promise]] = {
    AlarmCode.ACCEPTED_AWARD_REFUSED: _("An award was accepted and then could not be signed."),
    AlarmCode.ANSWERS_NOT_FORGOTTEN: _("Old answers to requests could not be removed."),
    AlarmCode.AWARD_SET_ASIDE: _("An award fails in a way that nobody foresaw. It is tried again on its own."),
    AlarmCode.CANNOT_SIGN: _("A signing key cannot be opened or used. What needs it waits."),
    AlarmCode.CHUNK_FAILED: _("Awards could not be signed. They are tried again."),
    AlarmCode.COUNTS_NOT_FORGOTTEN: _("Old counts of requests could not be removed."),
    AlarmCode.SESSIONS_NOT_FORGOTTEN: _("Sign-ins that are over could not be removed."),
    AlarmCode.DATABASE_WAS_RESTORED: _("The database forgets places in a status list that were given out."),
    AlarmCode.KEY_NOT_MADE: _("A signing key could not be made."),
    AlarmCode.LANE_HANGS: _("Work in the background hung; its process was ended and started anew."),
    AlarmCode.LIST_NOT_RENEWED: _("A status list could not be renewed."),
    AlarmCode.MAIL_FAILED: _("A mail could not be made. It is tried again."),
    AlarmCode.MARK_UNREADABLE: _("The file that marks how far a status list was given out cannot be read."),
    AlarmCode.MESSAGE_FAILED: _("Work in the background failed. It is tried again."),
    AlarmCode.MESSAGE_GIVEN_UP: _("Work in the background failed for more than a day and was put aside."),
    AlarmCode.MESSAGE_WAITS: _(
        "Work in the background waits for what is not there: a key, a database, a mail server."
    ),
    AlarmCode.NUDGE_FAILED: _("One kind of work in the background fails as a whole."),
    AlarmCode.PRESENTATIONS_NOT_FORGOTTEN: _("Presentations whose time has passed could not be removed."),
    AlarmCode.REQUEST_SET_ASIDE: _(
        "A request that was approved fails in a way that nobody foresaw. It waits for a decision again."
    ),
    AlarmCode.SELF_CHECK_FAILED: _("A signed document was not what it should be. Its issuer's signing was stopped."),
    AlarmCode.STATEMENT_REFUSED: _("A statement was accepted and then could not be signed."),
    AlarmCode.TASK_FAILED: _("A task of the worker failed."),
}


def raise_alarm(code: AlarmCode, *, subject: str = "", times: int = 1, **ids: object) -> None:
    """Tell that something is wrong; an exception that is being handled is told with it, by type and place.

    It never fails: without a database the log line is all there is. The row is written in the caller's transaction,
    if there is one.

    Args:
        code: what is wrong.
        subject: kind and id of what it is about ("issuer:…", "organisation:…"), never a name. Each has a row of its
            own, so choose what there are few of.
        times: how often it happened.
        ids: what else the log line says; ids, codes and counts only.
    """
    log.error(f"alarm.{code}", subject=subject, exc_info=sys.exception(), **ids)
    now = timezone.now()
    try:
        with transaction.atomic():
            known = Alarm.objects.filter(code=code, subject=subject, resolved_at=None)
            if not known.update(last_at=now, count=F("count") + times):
                new = Alarm(code=code, subject=subject, first_at=now, last_at=now, count=times)
                Alarm.objects.bulk_create([new], ignore_conflicts=True)
    except Error as error:
        log.warning("alarm.not_written_down", error=type(error).__name__)


def resolve_alarms(code: AlarmCode, *, subject: str) -> None:
    """Close what somebody has seen to."""
    Alarm.objects.filter(code=code, subject=subject, resolved_at=None).update(resolved_at=timezone.now())


def close_faded_alarms() -> None:
    """Close what is told no more, unless a person has to; forget what was closed three months ago."""
    now = timezone.now()
    fading = Alarm.objects.filter(resolved_at=None, last_at__lt=now - FADES_AFTER).exclude(code__in=CLOSED_BY_A_PERSON)
    fading.update(resolved_at=now)
    Alarm.objects.filter(resolved_at__lt=now - FORGOTTEN_AFTER).delete()


def open_alarms() -> dict[str, int]:
    """Return {code: how many things it is so of}, by code."""
    rows = Alarm.objects.filter(resolved_at=None).values_list("code").annotate(Count("id"))
    return dict(rows.order_by("code"))


def organisation_subject(tenant: object) -> str:
    """Return the subject of what concerns one organisation, or the installation without one."""
    return f"organisation:{tenant}" if tenant else "installation"
