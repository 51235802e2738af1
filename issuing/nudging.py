"""What a nudge finds to do, by one statement: a quiet house is asked every second and has little to say."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from issuing.models import Letter, LetterState
from registry.lanes import Lane
from registry.models import AuditEntry, AuditSeal, OutboxMessage

OUT_OF_ORDER = 10_000
"""An entry whose act took so many others' time to commit is found by the sealer's own hourly round."""
PASS_ON_STATUS, PASS_ON_SLOW, SEND_MAILS = "issuing.pass_on_status", "issuing.pass_on_slow", "issuing.send_mails"
SEAL, DRAIN = "registry.seal_audit_trail", "issuing.drain_outbox"


def waiting_tasks() -> list[str]:
    """Return the names of the tasks for which something is due now, what is soonest done first."""
    tables = {model.__name__: model._meta.db_table for model in (AuditEntry, AuditSeal, OutboxMessage, Letter)}
    due = "not_before <= %s AND (lease_until IS NULL OR lease_until < %s)"
    in_lane = f"""
            EXISTS (SELECT 1 FROM {tables["OutboxMessage"]}
                WHERE done_at IS NULL AND given_up_at IS NULL AND lane = %s AND {due})"""  # noqa: S608 - ours
    # The trail is looked at from its end: what is sealed grows for ever.
    sql = """
        SELECT
            EXISTS (SELECT 1 FROM {AuditEntry} WHERE id > %s + COALESCE(
                (SELECT entry_id FROM {AuditSeal} ORDER BY position DESC LIMIT 1), 0)
                AND NOT EXISTS (SELECT 1 FROM {AuditSeal} WHERE entry_id = {AuditEntry}.id)),
            {in_lane}, {in_lane}, {in_lane}, {in_lane}
            OR EXISTS (SELECT 1 FROM {Letter} WHERE state = %s AND {due})
    """.format(**tables, in_lane=in_lane, due=due)  # noqa: S608 - the tables are ours
    now: Any = connection.ops.adapt_datetimefield_value(timezone.now())
    lanes = [value for lane in (Lane.STATUS, Lane.SLOW, Lane.SIGN, Lane.MAIL) for value in (lane, now, now)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [-OUT_OF_ORDER, *lanes, LetterState.WAITING, now, now])
        seal, status, slow, sign, mail = cursor.fetchone()
    waiting = {SEAL: seal, PASS_ON_STATUS: status, SEND_MAILS: mail, PASS_ON_SLOW: slow, DRAIN: sign}
    return [name for name, waits in waiting.items() if waits]
