"""Entries of the catalogue, built through the services that editors use."""

from __future__ import annotations

import itertools
from typing import Any

from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind, AchievementVersion
from catalogue.services import AchievementOrder, create_achievement, plan_achievement, publish_achievement
from registry.actors import SYSTEM
from registry.models import Issuer
from tests.registry.builders import build_issuer

_numbers = itertools.count(1)
ASSESSED = {"assessment": {"state": "value", "value": {"en": "Written test", "de": "Schriftliche Prüfung"}}}


def build_content(**fields: Any) -> AchievementContent:
    """Return content that may be published as any kind but a micro-degree or an equivalence statement."""
    texts = {"name": {"en": "Reading Data", "de": "Daten lesen"}, "description": {"en": "What data says."}}
    return AchievementContent(**{"texts": texts, "facts": ASSESSED, **fields})


def named(name: str) -> dict[str, Any]:
    """Return texts with another title."""
    return {"texts": {"name": {"en": name}, "description": {"en": "What data says."}}}


def build_draft(issuer: Issuer | None = None, **fields: Any) -> AchievementVersion:
    """Create an entry with its first draft."""
    order = AchievementOrder(
        issuer=issuer or build_issuer(),
        slug=fields.pop("slug", f"entry-{next(_numbers)}"),
        kind=fields.pop("kind", AchievementKind.MICRO_CREDENTIAL),
        content=build_content(**fields),
    )
    return create_achievement(order=order, actor=SYSTEM)


def build_published(issuer: Issuer | None = None, **fields: Any) -> AchievementVersion:
    """Create an entry and publish it."""
    return publish_achievement(achievement=build_draft(issuer, **fields).achievement, actor=SYSTEM)


def build_planned(issuer: Issuer | None = None, **fields: Any) -> AchievementVersion:
    """Create an entry that is planned."""
    return plan_achievement(achievement=build_draft(issuer, **fields).achievement, actor=SYSTEM)


def fresh(version: AchievementVersion) -> Achievement:
    """Return the entry of a version as the database has it now."""
    return Achievement.objects.select_related("issuer__organisation", "issuer__node", "organisation").get(
        pk=version.achievement_id
    )
