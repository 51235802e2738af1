"""The worker's tasks. Each may be lost, doubled or run in many workers at once."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Literal

from celery import shared_task
from django.utils import timezone

from issuing.delivery.sending import send_waiting
from issuing.delivery.trial_mails import send_trial_mail
from issuing.draining import drain, worker_name
from issuing.lanes import TURN_SECONDS, meanwhile, runs_beside, start_lane
from issuing.nudging import PASS_ON_SLOW, PASS_ON_STATUS, SEND_MAILS, waiting_tasks
from issuing.passing import pass_on, task_named
from issuing.services import (
    advance_due,
    end_wait,
    forget_exports,
    forget_files,
    forget_requests,
    forget_trials,
    grant_chosen,
    remind_unclaimed,
    run_batch,
    run_change,
    settle_decision,
    write_export,
)
from issuing.signing.heads import sign_head
from issuing.signing.making_keys import make_key
from issuing.signing.statements import sign_jwt, sign_statement
from issuing.signing.status_lists import publish_list, renew_lists
from issuing.signing.trials import sign_trial
from registry.alarms import AlarmCode
from registry.fates import goes_well
from registry.lanes import Lane

RENEWAL_SECONDS = 20


@shared_task(name="issuing.nudge")
def nudge() -> None:
    """Look what waits and do it; sent every second. It may be lost, doubled or run in many workers at once.

    What fails is told and left to the next nudge: it keeps nothing else from its turn.
    """
    for name in waiting_tasks():
        if runs_beside(name):
            start_lane(name)
        else:
            goes_well(task_named(name), alarm=AlarmCode.NUDGE_FAILED, subject=f"task:{name}")


@shared_task(name="issuing.drain_outbox")
def drain_outbox() -> None:
    """Sign whatever waits, one turn of the nudge, and look after the other lanes in between."""
    drain(worker=worker_name(), meanwhile=meanwhile())


@shared_task(name=SEND_MAILS)
def send_mails() -> None:
    """Send the letters that are due, and run the listeners of the mail lane: one turn of that lane."""
    worker = worker_name()
    send_waiting(worker=worker, until=timezone.now() + dt.timedelta(seconds=TURN_SECONDS))
    pass_on(Lane.MAIL, worker=worker, seconds=TURN_SECONDS)


@shared_task(name=PASS_ON_STATUS)
def pass_on_status() -> None:
    """Publish lists, make keys, sign documents on request: one turn of the status lane."""
    pass_on(Lane.STATUS, worker=worker_name(), seconds=TURN_SECONDS)


@shared_task(name=PASS_ON_SLOW)
def pass_on_slow() -> None:
    """Run the listeners of the slow lane for one turn."""
    pass_on(Lane.SLOW, worker=worker_name(), seconds=TURN_SECONDS)


@shared_task(name="issuing.advance_due")
def advance_due_awards(award_ids: list[str]) -> None:
    """Let awards go on whose day has come, and end those that nobody accepted in time (topic awards.due)."""
    advance_due(award_ids=[uuid.UUID(award_id) for award_id in award_ids])


@shared_task(name="issuing.publish_status_lists")
def publish_status_lists(list_id: str) -> None:
    """Publish a status list whose bits changed (topic credential.status_changed)."""
    publish_list(uuid.UUID(list_id))


@shared_task(name="issuing.renew_status_lists")
def renew_status_lists() -> None:
    """Publish again the lists that grow old, and see to the platform's key; a nudge, sent every few seconds."""
    goes_well(partial(make_key, issuer_id=None), alarm=AlarmCode.KEY_NOT_MADE, subject="installation")
    renew_lists(until=timezone.now() + dt.timedelta(seconds=RENEWAL_SECONDS))


@shared_task(name="issuing.sign_audit_head")
def sign_audit_head() -> None:
    """Sign the audit chain's head of yesterday unless that is done; a nudge, sent every minute."""
    sign_head()


@shared_task(name="issuing.make_key")
def make_requested_key(issuer_id: str | None, retire: str | None = None) -> None:
    """Make or replace a key (topic key.requested)."""
    make_key(issuer_id=uuid.UUID(issuer_id) if issuer_id else None, retire=uuid.UUID(retire) if retire else None)


@shared_task(name="issuing.sign_document")
def sign_requested_document(kind: str, id: str) -> None:
    """Make the JWT of a credential, or sign a statement (topic document.requested)."""
    {"jwt": sign_jwt, "statement": sign_statement}[kind](uuid.UUID(id))


@shared_task(name="issuing.run_batch")
def run_asked_batch(batch_id: str) -> None:
    """Check a file of awards and, once it is confirmed, accept them (topic batch.asked)."""
    run_batch(batch_id=uuid.UUID(batch_id))


@shared_task(name="issuing.settle_decision")
def settle_asked_decision(approval_id: int) -> None:
    """Let the awards of a file go on, or end, as was decided (topic batch.decided)."""
    settle_decision(approval_id=approval_id)


@shared_task(name="issuing.end_wait")
def end_wait_of_file(batch_id: str, ending: Literal["undone", "sent"], by_kind: str, by: str) -> None:
    """Cancel the awards of a file that wait for their day, or let them go out (topic batch.wait_ended)."""
    end_wait(batch_id=uuid.UUID(batch_id), ending=ending, by_kind=by_kind, by=by)


@shared_task(name="issuing.run_change")
def run_asked_change(change_id: str) -> None:
    """Change many awards, each with a fate of its own (topic change.asked)."""
    run_change(change_id=uuid.UUID(change_id))


@shared_task(name="issuing.grant_requests")
def grant_chosen_requests(application_ids: list[str]) -> None:
    """Award the requests that somebody approved together, each with a fate of its own (topic requests.granted)."""
    grant_chosen(application_ids=[uuid.UUID(one) for one in application_ids])


@shared_task(name="issuing.forget_batch_files")
def forget_batch_files() -> None:
    """Delete files of awards, lists as files, trials and answered requests that were kept long enough; a nudge, sent hourly."""
    forget_files()
    forget_exports()
    forget_trials()
    forget_requests()


@shared_task(name="issuing.remind")
def remind_people() -> None:
    """Ask for the reminders of what nobody has accepted; a nudge, sent every hour."""
    remind_unclaimed(at=timezone.now())


@shared_task(name="issuing.write_export")
def write_asked_export(export_id: str) -> None:
    """Write a list of awards as a file (topic export.asked)."""
    write_export(export_id=uuid.UUID(export_id))


@shared_task(name="issuing.sign_trial")
def sign_asked_trial(trial_id: str) -> None:
    """Sign a trial by its own key (topic trial.asked)."""
    sign_trial(uuid.UUID(trial_id))


@shared_task(name="issuing.mail_trial")
def mail_signed_trial(trial_id: str) -> None:
    """Send a trial's letter to the member who tries (topic trial.signed)."""
    send_trial_mail(uuid.UUID(trial_id))
