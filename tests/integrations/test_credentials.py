"""`POST /api/v1/credentials/<id>/revoke|suspend|reinstate`."""

import pytest

from issuing.models import StatusChange
from registry.permissions import Scope
from tests.integrations.builders import build_machine, build_tenant
from tests.tenants.victim import build_victim

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(tmp_path):
    return build_victim(tmp_path)


def revoke(machine, number, body):
    return machine.post(f"/api/v1/credentials/{number}/revoke", body)


def test_credential_is_revoked_once_and_for_all_with_its_reason(owned):
    machine = build_machine(owned.tenant)

    first = revoke(machine, owned.award.pk, {"reason": "Issued by mistake"})
    again = revoke(machine, owned.award.pk, {"reason": "Again"})

    assert (first.status_code, first.json()) == (200, {"id": str(owned.award.pk), "status": "revoked"}), first.content
    assert (again.status_code, again.json()["code"]) == (409, "already-revoked")
    assert [change.reason for change in StatusChange.objects.all()] == ["Issued by mistake"]


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": 5}, {"reason": "a" * 501}, {"reason": "x", "status": "y"}]
)
def test_revocation_without_a_proper_reason_is_refused(owned, body):
    assert revoke(build_machine(owned.tenant), owned.award.pk, body).status_code == 422
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate"])
def test_another_organisation_changes_nothing(owned, act):
    machine = build_machine(build_tenant())

    answer = machine.post(f"/api/v1/credentials/{owned.award.pk}/{act}", {"reason": "Envy"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate"])
def test_key_without_the_scope_changes_nothing(owned, act):
    machine = build_machine(owned.tenant, Scope.AWARDS_WRITE)

    answer = machine.post(f"/api/v1/credentials/{owned.award.pk}/{act}", {"reason": "Mine"})

    assert (answer.status_code, answer.json()["code"]) == (403, "scope-required")


@pytest.fixture
def suspendable(tmp_path):
    return build_victim(tmp_path, suspendable=True)


def test_credential_is_suspended_and_reinstated(suspendable):
    owned = suspendable
    machine, said = build_machine(owned.tenant), []
    for act in ("reinstate", "suspend", "suspend", "reinstate", "reinstate"):
        answer = machine.post(f"/api/v1/credentials/{owned.award.pk}/{act}", {"reason": f"To {act}"})
        said.append((answer.status_code, answer.json().get("code") or answer.json()["status"]))

    assert said == [
        (409, "status-unchanged"),
        (200, "suspended"),
        (409, "status-unchanged"),
        (200, "reinstated"),
        (409, "status-unchanged"),
    ]
    assert [(one.value, one.reason) for one in StatusChange.objects.order_by("id")] == [
        (True, "To suspend"),
        (False, "To reinstate"),
    ]


def test_credential_that_cannot_be_suspended_is_told(owned):
    answer = build_machine(owned.tenant).post(f"/api/v1/credentials/{owned.award.pk}/suspend", {"reason": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "not-suspendable")


def test_revoked_credential_is_neither_suspended_nor_reinstated(suspendable):
    owned = suspendable
    machine = build_machine(owned.tenant)
    revoke(machine, owned.award.pk, {"reason": "For good"})

    answers = [
        machine.post(f"/api/v1/credentials/{owned.award.pk}/{act}", {"reason": "x"})
        for act in ("suspend", "reinstate")
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(409, "already-revoked")] * 2
