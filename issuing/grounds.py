"""Why an award was made, for the file: who decided, when, under which reference. It is never signed.

Kept beside the award's facts, so that no document, page or letter can carry it. Awards of before have it in their facts.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from credentials.documents import GroundFacts
from issuing.models import Award
from registry.actors import Actor
from registry.models import Node, Role
from registry.permissions import has_role

READERS: Final = (Role.ADMIN, Role.APPROVER)
"""Who looks after an organisation, and who is asked to approve: nobody else reads what is for the file."""


def may_read_file(actor: Actor, node: Node) -> bool:
    """Return whether `actor` reads what is kept about awards of a place for the file alone."""
    return any(has_role(actor, node, role) for role in READERS)


def kept_ground(ground: GroundFacts | None) -> dict[str, Any] | None:
    """Return a ground as the column keeps it: {"body", "decided_on" (ISO, or None), "reference"}."""
    if ground is None:
        return None
    day = ground.decided_on and ground.decided_on.isoformat()
    return {"body": ground.body, "decided_on": day, "reference": ground.reference}


def ground_of(award: Award) -> GroundFacts | None:
    """Return on what an award rests; None where nothing was said, or all of it was erased."""
    kept = award.ground or (json.loads(award.facts).get("ground") if award.facts else None)
    if not kept:
        return None
    day = kept.get("decided_on")
    return GroundFacts(
        body=kept["body"], decided_on=day and dt.date.fromisoformat(day[:10]), reference=kept.get("reference")
    )


def keep_grounds(grounds: Mapping[uuid.UUID, GroundFacts | None]) -> None:
    """Write the grounds of awards that were just inserted, in the caller's transaction; most have none."""
    rows = [Award(pk=award_id, ground=kept_ground(one)) for award_id, one in grounds.items() if one is not None]
    if rows:
        Award.objects.bulk_update(rows, ["ground"])
