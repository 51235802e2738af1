"""Looks of an operator into an organisation: each stands in that organisation's own audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

from registry.actors import Actor
from registry.audit import record_act
from registry.models import Organisation
from registry.permissions import require_operator


@transaction.atomic
def note_looks(*, organisations: Iterable[uuid.UUID], at: str, actor: Actor) -> None:
    """Write into the trail of each of these organisations that an operator looked; `at` is the route, never an address.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
    """
    require_operator(actor)
    for organisation_id in sorted(set(organisations)):
        organisation = Organisation(pk=organisation_id)
        record_act(actor, "organisation.looked_at", organisation, organisation=organisation, at=at)
