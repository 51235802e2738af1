"""Reading requests: what waits for whoever decides, and what somebody has asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Value

from catalogue.models import Achievement
from issuing.models import WAITING, Application
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.keyset import Sorting
from registry.models import Learner, Node, Organisation, Role, User
from registry.permissions import nodes_of, paths_of
from registry.row_counts import RowCount

OLDEST_REQUEST: Final = Sorting("made_at", newest_first=False)
"""The order of what waits."""
NEWEST_REQUEST: Final = Sorting("made_at")
"""The order of what was decided."""
SHOWN: Final = 50
MOST_COUNTED: Final = 99


def requests_for(actor: Actor, organisation: Organisation, *, waiting: bool = True) -> QuerySet[Application]:
    """Return an organisation's requests on which `actor` may decide: those that wait, or all that were made."""
    nodes = nodes_of(actor, Role.AWARDER).filter(organisation=organisation)
    rows = Application.objects.filter(organisation=organisation, achievement__issuer__node__in=nodes)
    rows = rows.filter(state__in=WAITING) if waiting else rows.exclude(state__in=WAITING)
    return rows.select_related("user", "achievement__issuer", "achievement__organisation")


def request_in(actor: Actor, organisation: str, application_id: uuid.UUID) -> Application:
    """Return a request of the organisation with this slug, with who asked for what.

    Raises:
        NotFoundError: there is none there, or none on which `actor` may decide.
    """
    rows = Application.objects.filter(pk=application_id, organisation__slug=organisation)
    rows = rows.filter(achievement__issuer__node__in=nodes_of(actor, Role.AWARDER))
    found = rows.select_related("user", "achievement__issuer", "achievement__organisation", "award").first()
    if found is None:
        raise NotFoundError
    return found


def counted(number: int) -> str:
    """Return how many wait as one reads it, `MOST_COUNTED` at most; empty where none does."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number or "")


def number_waiting(actor: Actor) -> RowCount | Value:
    """Return how many requests wait for `actor` in the organisation of a node that is read, up to `MOST_COUNTED` + 1.

    To be asked for with the node, so that a page costs no query more.
    """
    paths = paths_of(actor, Role.AWARDER)
    if not paths:
        return Value(0)
    rows = _waiting(paths).filter(organisation=OuterRef("organisation"))
    return RowCount(rows.values("pk")[: MOST_COUNTED + 1])


def waiting_below(actor: Actor, node: Node) -> list[dt.datetime]:
    """Return when the oldest requests were made that wait for `actor` at a place and below, `MOST_COUNTED` + 1 at most."""
    paths = paths_of(actor, Role.AWARDER)
    awards_here = any(node.path.startswith(path) for path in paths)
    within = [node.path] if awards_here else [path for path in paths if path.startswith(node.path)]
    if not within:
        return []
    rows = _waiting(() if within == [node.path] and node.parent_id is None else within)
    moments = (
        rows.filter(organisation=node.organisation_id).order_by("made_at", "pk").values_list("made_at", flat=True)
    )
    return list(moments[: MOST_COUNTED + 1])


def _waiting(paths: Sequence[str]) -> QuerySet[Application]:
    rows = Application.objects.filter(state__in=WAITING)
    parts = [Q(achievement__issuer__node__path__startswith=path) for path in paths]
    return rows.filter(reduce(or_, parts)) if parts else rows


def requests_of(user: User) -> list[Application]:
    """Return what somebody has asked for, the newest first."""
    rows = Application.objects.filter(user=user).order_by("-made_at", "pk")
    return list(rows.select_related("achievement", "organisation")[:SHOWN])


def request_of(user: User, achievement: Achievement) -> Application | None:
    """Return the request of somebody for an achievement that waits, None where none does."""
    return Application.objects.filter(user=user, achievement=achievement, state__in=WAITING).first()


def requests_of_person(
    actor: Actor, learner: Learner, addresses: list[str], organisation: Organisation
) -> list[Application]:
    """Return the waiting requests of the account behind a person's record on which `actor` may decide, oldest first."""
    rows = requests_for(actor, organisation)
    who: dict[str, Any] = {"user": learner.user_id} if learner.user_id else {"user__email__in": addresses}
    return list(rows.filter(**who).order_by("made_at", "pk")[:SHOWN])
