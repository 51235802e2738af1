"""The act of leaving an organisation: roles end, and somebody else answers for what was made with them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from registry.actors import Actor, actor_for_user
from registry.audit import record_act
from registry.errors import OrderRefusedError
from registry.models import ApiKey, Invitation, Membership, Node, OAuthClient, Organisation, Role, SavedView, User
from registry.permissions import has_role, live_memberships, require_role
from registry.refusals import Refusal, gettext_noop
from registry.selectors import open_invitations
from registry.services.members import add_member, remove_member

REFUSED: Final = "hand-over-refused"
NO_COLLEAGUE: Final = gettext_noop("Choose somebody else who holds a role in the organisation now.")
MAY_NOT_INVITE: Final = gettext_noop(
    "Whoever takes over could not give the roles that were offered by invitation: give them the role of an "
    "administrator or owner too, or take the invitations back first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverOrder:
    """Who leaves an organisation, who takes over, and which roles of hers (ids) are given to whoever takes over."""

    organisation: Organisation
    leaver: User
    to: User
    roles: frozenset[uuid.UUID] = field(default_factory=frozenset)


@transaction.atomic
def hand_over_access(*, order: HandOverOrder, actor: Actor) -> None:
    """End all roles of somebody who leaves; her keys, clients and open invitations are another's from now on.

    The roles that the order names are given to whoever takes over first, for as long as they would have held. The
    filters that the leaver kept for herself end. Safe to repeat: what was made since is handed over as well.

    Raises:
        RoleRequiredError: `actor` does not administer the whole organisation, or an owner leaves and it is no owner.
        OrderRefusedError: code `hand-over-refused`, whoever takes over holds no role or could not do it.
        LastOwnerError: nobody would own the organisation any more.
    """
    root = Node.objects.select_related("organisation").get(organisation=order.organisation, parent=None)
    held = _held(order)
    is_owner = any(one.role == Role.OWNER for one in held)
    require_role(actor, root, Role.OWNER if is_owner else Role.ADMIN)
    if not is_colleague(order.to, order.organisation) or order.to.pk == order.leaver.pk:
        raise OrderRefusedError(REFUSED, [Refusal("to", "no-colleague", NO_COLLEAGUE)])
    taker = actor_for_user(order.to)
    for one in held:
        if one.pk in order.roles and not has_role(taker, one.node, Role(one.role)):
            role = Role(one.role)
            add_member(user=order.to, node=one.node, role=role, actor=actor, valid_until=one.valid_until)
    moved = _machines(order) | {"invitations": _invitations(order, taker)}
    for one in held:
        remove_member(membership=one, actor=actor)
    SavedView.objects.filter(organisation=order.organisation, user=order.leaver).delete()
    if held or any(moved.values()):
        details = {"to": str(order.to.pk), "roles": len(held), **moved}
        record_act(actor, "member.handed_over", order.leaver, organisation=order.organisation, **details)


def is_colleague(user: User, organisation: Organisation) -> bool:
    """Tell whether somebody holds a role in an organisation now."""
    return live_memberships().filter(user=user, node__organisation=organisation).exists()


def _held(order: HandOverOrder) -> list[Membership]:
    """Return the roles of whoever leaves, held until the act ends, in an order that all such acts keep."""
    # Two owners who hand over to each other at once: the second waits here, and is no owner then.
    people = Membership.objects.select_for_update(of=("self",)).select_related("node__organisation")
    rows = people.filter(node__organisation=order.organisation, user__in=(order.leaver, order.to)).order_by("pk")
    return [one for one in rows if one.user_id == order.leaver.pk]


def _machines(order: HandOverOrder) -> dict[str, int]:
    own = {"organisation": order.organisation, "created_by": order.leaver, "revoked_at": None}
    return {
        "api_keys": ApiKey.objects.filter(**own).update(created_by=order.to),
        "oauth_clients": OAuthClient.objects.filter(**own).update(created_by=order.to),
    }


def _invitations(order: HandOverOrder, taker: Actor) -> int:
    """Let open invitations be of whoever takes over: they hold as long as the inviter could give the role."""
    rows = list(
        invitations_by(order.leaver, order.organisation).select_for_update(of=("self",)).select_related("node")
    )
    for one in rows:
        if not has_role(taker, one.node, Role.OWNER if one.role == Role.OWNER else Role.ADMIN):
            raise OrderRefusedError(REFUSED, [Refusal("roles", "may-not-invite", MAY_NOT_INVITE)])
    return Invitation.objects.filter(pk__in=[one.pk for one in rows]).update(invited_by=str(order.to.pk))


def invitations_by(user: User, organisation: Organisation) -> QuerySet[Invitation]:
    """Return the open invitations that somebody made."""
    own = open_invitations().filter(organisation=organisation, invited_by_kind="user", invited_by=str(user.pk))
    return own.order_by("pk")
