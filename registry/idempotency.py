"""The same request again is answered again and done once: a machine that asks twice, a form that is sent twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from registry.actors import Actor
from registry.errors import KeyReusedError
from registry.models import IdempotencyKey

ANSWERS_KEPT = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to a request: status and body, byte for byte."""

    status: int
    body: str


def answer_once(
    *, organisation_id: uuid.UUID, key: str, request_sha: str, act: Callable[[], KeptAnswer]
) -> tuple[KeptAnswer, bool]:
    """Act on the first request with this key; return its answer, and whether it is a repeated one.

    The key's row, the act and its answer are one transaction. Parallel requests wait in the database for the
    first one's row: when it commits they read its answer, when it is refused the next of them acts. So refusals
    are not kept, and a client that lost the answer gets it again for 24 hours.

    Raises:
        KeyReusedError: the key came with another request before.
        RegistryError: whatever `act` refuses.
    """
    with transaction.atomic():
        mine = IdempotencyKey.objects.filter(organisation_id=organisation_id, key=key)
        mine.filter(expires_at__lt=timezone.now()).delete()
        if not _claimed(organisation_id, key, request_sha):
            return _kept_answer(mine.get(), request_sha), True
        answer = act()
        mine.update(status=answer.status, body=answer.body)
        return answer, False


def request_sha(actor: Actor, method: str, address: str, body: bytes) -> str:
    """Return what makes two requests the same: place in the tree, method, address and body."""
    head = f"{actor.node_path}\0{method}\0{address}\0"
    return hashlib.sha256(head.encode() + body).hexdigest()


def _claimed(organisation_id: uuid.UUID, key: str, request_sha: str) -> bool:
    """Write the key's row unless there is one; on PostgreSQL this waits for a parallel writer's commit."""
    table = IdempotencyKey._meta.db_table
    expires_at = connection.ops.adapt_datetimefield_value(timezone.now() + ANSWERS_KEPT)
    owner = IdempotencyKey._meta.get_field("organisation").get_db_prep_save(organisation_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organisation_id, key, request_sha, body, expires_at) "  # noqa: S608 - our table
            "VALUES (%s, %s, %s, '', %s) ON CONFLICT (organisation_id, key) DO NOTHING",
            [owner, key, request_sha, expires_at],
        )
        return bool(cursor.rowcount)


def _kept_answer(row: IdempotencyKey, request_sha: str) -> KeptAnswer:
    if row.request_sha != request_sha or row.status is None:
        raise KeyReusedError
    return KeptAnswer(row.status, row.body)


def forget_old_answers() -> int:
    """Remove first answers that nobody may ask for any more; returns how many."""
    return IdempotencyKey.objects.filter(expires_at__lt=timezone.now()).delete()[0]
