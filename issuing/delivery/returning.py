"""Letting staff hear that a letter came back: whoever awards there has to find another address."""

from __future__ import annotations

import uuid

from issuing.models import Award
from registry.models import NewsKind
from registry.telling_staff import note_news


def tell_of_bounce(award_id: uuid.UUID) -> None:
    """Note that a letter of an award came back."""
    award = Award.objects.select_related("version__achievement__issuer__node").defer("facts").get(pk=award_id)
    note_news(NewsKind.BOUNCED, award.version.achievement.issuer.node)
