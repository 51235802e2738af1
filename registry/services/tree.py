"""Acts on an organisation's tree: faculties are made, renamed, moved and closed. Its acts wait for each other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.documents.rules import check_language
from credentials.errors import DataModelError
from registry.actors import Actor
from registry.audit import record_act
from registry.encodings import GARBLED, is_garbled
from registry.errors import NotFoundError, OrderRefusedError, PlaceClosedError
from registry.language_maps import LanguageMap
from registry.models import Node, NodeKind, Organisation, Role
from registry.permissions import nodes_below, require_role
from registry.refusals import Refusal, gettext_noop

LONGEST_NAME: Final = 200
DEEPEST: Final = 10
"""Layers below the organisation: what anybody can still find their way in, and a path can hold."""
NO_WAY = gettext_noop("Choose a place that is neither this one nor below it.")
TOO_DEEP = gettext_noop("At most ten layers lie below the organisation: choose a place further up.")


@transaction.atomic
def create_faculty(*, parent: Node, name: LanguageMap, actor: Actor) -> Node:
    """Add a layer below a node; roles above hold in it.

    Raises:
        RoleRequiredError: `actor` is not an administrator at `parent`.
        OrderRefusedError: code `faculty-refused`, the name cannot stand anywhere, or the tree is too deep.
        PlaceClosedError: `parent` is closed.
    """
    above = _held(parent)
    require_role(actor, above, Role.ADMIN)
    refusals = [*refusals_of_name(name)]
    if _depth(above) >= DEEPEST:
        refusals.append(Refusal("parent", "too-deep", TOO_DEEP))
    if refusals:
        raise OrderRefusedError("faculty-refused", refusals)
    _require_open_place(above)
    node = insert_node(above.organisation, above, NodeKind.FACULTY, name)
    record_act(actor, "node.created", node, organisation=above.organisation)
    return node


@transaction.atomic
def rename_faculty(*, node: Node, name: LanguageMap, actor: Actor) -> Node:
    """Give a faculty another name; safe to repeat. What was signed says nothing of it.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the place.
        OrderRefusedError: code `faculty-refused`, the name cannot stand anywhere, or the place is the organisation itself.
    """
    held = _held(node)
    require_role(actor, held, Role.ADMIN)
    if refusals := [*refusals_of_name(name), *_refusals_of_top(held)]:
        raise OrderRefusedError("faculty-refused", refusals)
    if held.name != dict(name):
        held.name = dict(name)
        held.save(update_fields=["name"])
        record_act(actor, "node.renamed", held, organisation=held.organisation)
    return held


@transaction.atomic
def move_faculty(*, node: Node, parent: Node, actor: Actor) -> Node:
    """Put a faculty, with everything below, under another place: roles from above it are then other ones.

    Safe to repeat.

    Raises:
        RoleRequiredError: `actor` does not own both the place above it and the new one.
        OrderRefusedError: code `move-refused`: it is the organisation, the new place lies below it, or the tree is too deep.
        PlaceClosedError: the new place is closed.
        NotFoundError: the organisation has no such place.
    """
    held = _held(node)
    target = Node.objects.filter(pk=parent.pk, organisation=held.organisation_id).first()
    if target is None:
        raise NotFoundError
    above = Node.objects.get(pk=held.parent_id) if held.parent_id else held
    require_role(actor, above, Role.OWNER)
    require_role(actor, target, Role.OWNER)
    if refusals := [*_refusals_of_top(held), *_refusals_of_target(held, target)]:
        raise OrderRefusedError("move-refused", refusals)
    _require_open_place(target)
    if held.parent_id == target.pk:
        return held
    old, new = held.path, f"{target.path}{held.pk.hex}/"
    moved = nodes_below([old]).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Node.objects.filter(pk=held.pk).update(parent=target)
    record_act(actor, "node.moved", held, organisation=held.organisation, to=str(target.pk), count=moved)
    return Node.objects.get(pk=held.pk)


@transaction.atomic
def close_faculty(*, node: Node, actor: Actor) -> Node:
    """Close a faculty and what is below: nothing new is made or awarded there. What was awarded stays as it is.

    Safe to repeat. What waits goes its way, and certificates are corrected and revoked as before.

    Raises:
        RoleRequiredError: `actor` does not own the place.
        OrderRefusedError: code `faculty-refused`, it is the organisation itself.
    """
    held = _held(node)
    require_role(actor, held, Role.OWNER)
    if refusals := list(_refusals_of_top(held)):
        raise OrderRefusedError("faculty-refused", refusals)
    if held.closed_at is None:
        held.closed_at = timezone.now()
        count = nodes_below([held.path]).filter(closed_at=None).update(closed_at=held.closed_at)
        record_act(actor, "node.closed", held, organisation=held.organisation, count=count)
    return held


@transaction.atomic
def reopen_faculty(*, node: Node, actor: Actor) -> Node:
    """Open a closed faculty again, with what was closed together with it; safe to repeat.

    Raises:
        RoleRequiredError: `actor` does not own the place.
        PlaceClosedError: the place above it is closed.
    """
    held = _held(node)
    require_role(actor, held, Role.OWNER)
    if held.closed_at is None:
        return held
    if held.parent is not None:
        _require_open_place(held.parent)
    count = nodes_below([held.path]).filter(closed_at=held.closed_at).update(closed_at=None)
    held.closed_at = None
    record_act(actor, "node.reopened", held, organisation=held.organisation, count=count)
    return held


def insert_node(organisation: Organisation, parent: Node | None, kind: NodeKind, name: LanguageMap) -> Node:
    """Insert a place in the caller's transaction, its path below its parent's."""
    node_id = uuid.uuid4()
    path = f"{parent.path if parent else ''}{node_id.hex}/"
    return Node.objects.create(
        id=node_id, organisation=organisation, parent=parent, kind=kind, name=dict(name), path=path
    )


def refusals_of_name(names: LanguageMap) -> Iterator[Refusal]:
    """Yield what cannot be used of a name by language, as addresses, lists and documents write it."""
    if not names or any(not is_line(name) for name in names.values()):
        yield Refusal("name", "name", _("Give a name of one line, at most 200 characters."))
    if any(map(is_garbled, names.values())):
        yield Refusal("name", "garbled-text", GARBLED)
    for tag in names:
        try:
            check_language(tag, "name")
        except DataModelError:
            no_tag = _("“{tag}” is no language: write its tag, for example de or en-NZ.")
            yield Refusal(f"name.{tag}", "language-tag", no_tag.format(tag=tag))


def is_line(name: str) -> bool:
    """Tell whether a name is one line of a bearable length."""
    return bool(name.strip()) and name.isprintable() and len(name) <= LONGEST_NAME


def _held(node: Node) -> Node:
    """Return a place as it stands, its organisation's tree kept from other acts until this one ends."""
    Organisation.objects.select_for_update(no_key=True).get(pk=node.organisation_id)
    return Node.objects.select_related("organisation", "parent").get(pk=node.pk)


def _depth(node: Node) -> int:
    return node.path.count("/") - 1


def _refusals_of_top(node: Node) -> Iterator[Refusal]:
    if node.parent_id is None:
        yield Refusal(
            "", "top", gettext_noop("This is the organisation itself: only what lies below it can be changed so.")
        )


def _refusals_of_target(node: Node, target: Node) -> Iterator[Refusal]:
    if target.path.startswith(node.path):
        yield Refusal("parent", "below-itself", NO_WAY)
    deepest = max(path.count("/") for path in nodes_below([node.path]).values_list("path", flat=True))
    if _depth(target) + deepest - node.path.count("/") + 1 > DEEPEST:
        yield Refusal("parent", "too-deep", TOO_DEEP)


def _require_open_place(node: Node) -> None:
    if node.closed_at is not None:
        raise PlaceClosedError
