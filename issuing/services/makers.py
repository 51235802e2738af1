"""What stops awards on their day: nobody is left who answers for their file, or the mandate for them is over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from catalogue.models import AchievementVersion
from issuing.errors import MandateMissingError
from issuing.models import Award, Batch, BatchState
from issuing.services.basis import require_mandates_today
from issuing.services.drafts import MAKER_LEFT, MANDATE_OVER
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
            _stop(batch, MAKER_LEFT)
        elif batch.ended_code == MAKER_LEFT:
            Batch.objects.filter(pk=pk).update(ended_code="")
    for pk in stopped:
        left = [str(award_id) for award_id, batch_id in own.items() if batch_id == pk]
        tenant = files[pk].organisation_id
        publish(Topic.AWARDS_DUE, {"award_ids": left}, tenant=tenant, not_before=at + LOOKED_AT_AGAIN)
    return [one for one in award_ids if own.get(one) not in stopped]


def under_mandates(award_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> list[uuid.UUID]:
    """Leave out awards in the name of an organisation that mandates their issuer no more, in the caller's transaction.

    Nothing is signed in its name. Their files stop with a code; they are looked at again after an hour, and go on under
    another mandate.
    """
    rows = Award.objects.filter(id__any_of=award_ids).values_list("pk", "version_id", "batch_id") if award_ids else ()
    own = {pk: (version_id, batch_id) for pk, version_id, batch_id in rows}
    versions = AchievementVersion.objects.select_related("achievement__organisation").prefetch_related("parties")
    found = versions.in_bulk({version_id for version_id, _batch in own.values()})
    over = {pk for pk, version in found.items() if not _is_mandated(version)}
    files = {batch_id: version_id in over for version_id, batch_id in own.values() if batch_id}
    again = [batch_id for batch_id, stopped in files.items() if not stopped]
    Batch.objects.filter(pk__in=again, ended_code=MANDATE_OVER).update(ended_code="")
    stopped = [batch_id for batch_id, is_stopped in files.items() if is_stopped]
    for batch in Batch.objects.filter(pk__in=stopped).select_related("version__achievement__issuer__node"):
        _stop(batch, MANDATE_OVER)
    for version_id in over:
        left = [str(pk) for pk, (of_version, _batch) in own.items() if of_version == version_id]
        tenant = found[version_id].achievement.organisation_id
        publish(Topic.AWARDS_DUE, {"award_ids": left}, tenant=tenant, not_before=at + LOOKED_AT_AGAIN)
    return [one for one in award_ids if one in own and own[one][0] not in over]


def _is_mandated(version: AchievementVersion) -> bool:
    try:
        require_mandates_today(version)
    except MandateMissingError:
        return False
    return True


def has_maker(batch: Batch) -> bool:
    """Tell whether whoever sent a file still holds a role in its organisation; machines and operators do not leave so."""
    if batch.made_by_kind != "user":
        return True
    here = live_memberships().filter(user_id=batch.made_by, node__organisation=batch.organisation_id)
    return here.exists() or is_operator(Actor(kind="user", id=batch.made_by, user_id=uuid.UUID(batch.made_by)))


def _stop(batch: Batch, code: str) -> None:
    marked = Batch.objects.filter(pk=batch.pk, state=BatchState.DONE, ended_code="").update(ended_code=code)
    if marked:
        node = batch.version.achievement.issuer.node
        note_news(NewsKind.BATCH_STOPPED, node, about=f"{batch.pk}:{code}:{batch.made_by}"[:80])
