"""An organisation's tree: faculties made, renamed, moved, closed and opened; roles follow the place."""

import pytest

from registry.actors import SYSTEM
from registry.errors import NotFoundError, OrderRefusedError, PlaceClosedError, RoleRequiredError
from registry.models import AuditEntry, Node, Role
from registry.permissions import has_role
from registry.services import (
    ProfileOrder,
    close_faculty,
    create_faculty,
    create_issuer,
    move_faculty,
    rename_faculty,
    reopen_faculty,
)
from tests.registry.builders import build_member, build_organisation, root_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return root_of(build_organisation())


def faculty(parent: Node, name: str = "Law") -> Node:
    return create_faculty(parent=parent, name={"en": name}, actor=SYSTEM)


def test_faculty_moves_with_everything_below_and_roles_are_those_of_its_new_place(root):
    law, arts = faculty(root), faculty(root, "Arts")
    clinic = faculty(faculty(law, "Practice"), "Clinic")
    of_law, of_arts = build_member(law, Role.ADMIN), build_member(arts, Role.ADMIN)
    practice = Node.objects.get(pk=clinic.parent_id)

    moved = move_faculty(node=practice, parent=arts, actor=build_member(root, Role.OWNER))

    clinic.refresh_from_db()
    assert moved.parent == arts
    assert clinic.path == f"{arts.path}{practice.pk.hex}/{clinic.pk.hex}/"
    assert has_role(of_arts, clinic, Role.ADMIN)
    assert not has_role(of_law, clinic, Role.ADMIN)
    assert AuditEntry.objects.get(act="node.moved").detail == {"to": str(arts.pk), "count": 2}
    move_faculty(node=practice, parent=arts, actor=SYSTEM)
    assert AuditEntry.objects.filter(act="node.moved").count() == 1, "nothing changes, nothing is written"


def test_faculty_goes_nowhere_below_itself_nor_into_another_house(root):
    law = faculty(root)
    clinic, strange = faculty(law, "Clinic"), root_of(build_organisation())

    for target in (law, clinic):
        with pytest.raises(OrderRefusedError) as refused:
            move_faculty(node=law, parent=target, actor=SYSTEM)
        assert refused.value.refusals[0].code == "below-itself"
    with pytest.raises(NotFoundError):
        move_faculty(node=law, parent=strange, actor=SYSTEM)
    with pytest.raises(OrderRefusedError):
        move_faculty(node=root, parent=law, actor=SYSTEM)


def test_only_who_owns_both_places_moves_and_only_owners_close(root):
    law, arts = faculty(root), faculty(root, "Arts")
    admin, dean = build_member(root, Role.ADMIN), build_member(law, Role.OWNER)

    for actor in (admin, dean):
        with pytest.raises(RoleRequiredError):
            move_faculty(node=law, parent=arts, actor=actor)
    with pytest.raises(RoleRequiredError):
        close_faculty(node=law, actor=admin)
    close_faculty(node=law, actor=dean)

    law.refresh_from_db()
    assert law.closed_at is not None


def test_tree_is_at_most_ten_layers_deep(root):
    deepest = root
    for number in range(10):
        deepest = faculty(deepest, f"Layer {number}")
    beside = faculty(root, "Beside")

    with pytest.raises(OrderRefusedError) as refused:
        faculty(deepest, "Too deep")
    with pytest.raises(OrderRefusedError):
        move_faculty(node=Node.objects.get(parent=root, name__en="Layer 0"), parent=beside, actor=SYSTEM)

    assert refused.value.refusals[0].code == "too-deep"


def test_closed_faculty_takes_in_nothing_new_and_opens_as_it_was(root):
    law = faculty(root)
    clinic, old = faculty(law, "Clinic"), faculty(law, "Old")
    close_faculty(node=old, actor=SYSTEM)
    close_faculty(node=law, actor=SYSTEM)
    law, clinic = Node.objects.get(pk=law.pk), Node.objects.get(pk=clinic.pk)

    for act in (
        lambda: faculty(clinic, "New"),
        lambda: create_issuer(node=clinic, slug="new", profile=ProfileOrder(name={"en": "New"}), actor=SYSTEM),
        lambda: move_faculty(node=faculty(root, "Arts"), parent=law, actor=SYSTEM),
        lambda: reopen_faculty(node=clinic, actor=SYSTEM),
    ):
        with pytest.raises(PlaceClosedError):
            act()
    reopen_faculty(node=law, actor=SYSTEM)

    assert Node.objects.get(pk=clinic.pk).closed_at is None
    assert Node.objects.get(pk=old.pk).closed_at is not None, "it was closed before, and stays so"


@pytest.mark.parametrize("name", [{}, {"en": ""}, {"en": "two\nlines"}, {"x y": "Law"}, {"en": "Universit�t"}])
def test_name_that_cannot_stand_anywhere_is_refused(root, name):
    law = faculty(root)

    with pytest.raises(OrderRefusedError):
        create_faculty(parent=root, name=name, actor=SYSTEM)
    with pytest.raises(OrderRefusedError):
        rename_faculty(node=law, name=name, actor=SYSTEM)

    assert Node.objects.get(pk=law.pk).name == {"en": "Law"}
