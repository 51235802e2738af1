"""Roles: what they include, where they hold, and which scope a machine needs instead."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.actors import Actor
from registry.errors import OperatorRequiredError, RoleRequiredError, ScopeRequiredError
from registry.models import Membership, Node, Organisation, Role, User


class Scope(StrEnum):
    """OAuth 2 scopes of the REST API."""

    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    AWARDS_WRITE = "awards:write"
    AWARDS_READ = "awards:read"
    AWARDS_APPROVE = "awards:approve"
    CREDENTIALS_REVOKE = "credentials:revoke"


INCLUDED_IN: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset({Role.OWNER}),
    Role.ADMIN: frozenset({Role.OWNER, Role.ADMIN}),
    Role.EDITOR: frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR}),
    Role.AWARDER: frozenset({Role.OWNER, Role.ADMIN, Role.AWARDER}),
    Role.APPROVER: frozenset({Role.OWNER, Role.APPROVER}),
    Role.REVIEWER: frozenset({Role.OWNER, Role.ADMIN, Role.REVIEWER}),
    Role.ASSESSOR: frozenset({Role.OWNER, Role.ADMIN, Role.ASSESSOR}),
    Role.VIEWER: frozenset(Role),
}
"""Which held roles satisfy a required one."""

MEANING_OF: dict[Role, Promise] = {
    Role.OWNER: _("everything, approvals and keys included"),
    Role.ADMIN: _("people, achievements and awards; no approvals"),
    Role.EDITOR: _("describes achievements"),
    Role.AWARDER: _("awards, corrects and revokes"),
    Role.APPROVER: _("releases what others award"),
    Role.REVIEWER: _("reviews achievements"),
    Role.ASSESSOR: _("assesses evidence"),
    Role.VIEWER: _("sees, changes nothing"),
}
"""What a role is for, in words."""

SCOPE_FOR: dict[Role, Scope] = {
    Role.VIEWER: Scope.AWARDS_READ,
    Role.EDITOR: Scope.CATALOGUE_WRITE,
    Role.AWARDER: Scope.AWARDS_WRITE,
    Role.APPROVER: Scope.AWARDS_APPROVE,
}
"""Which scope lets a machine act where a user needs the role; other roles are for people only."""


def live_memberships() -> QuerySet[Membership]:
    """Return the roles that hold now, of accounts that are open."""
    return Membership.objects.filter(Q(valid_until=None) | Q(valid_until__gt=timezone.now()), user__is_active=True)


def memberships_of(actor: Actor, role: Role) -> QuerySet[Membership]:
    """Return the live memberships that give `actor` the role or one that includes it."""
    if actor.user_id is None:
        return Membership.objects.none()
    return live_memberships().filter(user_id=actor.user_id, role__in=INCLUDED_IN[role])


def paths_of(actor: Actor, role: Role) -> list[str]:
    """Return the paths of the nodes at which a live membership gives `actor` the role or one that includes it."""
    return [path for held, path in roles_of(actor) if held in INCLUDED_IN[role]]


def roles_of(actor: Actor) -> list[tuple[str, str]]:
    """Return (role, path of its node) of each live membership; read once for an actor who only reads."""
    if actor.read is not None and "roles" in actor.read:
        return actor.read["roles"]
    roles = list(memberships_of(actor, Role.VIEWER).values_list("role", "node__path"))
    if actor.read is not None:
        actor.read["roles"] = roles
    return roles


def has_role(actor: Actor, node: Node, role: Role, *, scope: Scope | None = None) -> bool:
    """Return whether `actor` holds `role` at `node` or above it."""
    if actor.kind == "system":
        return True
    if actor.kind in {"api_key", "oauth_client"}:
        wanted = scope or SCOPE_FOR.get(role)
        return wanted in actor.scopes and bool(actor.node_path) and node.path.startswith(actor.node_path)
    return any(node.path.startswith(path) for path in paths_of(actor, role))


def require_role(actor: Actor, node: Node, role: Role, *, scope: Scope | None = None) -> None:
    """Refuse unless `actor` holds `role` at `node` or above it.

    Raises:
        RoleRequiredError: a person without the role.
        ScopeRequiredError: a machine without the scope, or bound to another place.
    """
    if has_role(actor, node, role, scope=scope):
        return
    if actor.kind in {"api_key", "oauth_client"}:
        raise ScopeRequiredError(scope=scope or SCOPE_FOR.get(role) or role.value)
    raise RoleRequiredError(role=role.label)


def is_operator(actor: Actor) -> bool:
    """Return whether `actor` runs this installation: its shell, or an account with all rights that is not closed."""
    if actor.kind == "system":
        return True
    return (
        actor.user_id is not None and User.objects.filter(pk=actor.user_id, is_superuser=True, is_active=True).exists()
    )


def require_operator(actor: Actor) -> None:
    """Refuse whoever does not run this installation.

    Raises:
        OperatorRequiredError: a member, a machine, anybody else.
    """
    if not is_operator(actor):
        raise OperatorRequiredError


def require_role_or_operator(actor: Actor, node: Node, role: Role) -> None:
    """Refuse unless `actor` holds `role` at `node`, or runs this installation: for what an organisation is set up with.

    Raises:
        RoleRequiredError, ScopeRequiredError: as `require_role`.
    """
    if not is_operator(actor):
        require_role(actor, node, role)


def organisations_of(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[Organisation]:
    """Return the organisations in which `actor` holds `role` somewhere."""
    if actor.kind == "system":
        return Organisation.objects.all()
    return Organisation.objects.filter(nodes__in=nodes_of(actor, role)).distinct()


def nodes_of(actor: Actor, role: Role = Role.VIEWER, *, scope: Scope | None = None) -> QuerySet[Node]:
    """Return every node at which `actor` holds `role`, inherited ones included; every tenant list starts here."""
    if actor.kind == "system":
        return Node.objects.all()
    if actor.kind in {"api_key", "oauth_client"}:
        allowed = (scope or SCOPE_FOR.get(role)) in actor.scopes
        return (
            Node.objects.filter(path__startswith=actor.node_path)
            if allowed and actor.node_path
            else Node.objects.none()
        )
    return nodes_below(paths_of(actor, role))


def nodes_below(paths: list[str]) -> QuerySet[Node]:
    """Return the nodes at or below any of the paths."""
    below = Q(pk__in=list[uuid.UUID]())
    for path in paths:
        below |= Q(path__startswith=path)
    return Node.objects.filter(below)
