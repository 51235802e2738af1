"""The act of handing over: what somebody who leaves an organisation has under way is another's from now on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from issuing.models import Batch, BatchState
from issuing.services.advancing import parts
from issuing.services.drafts import ask_worker
from issuing.services.leaving import (
    WorkLeft,
    approvals_waiting_for,
    open_batches_of,
    open_changes_of,
    stopped_awards,
    work_left_by,
)
from registry.actors import Actor, actor_for_user
from registry.errors import OrderRefusedError
from registry.models import NewsKind, Node, Role
from registry.outbox import Topic, publish
from registry.permissions import has_role
from registry.refusals import Refusal, gettext_noop
from registry.services import HandOverOrder, hand_over_access
from registry.telling_staff import note_news

MAY_NOT_AWARD: Final = gettext_noop(
    "Whoever takes over may not award where files or changes are under way: give them the role too, or choose "
    "somebody who may."
)


@transaction.atomic
def hand_over(*, order: HandOverOrder, actor: Actor) -> WorkLeft:
    """End the roles of somebody who leaves an organisation, and let somebody else take over all that she has under way.

    Drafts, files under way, files whose awards wait for their day or stopped on it, changes of many, invitations, keys
    and clients. Awards that wait for an approval are told to whoever takes over, where the role to approve is given.

    Returns:
        How much was handed over. Safe to repeat.

    Raises:
        RoleRequiredError, LastOwnerError: as `hand_over_access`.
        OrderRefusedError: code `hand-over-refused`, also where whoever takes over may not award what is under way.
    """
    left = work_left_by(order.leaver, order.organisation)
    asked = approvals_waiting_for(order.leaver, order.organisation)
    hand_over_access(order=order, actor=actor)
    batches = list(_held(open_batches_of(order.leaver, order.organisation)))
    changes = list(open_changes_of(order.leaver, order.organisation).select_for_update(of=("self",)).order_by("pk"))
    taker = actor_for_user(order.to)
    places = [one.version.achievement.issuer.node for one in batches]
    places += Node.objects.filter(pk__in={one.node_id for one in changes})
    if not all(has_role(taker, node, Role.AWARDER) for node in {one.pk: one for one in places}.values()):
        raise OrderRefusedError("hand-over-refused", [Refusal("roles", "may-not-award", MAY_NOT_AWARD)])
    for batch in batches:
        _let_go_on(batch, taker)
    open_changes_of(order.leaver, order.organisation).update(made_by=taker.id)
    if asked:
        root = Node.objects.get(organisation=order.organisation, parent=None)
        note_news(NewsKind.APPROVAL_ASKED, root, count=asked, reader=taker.id)
    return left


def _held(batches: Iterable[Batch]) -> Iterable[Batch]:
    """Return files as they are now, their rows held until the act ends."""
    rows = Batch.objects.select_for_update(of=("self",)).select_related("version__achievement__issuer__node")
    return rows.filter(pk__in=[one.pk for one in batches]).order_by("pk")


def _let_go_on(batch: Batch, taker: Actor) -> None:
    """Write down who answers for a file; the awards of one that stopped go on."""
    batch.made_by = taker.id
    batch.ended_code = ""
    batch.save(update_fields=["made_by", "ended_code"])
    if batch.state == BatchState.DONE:
        for ids in parts(list(stopped_awards(batch).values_list("pk", flat=True))):
            payload = {"award_ids": [str(one) for one in ids]}
            publish(Topic.AWARDS_DUE, payload, tenant=batch.organisation_id)
    elif batch.confirmed_at is not None:
        ask_worker(batch)
