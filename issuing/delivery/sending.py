"""Sending what waits: claimed by lease, one connection for many mails, retried with growing delay.

A worker that dies between sending and noting it leaves the mail to be sent once more, under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from issuing.delivery.addresses import addresses_of
from issuing.delivery.messages import mail_for
from issuing.models import Award, AwardState, Delivery, DeliveryState
from registry.selectors import link_base_url

CLAIMED_AT_ONCE = 100
LEASE_SECONDS = 8
SENDING_SECONDS = 5
"""A slow server must not outlast the lease: what is not sent by then is given back."""
MAX_DELAY_SECONDS = 3_600
PERMANENT = 500
"""SMTP reply codes from here on mean that trying again is of no use (RFC 5321 §4.2.1)."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Round:
    """What became of one claimed handful of mails."""

    sent: list[Delivery] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    later: dict[int, str] = field(default_factory=dict)
    given_back: list[int] = field(default_factory=list)


def send_waiting(*, worker: str, until: dt.datetime) -> int:
    """Send what is due until nothing is, or until a moment is reached; returns how many left."""
    total = 0
    while timezone.now() < until:
        deliveries = claim_deliveries(worker=worker)
        if not deliveries:
            break
        done = _send(deliveries)
        note_round(done, worker=worker)
        total += len(done.sent)
        if done.later:
            # The server is in trouble; the mails have their next time, so there is no hurry.
            break
    return total


def claim_deliveries(*, worker: str) -> list[Delivery]:
    """Take up to 100 due mails under a lease; on PostgreSQL claimers pass each other by."""
    table = Delivery._meta.db_table
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value
    # MATERIALIZED: as a plain subquery, PostgreSQL may run it once per row and claim more than the limit.
    sql = f"""
        WITH picked AS MATERIALIZED (
            SELECT id FROM {table}
            WHERE state = 'waiting' AND not_before <= %s AND (lease_until IS NULL OR lease_until < %s)
            ORDER BY not_before, id LIMIT %s{skip})
        UPDATE {table} SET claimed_by = %s, lease_until = %s, attempts = attempts + 1
        WHERE id IN (SELECT id FROM picked)
        RETURNING id"""  # noqa: S608 - the table is ours
    until = now + dt.timedelta(seconds=LEASE_SECONDS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [moment(now), moment(now), CLAIMED_AT_ONCE, worker, moment(until)])
        ids = [row[0] for row in cursor.fetchall()]
    found = Delivery.objects.select_related("credential__award__learner").defer("credential__document")
    return list(found.filter(pk__in=ids).order_by("id"))


def _send(deliveries: Sequence[Delivery]) -> Round:
    done = Round()
    stop_at = time.monotonic() + SENDING_SECONDS
    backend, base_url = get_connection(), link_base_url()
    addresses = addresses_of(deliveries)
    try:
        backend.open()
        for delivery in deliveries:
            if time.monotonic() > stop_at:
                done.given_back.append(delivery.pk)
                continue
            address = addresses.get(delivery.pk)
            if address is None:
                done.failed[delivery.pk] = "no-address"
                continue
            _send_one(mail_for(delivery, address, backend, base_url=base_url), delivery, done)
    except OSError as error:
        # The server is away: what was not sent yet waits, and so does the one that met the error.
        sent = {one.pk for one in done.sent} | set(done.failed) | set(done.later) | set(done.given_back)
        done.later.update({one.pk: type(error).__name__ for one in deliveries if one.pk not in sent})
        log.warning("mail.server_away", error=type(error).__name__, waiting=len(done.later))
    finally:
        backend.close()
    return done


def _send_one(mail: EmailMessage, delivery: Delivery, done: Round) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _text in refusal.recipients.values()]
        permanent = bool(codes) and all(code >= PERMANENT for code in codes)
        (done.failed if permanent else done.later)[delivery.pk] = "recipient-refused"
    else:
        done.sent.append(delivery)


@transaction.atomic
def note_round(done: Round, *, worker: str) -> None:
    """Write down what left, what never will, and what is tried again when."""
    now = timezone.now()
    ours = Delivery.objects.filter(claimed_by=worker, state=DeliveryState.WAITING)
    ids = [delivery.pk for delivery in done.sent]
    ours.filter(pk__in=ids).update(state=DeliveryState.SENT, sent_at=now, lease_until=None, error="")
    awards: list[uuid.UUID] = [delivery.credential_id for delivery in done.sent]
    Award.objects.filter(id__any_of=awards, state=AwardState.SIGNED).update(state=AwardState.DELIVERED)
    for pk, error in done.failed.items():
        ours.filter(pk=pk).update(state=DeliveryState.FAILED, lease_until=None, error=error)
    ours.filter(pk__in=done.given_back).update(claimed_by="", lease_until=None, attempts=F("attempts") - 1)
    for delivery in ours.filter(pk__in=done.later):
        delay = min(2 ** min(delivery.attempts, 12), MAX_DELAY_SECONDS)
        delivery.not_before = now + dt.timedelta(seconds=delay)
        delivery.lease_until, delivery.claimed_by, delivery.error = None, "", done.later[delivery.pk]
        delivery.save(update_fields=["not_before", "lease_until", "claimed_by", "error"])
