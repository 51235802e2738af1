"""Which awards wait for an approval, as rows of their own: written when an award begins to wait, gone when it stops."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from issuing.models import ApprovalAsked, Award


def note_asked(award_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> None:
    """Note awards that wait from now on. One of a file is decided with it, unless its facts were fixed anew since."""
    columns = ("pk", "organisation_id", "version_id", "batch_id", "revision")
    rows = Award.objects.filter(pk__any_of=award_ids).values_list(*columns)
    ApprovalAsked.objects.bulk_create(
        [
            ApprovalAsked(
                award_id=pk,
                organisation_id=organisation,
                version_id=version,
                batch_id=None if revision else batch,
                asked_at=at,
            )
            for pk, organisation, version, batch, revision in rows
        ],
        update_conflicts=True,
        unique_fields=["award"],
        update_fields=["batch", "asked_at"],
    )


def note_decided(award_ids: Sequence[uuid.UUID]) -> None:
    """Forget awards that wait no more; those that begin again are noted again."""
    ApprovalAsked.objects.filter(award_id__any_of=award_ids).delete()
