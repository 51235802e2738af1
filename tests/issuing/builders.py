"""Organisations that can award, a worker's key, and a drain to call by hand."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind, DuplicatePolicy
from catalogue.services import AchievementOrder, create_achievement, publish_achievement
from issuing.draining import drain, worker_name
from issuing.models import Award
from issuing.services import AwardOrder
from issuing.signing import set_key_encryption_key_source
from registry.actors import SYSTEM, Actor
from registry.models import Issuer, Role
from registry.services import OrganisationOrder, ProfileOrder, Recipient, create_issuer, create_organisation
from tests.registry.builders import build_member

KEK = base64.b64encode(bytes(range(32))) + b"\n"
OTHER_KEK = base64.b64encode(bytes(32)) + b"\n"

_numbers = itertools.count(1)


def build_issuer(**organisation: Any) -> Issuer:
    """Create an organisation with an issuer whose key is only asked for."""
    number = next(_numbers)
    order = OrganisationOrder(slug=f"college-{number}", name={"en": "Example College"}, **organisation)
    college = create_organisation(order=order, owner=None, actor=SYSTEM)
    profile = ProfileOrder(name={"en": "Example College", "de": "Beispielkolleg"}, url="https://college.example.org")
    root = college.nodes.get(parent=None)
    return create_issuer(node=root, slug=f"college-office-{number}", profile=profile, actor=SYSTEM)


def build_achievement(
    issuer: Issuer | None = None,
    *,
    duplicates: DuplicatePolicy = DuplicatePolicy.DENY,
    publish: bool = True,
    **content: Any,
) -> Achievement:
    """Create an achievement, published unless told otherwise."""
    facts = {"assessment": {"state": "value", "value": {"en": "Test", "de": "Test"}}}
    texts = {
        "name": {"en": "Data Basics", "de": "Daten-Grundlagen"},
        "description": {"en": "Reading data.", "de": "Daten lesen."},
    }
    order = AchievementOrder(
        issuer=issuer or build_issuer(),
        slug=f"data-basics-{next(_numbers)}",
        kind=AchievementKind.MICRO_CREDENTIAL,
        content=AchievementContent(
            **{"texts": texts, "facts": facts, "ects_credits": Decimal("2.5"), "outcomes": ({"en": "Reads data"},)}
            | content
        ),
        duplicates=duplicates,
    )
    version = create_achievement(order=order, actor=SYSTEM)
    if publish:
        publish_achievement(achievement=version.achievement, actor=SYSTEM)
    return Achievement.objects.select_related("issuer__node", "issuer__organisation", "organisation").get(
        pk=version.achievement_id
    )


def build_order(achievement: Achievement, number: int | None = None, **stated: Any) -> AwardOrder:
    """Order an award for a person of their own."""
    number = next(_numbers) if number is None else number
    recipient = stated.pop("recipient", None) or Recipient(
        name=f"Ada Example {number}", email=f"ada{number}@example.org", language="en"
    )
    return AwardOrder(achievement=achievement, recipient=recipient, **stated)


def awarder_at(achievement: Achievement) -> Actor:
    """Return somebody who may award it."""
    return build_member(achievement.issuer.node, Role.AWARDER)


@contextmanager
def signing_here(kek: bytes = KEK) -> Iterator[None]:
    """Let this process be the worker."""
    set_key_encryption_key_source(lambda: kek)
    try:
        yield
    finally:
        set_key_encryption_key_source(None)


def drain_all() -> int:
    """Do everything that waits, keys first; return how many credentials were stored."""
    return drain(worker=worker_name(), lease_seconds=60, seconds=600)


def fresh(award: Award) -> Award:
    """Read an award again."""
    return Award.objects.select_related("credential").get(pk=award.pk)


def of_builder_1(award: Award) -> Award:
    """Turn an award that waits into one that was accepted under builder 1: times in UTC, days without an offset."""
    facts = json.loads(award.facts)
    facts |= {name: facts[name][:10] for name in ("awarded_on", "learning_from", "learning_to") if name in facts}
    times = {"valid_from": award.valid_from, "valid_until": award.valid_until}
    facts |= {name: f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" for name, time in times.items() if time}
    Award.objects.filter(pk=award.pk).update(builder_version=1, facts=json.dumps(facts))
    return award
