"""Trials for tests: made by a member, signed by the worker, mailed."""

from __future__ import annotations

import uuid
from typing import Any

from catalogue.models import Achievement
from issuing.models import Trial
from issuing.passing import pass_on
from issuing.services import try_award
from registry.actors import SYSTEM, Actor
from registry.lanes import Lane
from registry.models import Role
from registry.services import register_host
from tests.issuing.builders import build_achievement, build_order, signing_here
from tests.registry.builders import build_member
from tests.verification.builders import BASE_URL


def tried(achievement: Achievement | None = None, *, by: Actor | None = None, **stated: Any) -> Trial:
    """Return a trial that waits to be signed, of a new achievement unless one is given."""
    if achievement is None:
        register_host(base_url=BASE_URL, actor=SYSTEM)
        achievement = build_achievement()
    member = by or build_member(achievement.issuer.node, Role.AWARDER)
    return try_award(order=build_order(achievement, **stated), trial_id=uuid.uuid4(), actor=member)


def worked() -> None:
    """Let the worker sign and mail what waits."""
    with signing_here():
        while pass_on(Lane.STATUS, worker="w") or pass_on(Lane.MAIL, worker="w"):
            pass


def signed_trial_of(achievement: Achievement | None = None, **more: Any) -> Trial:
    """Return a trial that is signed and mailed."""
    trial = tried(achievement, **more)
    worked()
    return Trial.objects.select_related("issuer__issuer", "organisation", "version__achievement").get(pk=trial.pk)
