"""Acts on the people of an organisation: accounts, and roles at places of its tree. The last owner stays."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import LastOwnerError, NotFoundError, OrderRefusedError
from registry.models import Membership, Node, Role, User
from registry.permissions import is_operator, require_role
from registry.refusals import Refusal, gettext_noop
from registry.selectors import lasting_owners

BAD_EMAIL = gettext_noop("Write an address to which mail can be sent.")
OVER = gettext_noop("Name an end that is still to come: this one is over already.")


@transaction.atomic
def ensure_account(*, email: str, actor: Actor, name: str = "", language: str = "en") -> User:
    """Return the account with an address, made where there is none: it signs in by a code sent there.

    Raises:
        OrderRefusedError: code `bad-email`, no mail can be sent to it.
    """
    try:
        address = normal_address(email)
    except ValueError as error:
        raise OrderRefusedError("bad-email", [Refusal("email", "bad-email", BAD_EMAIL)]) from error
    try:
        with transaction.atomic():
            user = User.objects.filter(email=address).first()
            if user is None:
                user = User.objects.create_user(address, name=name, language=language)
                record_act(actor, "account.created", user)
    except IntegrityError:
        # Another act has just made it.
        user = User.objects.get(email=address)
    return user


@transaction.atomic
def add_member(
    *,
    user: User,
    node: Node,
    role: Role,
    actor: Actor,
    valid_until: dt.datetime | None = None,
    stands_in_for: User | None = None,
) -> Membership:
    """Give a user a role at a node; only owners make owners. Safe to repeat.

    `stands_in_for` says for whom, where it is for a time; it gives and takes nothing.

    Raises:
        RoleRequiredError: `actor` may not give this role here.
        LastOwnerError: it would let the only lasting owner's role end.
    """
    require_giver(actor, node, role)
    lasting = Membership.objects.filter(user=user, node=node, role=Role.OWNER, valid_until=None).first()
    if role == Role.OWNER and valid_until is not None and lasting is not None and not _other_owners(lasting):
        raise LastOwnerError
    held = Membership.objects.select_for_update(of=("self",))
    terms = {"valid_until": valid_until, "stands_in_for": stands_in_for}
    membership, made = held.get_or_create(user=user, node=node, role=role, defaults=terms)
    if not made and (membership.valid_until, membership.stands_in_for) == (valid_until, stands_in_for):
        return membership
    membership.valid_until, membership.stands_in_for = valid_until, stands_in_for
    membership.save(update_fields=["valid_until", "stands_in_for"])
    record_act(actor, "membership.given", membership, organisation=node.organisation, role=role)
    return membership


@transaction.atomic
def change_term(*, membership: Membership, valid_until: dt.datetime | None, actor: Actor) -> Membership:
    """Let a role end by itself at a time, later, or not at all. Safe to repeat.

    Raises:
        RoleRequiredError: `actor` may not give this role here (any more).
        NotFoundError: it was taken away.
        LastOwnerError: it would let the only lasting owner's role end.
        OrderRefusedError: code `term-refused`, the end is over already.
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("node__organisation", "user")
    held = rows.filter(pk=membership.pk).first()
    require_giver(actor, membership.node, Role(membership.role))
    if held is None:
        raise NotFoundError
    if valid_until is not None and valid_until <= timezone.now():
        raise OrderRefusedError("term-refused", [Refusal("valid_until", "over", OVER)])
    return add_member(
        user=held.user,
        node=held.node,
        role=Role(held.role),
        actor=actor,
        valid_until=valid_until,
        stands_in_for=held.stands_in_for,
    )


@transaction.atomic
def remove_member(*, membership: Membership, actor: Actor) -> None:
    """Take a role away.

    Raises:
        RoleRequiredError: `actor` may not take this role away here (any more).
        NotFoundError: it was taken away before.
        LastOwnerError: nobody would own the organisation any more.
    """
    node, is_owner = membership.node, membership.role == Role.OWNER
    others = not is_owner or _other_owners(membership)
    held = Membership.objects.select_for_update(of=("self",)).filter(pk=membership.pk)
    stands = held.first() is not None
    # Whoever acts may have been the one whose role was taken away meanwhile.
    require_role(actor, node, Role.OWNER if is_owner else Role.ADMIN)
    if not stands:
        raise NotFoundError
    if not others:
        raise LastOwnerError
    record_act(
        actor,
        "membership.taken",
        membership,
        organisation=node.organisation,
        role=membership.role,
    )
    membership.delete()


def require_giver(actor: Actor, node: Node, role: Role) -> None:
    """Refuse who may not give a role at a place: only owners make owners; the operator names the first one.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not.
    """
    if role == Role.OWNER and is_operator(actor) and not lasting_owners(node.organisation):
        return
    require_role(actor, node, Role.OWNER if role == Role.OWNER else Role.ADMIN)


def _other_owners(membership: Membership) -> bool:
    """Look for a lasting owner at the root beside this one, holding their rows until the act ends."""
    owners = Membership.objects.select_for_update().filter(
        node__organisation=membership.node.organisation,
        node__parent=None,
        role=Role.OWNER,
        valid_until=None,
        user__is_active=True,
    )
    return bool([owner.pk for owner in owners.order_by("pk") if owner.pk != membership.pk])
