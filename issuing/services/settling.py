"""Working off a decision about a whole file: part by part, each in a transaction of its own. It may be begun again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import structlog
from django.db import transaction

from issuing.models import Approval, Award, AwardState, Decision, SignedDocument, StatementKind
from issuing.services.approving import awards_held, settle
from issuing.services.statements import request_release
from registry.actors import Actor, ActorKind
from registry.errors import RegistryError

SETTLED_AT_ONCE = 100
log = structlog.get_logger(__name__)


def settle_decision(*, approval_id: int) -> None:
    """Go through the awards of a file that waited when it was decided on; safe to repeat.

    1. The next hundred, by their rows. 2. Those whose facts are the ones that were decided on. 3. A body of this
    installation signs a release for each, once. 4. What has all that it needs goes on; what was refused ends.
    """
    approval = Approval.objects.select_related("party").get(pk=approval_id)
    last = 0
    while rows := _next_rows(approval, last):  # 1
        last = rows[-1]
        _settle_part(approval, rows)


def _next_rows(approval: Approval, last: int) -> list[int]:
    waiting = Award.objects.filter(batch=approval.batch_id, state=AwardState.AWAITING_APPROVAL, row_number__gt=last)
    numbers = waiting.order_by("row_number").values_list("row_number", flat=True)[:SETTLED_AT_ONCE]
    return [number for number in numbers if number is not None]


@transaction.atomic
def _settle_part(approval: Approval, rows: Sequence[int]) -> None:
    waiting = awards_held().filter(batch=approval.batch_id, row_number__in=rows, state=AwardState.AWAITING_APPROVAL)
    awards = list(waiting.order_by("id"))
    anew = Approval.objects.filter(
        award_id__any_of=[award.pk for award in awards if award.revision],
        decision=approval.decision,
        party=approval.party,
    )
    decided = set(anew.values_list("award_id", "revision"))
    ours = [award for award in awards if not award.revision or (award.pk, award.revision) in decided]  # 2
    if approval.decision == Decision.RELEASE and approval.party is not None and not approval.ground:
        ours = _signed_for(approval, ours)  # 3
    settle(ours, approval.decision)  # 4


def _signed_for(approval: Approval, awards: Sequence[Award]) -> list[Award]:
    """Ask for the releases that are missing; an award for which none can be signed waits on, and keeps no other."""
    party, actor = approval.party, Actor(kind=cast(ActorKind, approval.by_kind), id=approval.by)
    refs = {f"award:{award.pk}": award for award in awards}
    asked = SignedDocument.objects.filter(
        kind=StatementKind.RELEASE,
        subject_ref__in=list(refs),
        organisation=party.organisation_id if party else None,
        requested_at__gte=approval.at,
    )
    there = set(asked.values_list("subject_ref", flat=True))
    signed: list[Award] = []
    for ref, award in refs.items():
        try:
            if ref not in there and party is not None:
                request_release(award=award, party=party, approval=approval, actor=actor)
        except RegistryError as refusal:
            log.warning("release.refused", award=str(award.pk), code=refusal.code)
        else:
            signed.append(award)
    return signed
