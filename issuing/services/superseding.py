"""One award takes another's place: the older one's revocation bit is set, with a link to its successor."""

from __future__ import annotations

import datetime as dt
import uuid

from issuing.delivery.telling import tell_of_change
from issuing.models import Award, ClaimLinkWithdrawal, Credential, StatusChange, StatusPurpose, StatusReason
from issuing.services.advancing import advance_awards, record_ends
from issuing.services.lines import pass_line_on
from issuing.services.status_changes import add_change
from issuing.way import SIGNED, WAITING, Act
from registry.actors import Actor

WORKER = Actor(kind="system", id="worker")


def supersede_by(*, successor_id: uuid.UUID, replaced_id: uuid.UUID | None, at: dt.datetime) -> None:
    """Let a stored credential take an older award's place, in the caller's transaction; safe to repeat.

    1. What waits is ended, and what was ended is passed by: whatever it would have replaced is what is replaced now.
    2. The line is handed on. 3. The signed one is revoked and names its successor; the links that its letters carried open nothing any more.
    """
    while replaced_id is not None:
        award = Award.objects.select_for_update().get(pk=replaced_id)
        pass_line_on(award.pk, to=successor_id)  # 2
        if award.state in WAITING:  # 1
            ended = advance_awards([award.pk], Act.REPLACE, at=at, refused_code="replaced-before-signing")
            record_ends(ended, "award.cancelled", actor=WORKER)
        if award.state in SIGNED:
            _revoke(award, successor_id, at)  # 3
            return
        replaced_id = award.replaces_id


def _revoke(award: Award, successor_id: uuid.UUID, at: dt.datetime) -> None:
    old = Credential.objects.select_related("award").get(pk=award.pk)
    if not StatusChange.objects.filter(credential=old, purpose=StatusPurpose.REVOCATION).exists():
        change = add_change(
            old, purpose=StatusPurpose.REVOCATION, value=True, reason=StatusReason.SUPERSEDED, actor=WORKER, at=at
        )
        if not Award.objects.filter(pk=successor_id, learner=award.learner_id).exists():
            # Whoever had the older one does not get the letter of the newer one.
            tell_of_change(change)
        # Links sent before may be with somebody else; the newer award's letter carries one of its own.
        ClaimLinkWithdrawal.objects.create(award=award, at=at, by_kind=WORKER.kind, by=WORKER.id)
    Credential.objects.filter(pk=old.pk, successor=None).update(successor_id=successor_id)
