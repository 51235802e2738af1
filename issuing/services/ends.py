"""The audit trail of awards that ended without a credential: an entry for each, since nothing else tells of them."""

from __future__ import annotations

from collections.abc import Iterable

from issuing.models import Award
from issuing.services.advancing import Passing
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Organisation


def record_ends(ended: Iterable[Passing], act: str, *, actor: Actor) -> None:
    """Write an entry `act` for each award, in the caller's transaction."""
    for row in ended:
        record_act(actor, act, Award(pk=row.id), organisation=Organisation(pk=row.organisation_id))
