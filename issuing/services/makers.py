"""Whether somebody is left who answers for a file: its awards stop on their day where nobody is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from issuing.models import Award, Batch, BatchState
from issuing.services.drafts import MAKER_LEFT
from registry.actors import Actor
from registry.models import NewsKind
from registry.outbox import Topic, publish
from registry.permissions import is_operator, live_memberships
from registry.telling_staff import note_news

LOOKED_AT_AGAIN: Final = dt.timedelta(hours=1)


def of_those_who_stay(award_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> list[uuid.UUID]:
    """Leave out awards of files whose maker holds no role any more, in the caller's transaction.

    Such a file stops with a code, its place hears of it, and it is looked at again after an hour: who takes it over, or
    gives the role again, lets it go on.
    """
    own = dict(
        Award.objects.filter(id__any_of=award_ids, batch__made_by_kind="user").values_list("pk", "batch_id")
        if award_ids
        else ()
    )
    files = Batch.objects.select_related("version__achievement__issuer__node").in_bulk({*own.values()})
    stopped = {pk for pk, batch in files.items() if not has_maker(batch)}
    for pk, batch in files.items():
        if pk in stopped:
            _stop(batch)
        elif batch.ended_code == MAKER_LEFT:
            Batch.objects.filter(pk=pk).update(ended_code="")
    for pk in stopped:
        left = [str(award_id) for award_id, batch_id in own.items() if batch_id == pk]
        tenant = files[pk].organisation_id
        publish(Topic.AWARDS_DUE, {"award_ids": left}, tenant=tenant, not_before=at + LOOKED_AT_AGAIN)
    return [one for one in award_ids if own.get(one) not in stopped]


def has_maker(batch: Batch) -> bool:
    """Tell whether whoever sent a file still holds a role in its organisation; machines and operators do not leave so."""
    if batch.made_by_kind != "user":
        return True
    here = live_memberships().filter(user_id=batch.made_by, node__organisation=batch.organisation_id)
    return here.exists() or is_operator(Actor(kind="user", id=batch.made_by, user_id=uuid.UUID(batch.made_by)))


def _stop(batch: Batch) -> None:
    marked = Batch.objects.filter(pk=batch.pk, state=BatchState.DONE, ended_code="").update(ended_code=MAKER_LEFT)
    if marked:
        node = batch.version.achievement.issuer.node
        note_news(NewsKind.BATCH_STOPPED, node, about=f"{batch.pk}:{MAKER_LEFT}:{batch.made_by}"[:80])
