"""One award takes another's place: the older one's revocation bit is set, with a link to its successor."""

from __future__ import annotations

import datetime as dt
import uuid

from issuing.delivery.telling import tell_of_change
from issuing.models import Award, AwardState, Credential, StatusChange, StatusPurpose, StatusReason
from issuing.services.status_changes import UNSIGNED, add_change, cancel_unsigned
from registry.actors import Actor

WORKER = Actor(kind="system", id="worker")


def supersede_by(*, successor_id: uuid.UUID, replaced_id: uuid.UUID, at: dt.datetime) -> None:
    """Let a stored credential take an older award's place, in the caller's transaction; safe to repeat."""
    if not Credential.objects.filter(pk=successor_id).exists():
        return
    award = Award.objects.select_for_update().get(pk=replaced_id)
    if award.state in UNSIGNED:
        cancel_unsigned(award, code="replaced-before-signing")
        return
    if award.state in (AwardState.CANCELLED, AwardState.REFUSED):
        return
    old = Credential.objects.select_related("award").get(pk=replaced_id)
    if not StatusChange.objects.filter(credential=old, purpose=StatusPurpose.REVOCATION).exists():
        change = add_change(
            old, purpose=StatusPurpose.REVOCATION, value=True, reason=StatusReason.SUPERSEDED, actor=WORKER, at=at
        )
        if not Award.objects.filter(pk=successor_id, learner=award.learner_id).exists():
            # Whoever had the older one does not get the letter of the newer one.
            tell_of_change(change)
    Credential.objects.filter(pk=old.pk, successor=None).update(successor_id=successor_id)
