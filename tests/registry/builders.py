"""Small things that many tests need, built through the services that users build them with."""

from __future__ import annotations

import itertools

from registry.actors import SYSTEM, Actor, actor_for_user
from registry.models import Issuer, Node, Organisation, Role, User
from registry.services import (
    OrganisationOrder,
    ProfileOrder,
    add_member,
    create_issuer,
    create_organisation,
)

_numbers = itertools.count(1)


def build_user(**fields: str) -> User:
    """Create an account with an address of its own."""
    return User.objects.create_user(fields.pop("email", f"person{next(_numbers)}@example.org"), **fields)


def build_organisation(owner: User | None = None, **fields: object) -> Organisation:
    """Create an organisation with an owner."""
    order = OrganisationOrder(slug=f"organisation-{next(_numbers)}", name={"en": "Example College"}, **fields)  # type: ignore[arg-type]
    return create_organisation(order=order, owner=owner or build_user(), actor=SYSTEM)


def root_of(organisation: Organisation) -> Node:
    """Return the root of an organisation's tree."""
    return organisation.nodes.get(parent=None)


def build_issuer(organisation: Organisation | None = None, **fields: str) -> Issuer:
    """Create an issuer at the root of an organisation; its key is only asked for."""
    organisation = organisation or build_organisation()
    slug = fields.pop("slug", f"issuer-{next(_numbers)}")
    profile = ProfileOrder(name={"en": "Example College Registry"}, url="https://college.example.org")
    return create_issuer(node=root_of(organisation), slug=slug, profile=profile, actor=SYSTEM)


def build_member(node: Node, role: Role) -> Actor:
    """Create an account with one role and return it as an actor."""
    user = build_user()
    add_member(user=user, node=node, role=role, actor=SYSTEM)
    return actor_for_user(user)
