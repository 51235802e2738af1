"""Rows that change a credential's status; each bumps its revision and asks for the list to be published again."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from issuing.models import Award, AwardState, Credential, StatusChange, StatusPurpose
from registry.actors import Actor
from registry.outbox import Topic, publish

UNSIGNED = (AwardState.SCHEDULED, AwardState.AWAITING_APPROVAL, AwardState.ACCEPTED, AwardState.AWAITING_CLAIM)


def add_change(
    credential: Credential, *, purpose: StatusPurpose, value: bool, reason: str, actor: Actor, at: dt.datetime
) -> StatusChange:
    """Write one change of status in the caller's transaction. The credential's award must be loaded."""
    change = StatusChange.objects.create(
        credential=credential,
        purpose=purpose,
        value=value,
        reason=reason,
        at=at,
        by_kind=actor.kind,
        by=actor.id,
    )
    Credential.objects.filter(pk=credential.pk).update(revision=F("revision") + 1)
    ask_for_list(credential.award)
    if purpose == StatusPurpose.REVOCATION:
        # Who lost the award may be awarded it again.
        Award.objects.filter(pk=credential.pk).update(dedupe_key=None)
    return change


def cancel_unsigned(award: Award, *, code: str) -> bool:
    """End an award that was not signed yet; its place is marked revoked, whatever may have left the worker."""
    ended = Award.objects.filter(pk=award.pk, state__in=UNSIGNED).update(
        state=AwardState.CANCELLED, refused_code=code, dedupe_key=None
    )
    if ended:
        ask_for_list(award)
    return bool(ended)


def ask_for_list(award: Award) -> None:
    """Ask the worker to publish the list that the award's place is in."""
    publish(Topic.STATUS_CHANGED, {"list_id": str(award.status_list_id)}, tenant=award.organisation_id)
