"""Which awards wait for an approval, as rows of their own: written when an award begins to wait, gone when it stops."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence

from catalogue.models import AchievementVersion
from issuing.models import ApprovalAsked, ApprovalKind, Award
from issuing.services.policies import approvals_needed, other_bodies
from registry.actors import Actor
from registry.models import NewsKind, Node
from registry.telling_staff import note_news


def note_asked(award_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> None:
    """Note awards that wait from now on. One of a file is decided with it, unless its facts were fixed anew since."""
    columns = ("pk", "organisation_id", "version_id", "batch_id", "revision", "accepted_by_kind", "accepted_by")
    rows = list(Award.objects.filter(pk__any_of=award_ids).values_list(*columns))
    ApprovalAsked.objects.bulk_create(
        [
            ApprovalAsked(
                award_id=pk,
                organisation_id=organisation,
                version_id=version,
                batch_id=None if revision else batch,
                asked_at=at,
            )
            for pk, organisation, version, batch, revision, _kind, _by in rows
        ],
        update_conflicts=True,
        unique_fields=["award"],
        update_fields=["batch", "asked_at"],
    )
    for (version, kind, by), count in Counter((row[2], row[5], row[6]) for row in rows).items():
        _tell(version, Actor(kind=kind, id=by), count)


def _tell(version_id: uuid.UUID, maker: Actor, count: int) -> None:
    """Let those who may approve hear of it, here and at the bodies that award jointly."""
    version = AchievementVersion.objects.select_related("achievement__issuer__node").get(pk=version_id)
    kinds = approvals_needed(version)
    if ApprovalKind.SECOND_PERSON in kinds:
        note_news(NewsKind.APPROVAL_ASKED, version.achievement.issuer.node, count=count, maker=maker)
    if ApprovalKind.AWARDING_BODIES in kinds:
        bodies = [party.organisation_id for party in other_bodies(version) if party.organisation_id]
        for root in Node.objects.filter(organisation__in=bodies, parent=None):
            note_news(NewsKind.APPROVAL_ASKED, root, count=count)


def note_decided(award_ids: Sequence[uuid.UUID]) -> None:
    """Forget awards that wait no more; those that begin again are noted again."""
    ApprovalAsked.objects.filter(award_id__any_of=award_ids).delete()
