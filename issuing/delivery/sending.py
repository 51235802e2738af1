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

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from issuing.delivery.addresses import addresses_of
from issuing.delivery.claiming import claim_deliveries, light_commits, still_ours
from issuing.delivery.messages import UnsendableAddressError, mail_for
from issuing.models import Award, AwardState, Delivery, DeliveryState
from registry.selectors import link_base_url
from registry.turns import Turns

SENDING_SECONDS = 5
"""A slow server must not outlast the lease: what is not sent by then is given back."""
MAX_DELAY_SECONDS = 3_600
MOST_ATTEMPTS = 8
"""A mail that we cannot make is given up after so many (four minutes): nothing but a new release would help."""
MOST_REFUSALS = 130
"""A mail that its server puts off is given up after so many, five days (RFC 5321 §4.5.4.1)."""
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
            deliveries = claim_deliveries(worker=worker, fair=fair)
        if not deliveries:
            break
        with light_commits():
            sent, server_away = _send(deliveries, worker)
        total += sent
        if server_away:
            # The mails have their next time, so there is no hurry.
            break
    return total


def _send(deliveries: Sequence[Delivery], worker: str) -> tuple[int, bool]:
    """Send a claimed handful; returns how many left, and whether the server is away."""
    stop_at = time.monotonic() + SENDING_SECONDS
    addresses, base_url = addresses_of(deliveries), link_base_url()
    waiting = list(reversed(deliveries))
    sent = 0
    backend = get_connection()
    try:
        _open(backend)
        while waiting and time.monotonic() < stop_at:
            delivery = waiting.pop()
            if still_ours(delivery, worker=worker):
                sent += _send_one(delivery, addresses.get(delivery.pk), backend, base_url)
    except ServerAwayError as away:
        log.warning("mail.server_away", error=type(away.__cause__).__name__, waiting=len(waiting))
        for delivery in waiting:
            _put_off(delivery, "server-away")
        return sent, True
    finally:
        _close(backend)
    ours = Delivery.objects.filter(pk__in=[one.pk for one in waiting], claimed_by=worker, state=DeliveryState.WAITING)
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


def _send_one(delivery: Delivery, address: str | None, backend: BaseEmailBackend, base_url: str) -> bool:
    """Send one mail and note what became of it. Raises ServerAwayError where the server answers nobody any more."""
    if address is None:
        _give_up(delivery, "no-address")
        return False
    try:
        mail_for(delivery, address, backend, base_url=base_url).send()
    except UnsendableAddressError:
        _give_up(delivery, "bad-address")
    except smtplib.SMTPRecipientsRefused as refusal:
        _refused(delivery, [code for code, _text in refusal.recipients.values()])
    except smtplib.SMTPDataError:
        _put_off(delivery, "message-refused", most=MOST_REFUSALS)
    except OSError as error:
        # Perhaps the server is away or refuses us all; perhaps it hangs up on this one mail, and must not do so for all
        # behind it.
        _put_off(delivery, type(error).__name__)
        _reopen(backend)
    except Exception as error:
        log.exception("alarm.mail_failed", delivery=delivery.pk, attempts=delivery.attempts)
        _put_off(delivery, type(error).__name__, most=MOST_ATTEMPTS)
    else:
        _note_sent(delivery)
        return True
    return False


def _reopen(backend: BaseEmailBackend) -> None:
    _close(backend)
    _open(backend)


def _refused(delivery: Delivery, codes: Sequence[int]) -> None:
    if codes and all(code >= PERMANENT for code in codes):
        _give_up(delivery, "recipient-refused")
    else:
        _put_off(delivery, "recipient-refused", most=MOST_REFUSALS)


def _note_sent(delivery: Delivery) -> None:
    """Write down that a mail left, whoever holds it by now: it did.

    The award first, and without a transaction, which would double the time: who dies in between leaves a mail to be
    sent again, and no award that is never delivered.
    """
    Award.objects.filter(pk=delivery.credential_id, state=AwardState.SIGNED).update(state=AwardState.DELIVERED)
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.SENT, sent_at=timezone.now(), lease_until=None, error="")


def _give_up(delivery: Delivery, error: str) -> None:
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.FAILED, lease_until=None, error=error)
    log.warning("mail.given_up", delivery=delivery.pk, reason=error, attempts=delivery.attempts)


def _put_off(delivery: Delivery, error: str, *, most: int | None = None) -> None:
    """Try again later, and later still; after `most` attempts not any more."""
    if most is not None and delivery.attempts >= most:
        _give_up(delivery, error)
        return
    delay = min(2 ** min(delivery.attempts, 12), MAX_DELAY_SECONDS)
    waiting = Delivery.objects.filter(pk=delivery.pk, claimed_by=delivery.claimed_by, state=DeliveryState.WAITING)
    not_before = timezone.now() + dt.timedelta(seconds=delay)
    waiting.update(not_before=not_before, lease_until=None, claimed_by="", error=error)
