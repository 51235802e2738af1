"""Rows that change a credential's status; each bumps its revision and asks for the list to be published again."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from issuing.counting import recounted
from issuing.models import Award, Credential, StatusChange, StatusPurpose
from issuing.services.advancing import advance_awards, ask_for_list
from issuing.services.lines import give_up_lines
from issuing.way import Act
from registry.actors import Actor


def add_change(
    credential: Credential, *, purpose: StatusPurpose, value: bool, reason: str, actor: Actor, at: dt.datetime
) -> StatusChange:
    """Write one change of status in the caller's transaction. The credential's award must be loaded, and held."""
    with recounted(credential.pk):
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
    ask_for_list(credential.award.status_list_id, tenant=credential.award.organisation_id)
    if purpose == StatusPurpose.REVOCATION:
        # Who lost the award may be awarded it again.
        give_up_lines([credential.pk])
    return change


def cancel_unsigned(award: Award, *, code: str) -> bool:
    """End an award that was not signed yet; its place is marked revoked, whatever may have left the worker."""
    return bool(advance_awards([award.pk], Act.CANCEL, refused_code=code))
