"""Faculties as cases: made, renamed, moved, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from registry.actors import SYSTEM, Actor
from registry.models import Node, Role
from registry.services import close_faculty, create_faculty, move_faculty, rename_faculty, reopen_faculty
from tests.at_once import Case
from tests.registry.builders import build_organisation, root_of


def at_place(node: Node, act: Callable[[Actor], object], **fields: object) -> Case:
    """Return an act of administrators of a place."""
    return Case(do=act, node=node, role=Role.ADMIN, **fields)  # type: ignore[arg-type]


def new_root() -> Node:
    """Return the place at the top of a new organisation."""
    return root_of(build_organisation())


def _making_a_faculty() -> Case:
    node = new_root()
    act = partial(create_faculty, parent=node, name={"en": "Arts"})
    return at_place(node, lambda actor: act(actor=actor), entry="node.created", entries=2)


def _faculty() -> Node:
    return create_faculty(parent=new_root(), name={"en": "Law"}, actor=SYSTEM)


def _owned(node: Node, act: Callable[[Actor], object], **fields: object) -> Case:
    return Case(do=act, node=node, role=Role.OWNER, row=node.organisation, **fields)  # type: ignore[arg-type]


def _renaming() -> Case:
    law = _faculty()
    act = partial(rename_faculty, node=law, name={"en": "Laws"})
    return at_place(law, lambda actor: act(actor=actor), entry="node.renamed", row=law.organisation)


def _moving_a_faculty() -> Case:
    law = _faculty()
    root = Node.objects.get(pk=law.parent_id)
    arts = create_faculty(parent=root, name={"en": "Arts"}, actor=SYSTEM)
    return _owned(root, lambda actor: move_faculty(node=law, parent=arts, actor=actor), entry="node.moved")


def _closing_a_faculty() -> Case:
    law = _faculty()
    return _owned(law, lambda actor: close_faculty(node=law, actor=actor), entry="node.closed")


def _opening_a_faculty() -> Case:
    law = close_faculty(node=_faculty(), actor=SYSTEM)
    return _owned(law, lambda actor: reopen_faculty(node=law, actor=actor), entry="node.reopened")


OF_FACULTIES: dict[str, Callable[[], Case]] = {
    "create_faculty": _making_a_faculty,
    "rename_faculty": _renaming,
    "move_faculty": _moving_a_faculty,
    "close_faculty": _closing_a_faculty,
    "reopen_faculty": _opening_a_faculty,
}
