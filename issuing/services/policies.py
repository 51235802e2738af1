"""Where awards have to be approved, and by whom; and where learners apply for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from catalogue.models import Achievement, AchievementVersion, Party, PartyRole
from catalogue.parties import parties_of
from issuing.models import ON_REQUEST, WAITED_FOR, ApprovalKind, ApprovalPolicy
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Node, Role
from registry.permissions import require_role


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalOrder:
    """What approvals are asked for at a place and below it, or for one achievement: none, with no kinds."""

    place: Node | Achievement
    kinds: frozenset[ApprovalKind] = frozenset()


@transaction.atomic
def set_approval(*, order: ApprovalOrder, actor: Actor) -> None:
    """Ask for approvals of awards made from now on; those that wait already go their way as it was asked.

    Safe to repeat.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` is no owner at the place.
    """
    place = order.place
    node = place if isinstance(place, Node) else place.issuer.node
    require_role(actor, node, Role.OWNER)
    about = {"node": place} if isinstance(place, Node) else {"achievement": place}
    gone, _of_which = ApprovalPolicy.objects.filter(**about).exclude(kind__in=order.kinds).delete()
    asked = [
        ApprovalPolicy.objects.get_or_create(organisation=node.organisation, kind=kind, **about)[1]
        for kind in sorted(order.kinds)
    ]
    if gone or any(asked):
        record_act(actor, "approval.asked", place, organisation=node.organisation, kinds=sorted(order.kinds))


def asked_at(place: Node | Achievement) -> list[tuple[ApprovalKind, Node | None]]:
    """Return what approvals are asked for at a place or for an achievement, each with the place above that asks for it.

    None in place of a node: it is asked for right here. One query.
    """
    node = place if isinstance(place, Node) else place.issuer.node
    policies = ApprovalPolicy.objects.filter(organisation_id=node.organisation_id).select_related("node")
    asked = []
    for policy in policies.order_by("node__path", "kind"):
        own = place.pk in {policy.node_id, policy.achievement_id}
        above = policy.node is not None and node.path.startswith(policy.node.path)
        if own or above:
            asked.append((ApprovalKind(policy.kind), None if own else policy.node))
    return asked


def approvals_needed(version: AchievementVersion) -> frozenset[ApprovalKind]:
    """Return whom awards of a version wait for: what its achievement or a place above it asks; one query.

    An achievement that nobody awards with its issuer waits for no other body.
    """
    asked = kinds_asked(version.achievement) & WAITED_FOR
    if ApprovalKind.AWARDING_BODIES in asked and not other_bodies(version):
        asked -= {ApprovalKind.AWARDING_BODIES}
    return asked


def kinds_asked(achievement: Achievement) -> frozenset[ApprovalKind]:
    """Return all that is asked for of an achievement's awards, by itself or by a place above it; one query."""
    policies = ApprovalPolicy.objects.filter(organisation_id=achievement.organisation_id).select_related("node")
    return frozenset(ApprovalKind(policy.kind) for policy in policies if policy.holds_for(achievement))


def takes_requests(achievement: Achievement) -> bool:
    """Return whether learners may apply for an achievement; one query."""
    return bool(kinds_asked(achievement) & ON_REQUEST)


def other_bodies(version: AchievementVersion) -> list[Party]:
    """Return the bodies that award jointly with the issuer and have to release each award."""
    owner = version.achievement.organisation_id
    return [
        party for party in parties_of(version) if party.role == PartyRole.CO_AWARDS and party.organisation_id != owner
    ]
