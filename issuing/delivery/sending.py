"""Sending what waits: one connection for many mails, each with a fate of its own, noted before the next one leaves.

A mail that cannot be made or is refused is counted, delayed and given up, and keeps no other one waiting. A server
that is away is asked again later, and no mail is given up for it. A worker that dies between sending a mail and noting
it leaves that one to be sent once more, under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from collections.abc import Sequence
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from issuing.delivery.fates import UnsendableError, UnwantedError
from issuing.delivery.handfuls import Handful, gather
from issuing.delivery.leasing import LETTERS, lease_letters, light_commits, still_ours
from issuing.delivery.messages import mail_for
from issuing.delivery.queueing import ABOUT_APPLICATION
from issuing.delivery.request_answers import answer_mail
from issuing.delivery.returning import tell_of_bounce
from issuing.models import BounceKind, Letter, LetterState
from issuing.steps import take_step
from issuing.way import Act
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.leases import LOST_AGAIN, Patience, kills_its_workers
from registry.turns import Turns

SENDING_SECONDS = 5
"""A slow server must not outlast the lease: what is not sent by then is given back."""
OF_OURS = Patience(failures=8, period=dt.timedelta(0))
"""A mail that we cannot make is given up after eight tries, some four minutes: nothing but a new release would help."""
OF_SERVERS = Patience(failures=8, period=dt.timedelta(days=5), longest_delay_seconds=3_600)
"""A mail that its server puts off is given up after five days (RFC 5321 §4.5.4.1)."""
GIVEN_UP = {"state": LetterState.FAILED.value}
PERMANENT = 500
"""SMTP reply codes from here on mean that trying again is of no use (RFC 5321 §4.2.1)."""
log = structlog.get_logger(__name__)


class ServerAwayError(Exception):
    """The mail server does not answer: no fault of any mail."""


def send_waiting(*, worker: str, until: dt.datetime) -> int:
    """Send what is due until nothing is, or until a moment is reached; returns how many left."""
    total = 0
    turns = Turns()
    while timezone.now() < until:
        with turns.next() as fair:
            letters = lease_letters(worker=worker, fair=fair)
        if not letters:
            break
        with light_commits():
            sent, server_away = _send(letters, worker)
        total += sent
        if server_away:
            # The mails have their next time, so there is no hurry.
            break
    return total


def _send(letters: Sequence[Letter], worker: str) -> tuple[int, bool]:
    """Send a claimed handful; returns how many left, and whether the server is away."""
    stop_at = time.monotonic() + SENDING_SECONDS
    handful = gather(letters)
    waiting = list(reversed(letters))
    sent = 0
    backend = get_connection()
    try:
        _open(backend)
        while waiting and time.monotonic() < stop_at:
            letter = waiting.pop()
            if not still_ours(letter, worker=worker):
                continue
            if kills_its_workers(letter):
                _put_off(letter, LOST_AGAIN, OF_OURS)
            else:
                sent += _send_one(letter, backend, handful)
    except ServerAwayError as away:
        log.warning("mail.server_away", error=type(away.__cause__).__name__, waiting=len(waiting))
        LETTERS.wait(waiting, worker=worker, error="server-away")
        return sent, True
    finally:
        _close(backend)
    ours = Letter.objects.filter(pk__in=[one.pk for one in waiting], claimed_by=worker, state=LetterState.WAITING)
    ours.update(claimed_by="", lease_until=None, attempts=F("attempts") - 1)
    return sent, False


def _open(backend: BaseEmailBackend) -> None:
    try:
        backend.open()
    except OSError as error:
        raise ServerAwayError from error


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except OSError:
        log.info("mail.connection_lost")


def _send_one(letter: Letter, backend: BaseEmailBackend, handful: Handful) -> bool:
    """Send one mail and note what became of it. Raises ServerAwayError where the server answers nobody any more."""
    try:
        _mail(letter, backend, handful).send()
    except UnwantedError:
        _drop(letter)
    except UnsendableError as error:
        _give_up(letter, error.code)
    except smtplib.SMTPRecipientsRefused as refusal:
        _refused(letter, [code for code, _text in refusal.recipients.values()])
    except smtplib.SMTPDataError:
        _put_off(letter, "message-refused", OF_SERVERS)
    except OSError as error:
        # Perhaps the server is away or refuses us all; perhaps it hangs up on this one mail, and must not do so for all
        # behind it.
        _put_off(letter, type(error).__name__, OF_SERVERS)
        _reopen(backend)
    except Exception as error:  # noqa: BLE001 - the alarm tells it
        subject = organisation_subject(letter.organisation_id)
        raise_alarm(AlarmCode.MAIL_FAILED, subject=subject, letter=letter.pk, attempts=letter.attempts)
        _put_off(letter, type(error).__name__, OF_OURS)
    else:
        _note_sent(letter)
        return True
    return False


def _mail(letter: Letter, backend: BaseEmailBackend, handful: Handful) -> EmailMultiAlternatives:
    if letter.about_kind == ABOUT_APPLICATION:
        return answer_mail(letter, backend)
    return mail_for(letter, handful.address_of(letter), backend, handful=handful)


def _reopen(backend: BaseEmailBackend) -> None:
    _close(backend)
    _open(backend)


def _refused(letter: Letter, codes: Sequence[int]) -> None:
    if codes and all(code >= PERMANENT for code in codes):
        _give_up(letter, "recipient-refused", bounced_at=timezone.now(), bounce_kind=BounceKind.REFUSED)
        if letter.award_id is not None:
            tell_of_bounce(letter.award_id)
    else:
        _put_off(letter, "recipient-refused", OF_SERVERS)


def _note_sent(letter: Letter) -> None:
    """Write down that a mail left, whoever holds it by now: it did.

    The award first, and without a transaction, which would double the time: who dies in between leaves a mail to be
    sent again, and no award that is never delivered.
    """
    _end_award(letter)
    _note(letter, state=LetterState.SENT, sent_at=timezone.now(), last_error="")


def _drop(letter: Letter) -> None:
    """Let a letter be that nobody waits for. Its award is in the holder's record, and no mail is wanted any more."""
    _end_award(letter)
    _note(letter, state=LetterState.DROPPED, last_error="")


def _give_up(letter: Letter, error: str, **fate: Any) -> None:
    _note(letter, state=LetterState.FAILED, last_error=error, **fate)
    log.warning("mail.given_up", letter=letter.pk, reason=error, attempts=letter.attempts)


def _end_award(letter: Letter) -> None:
    if letter.award_id is not None:
        take_step([letter.award_id], Act.DELIVER)


def _note(letter: Letter, **fate: Any) -> None:
    Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(lease_until=None, **fate)


def _put_off(letter: Letter, error: str, patience: Patience) -> None:
    """Try again later, and later still, until patience ends."""
    if LETTERS.fail([letter], worker=letter.claimed_by, error=error, end=GIVEN_UP, patience=patience):
        log.warning("mail.given_up", letter=letter.pk, reason=error, attempts=letter.attempts)
