"""Releases end with what they released: an award that ended unsigned, or whose facts were fixed anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from issuing.models import SignedDocument, StatementKind, StatementState
from registry.outbox import Topic, publish

ENDED_CODE = "award-ended"
ENDED_REASON = "What was released was not signed: the award was refused, ended or corrected."


def end_releases(award_ids: Sequence[uuid.UUID]) -> None:
    """Withdraw what bodies have released of these awards, in the caller's transaction; what waits is never signed."""
    of_these = SignedDocument.objects.filter(
        kind=StatementKind.RELEASE, subject_ref__in=[f"award:{pk}" for pk in award_ids], withdrawn_at=None
    )
    for release in of_these.exclude(state=StatementState.REFUSED).select_for_update(of=("self",)).order_by("id"):
        if release.state == StatementState.ASKED:
            release.state, release.refused_code = StatementState.REFUSED, ENDED_CODE
        else:
            release.withdrawn_at, release.withdrawn_reason = timezone.now(), ENDED_REASON
        release.save(update_fields=["state", "refused_code", "withdrawn_at", "withdrawn_reason"])
        publish(Topic.STATUS_CHANGED, {"list_id": str(release.status_list_id)}, tenant=release.organisation_id)
