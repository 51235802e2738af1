"""Roles: inherited downwards, ended by time, never across organisations."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.actors import SYSTEM, actor_for_machine, actor_for_user
from registry.errors import LastOwnerError, RoleRequiredError, ScopeRequiredError
from registry.models import Membership, Role, User
from registry.permissions import (
    Scope,
    has_role,
    nodes_of,
    organisations_of,
    require_role,
)
from registry.services import add_member, create_api_key, create_faculty, remove_member
from tests.registry.builders import (
    build_member,
    build_organisation,
    build_user,
    root_of,
)

pytestmark = pytest.mark.django_db


def test_role_at_the_root_holds_in_a_faculty_and_not_upwards():
    root = root_of(build_organisation())
    faculty = create_faculty(parent=root, name={"en": "Medicine"}, actor=SYSTEM)
    above, below = build_member(root, Role.AWARDER), build_member(faculty, Role.AWARDER)

    assert has_role(above, faculty, Role.AWARDER)
    assert not has_role(below, root, Role.AWARDER)
    assert set(nodes_of(above, Role.AWARDER)) == {root, faculty}


def test_role_in_one_organisation_is_nothing_in_another():
    mine, other = build_organisation(), build_organisation()
    actor = build_member(root_of(mine), Role.OWNER)

    assert list(organisations_of(actor)) == [mine]
    with pytest.raises(RoleRequiredError):
        require_role(actor, root_of(other), Role.VIEWER)


def test_role_past_its_end_is_gone():
    root, user = root_of(build_organisation()), build_user()
    add_member(
        user=user,
        node=root,
        role=Role.ADMIN,
        actor=SYSTEM,
        valid_until=timezone.now() - dt.timedelta(1),
    )

    assert not has_role(actor_for_user(user), root, Role.VIEWER)


def test_disabled_account_has_no_role():
    root = root_of(build_organisation())
    user = build_user()
    add_member(user=user, node=root, role=Role.ADMIN, actor=SYSTEM)
    user.is_active = False
    user.save()

    assert not has_role(actor_for_user(user), root, Role.VIEWER)


@pytest.mark.parametrize(
    ("held", "wanted", "enough"),
    [
        (Role.OWNER, Role.APPROVER, True),
        (Role.ADMIN, Role.APPROVER, False),
        (Role.ADMIN, Role.AWARDER, True),
        (Role.EDITOR, Role.AWARDER, False),
        (Role.AWARDER, Role.EDITOR, False),
        (Role.VIEWER, Role.VIEWER, True),
        (Role.ASSESSOR, Role.VIEWER, True),
        (Role.ADMIN, Role.OWNER, False),
    ],
)
def test_held_role_satisfies_what_it_includes(held, wanted, enough):
    root = root_of(build_organisation())

    assert has_role(build_member(root, held), root, wanted) is enough


def test_last_owner_cannot_be_removed():
    organisation = build_organisation()
    membership = Membership.objects.get(node__organisation=organisation, role=Role.OWNER)

    with pytest.raises(LastOwnerError):
        remove_member(membership=membership, actor=SYSTEM)

    build_member(root_of(organisation), Role.OWNER)
    remove_member(membership=membership, actor=SYSTEM)
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_owner_for_a_time_does_not_replace_the_last_one():
    organisation = build_organisation()
    membership = Membership.objects.get(node__organisation=organisation, role=Role.OWNER)
    until = timezone.now() + dt.timedelta(days=1)
    add_member(
        user=build_user(),
        node=root_of(organisation),
        role=Role.OWNER,
        actor=SYSTEM,
        valid_until=until,
    )

    with pytest.raises(LastOwnerError):
        remove_member(membership=membership, actor=SYSTEM)


def test_administrator_cannot_make_owners():
    root = root_of(build_organisation())
    admin = build_member(root, Role.ADMIN)

    with pytest.raises(RoleRequiredError):
        add_member(user=build_user(), node=root, role=Role.OWNER, actor=admin)


def test_api_key_acts_by_its_scopes_below_its_node_only():
    root = root_of(build_organisation())
    faculty = create_faculty(parent=root, name={"en": "Law"}, actor=SYSTEM)
    key, _secret = create_api_key(node=faculty, name="LMS", scopes=[Scope.AWARDS_WRITE], actor=SYSTEM)
    actor = actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))

    assert has_role(actor, faculty, Role.AWARDER)
    assert not has_role(actor, root, Role.AWARDER)
    with pytest.raises(ScopeRequiredError):
        require_role(actor, faculty, Role.EDITOR)
    assert not has_role(actor, faculty, Role.OWNER)


def test_who_reads_asks_for_roles_once_and_who_acts_each_time(django_assert_num_queries):
    node = root_of(build_organisation())
    user = User.objects.get(pk=build_member(node, Role.ADMIN).user_id)
    reader, author = actor_for_user(user, reads_only=True), actor_for_user(user)

    with django_assert_num_queries(1):
        assert has_role(reader, node, Role.EDITOR)
        assert not has_role(reader, node, Role.OWNER)
    with django_assert_num_queries(2):
        assert has_role(author, node, Role.EDITOR)
        Membership.objects.filter(user=user).update(role=Role.VIEWER)
    assert not has_role(author, node, Role.EDITOR)
    assert has_role(reader, node, Role.EDITOR)
