"""Roles that an institution's sign-in proposes, decided on a page."""

import pytest

from registry.models import AuditEntry, IdentityProvider, Role, RoleProposal
from registry.services.identities import propose_roles
from tests.console.houses import build_house, signed_in
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db


def proposed(house, role: str = "awarder"):
    rule = {"attribute": "eppn", "value": "ana@uni.example", "role": role}
    rule["organisation"] = house.achievement.organisation.slug
    user = build_user(name="Ana Beispiel")
    provider = IdentityProvider(slug="uni", role_rules=[rule])
    propose_roles(user=user, provider=provider, attributes={"eppn": ["ana@uni.example"]})
    return RoleProposal.objects.get(user=user)


def decide(house, proposal, decision: str):
    return house.client.post(f"{house.home}proposed-roles/{proposal.pk}", {"decision": decision}, follow=True)


def test_administrator_reads_why_and_gives_the_role():
    house = build_house(Role.ADMIN)
    proposal = proposed(house)

    page = house.read(f"{house.home}proposed-roles/")
    answer = decide(house, proposal, "confirm")

    assert "uni says eppn=ana@uni.example" in page
    assert "The role is given." in answer.content.decode()
    assert proposal.user.memberships.get().role == Role.AWARDER
    told = AuditEntry.objects.filter(organisation=house.achievement.organisation).values_list("act", flat=True)
    assert set(told) >= {"role.proposed", "role_proposal.confirmed", "membership.given"}


def test_declined_is_not_proposed_again_and_twice_is_once():
    house = build_house(Role.OWNER)
    proposal = proposed(house)

    assert [decide(house, proposal, "decline").status_code for _ in range(2)] == [200, 200]
    assert decide(house, proposal, "confirm").status_code == 409
    assert not proposal.user.memberships.exists()
    assert "Nothing waits for a decision." in house.read(f"{house.home}proposed-roles/")
    assert AuditEntry.objects.filter(act="role_proposal.declined").count() == 1


@pytest.mark.parametrize("role", [Role.AWARDER, Role.EDITOR, Role.APPROVER, Role.VIEWER])
def test_other_roles_neither_see_nor_decide(role):
    house = build_house(role)
    proposal = proposed(house)

    assert house.client.get(f"{house.home}proposed-roles/").status_code == 403
    assert decide(house, proposal, "confirm").status_code == 403
    assert not proposal.user.memberships.exists()


def test_administrator_of_another_organisation_does_not_know_of_it():
    house = build_house(Role.ADMIN)
    proposal = proposed(house)
    stranger = signed_in(build_user())

    assert stranger.get(f"{house.home}proposed-roles/").status_code == 404
    assert stranger.post(f"{house.home}proposed-roles/{proposal.pk}", {"decision": "confirm"}).status_code == 404


def test_page_takes_few_queries_however_many_wait(django_assert_max_num_queries):
    house = build_house(Role.ADMIN)
    for _ in range(5):
        proposed(house)
    build_member(house.achievement.issuer.node, Role.ADMIN)

    with django_assert_max_num_queries(15):
        house.read(f"{house.home}proposed-roles/")
