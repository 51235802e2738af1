"""`POST /api/v1/credentials/<id>/revoke`."""

import pytest

from issuing.models import StatusChange
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


def test_another_organisation_revokes_nothing(owned):
    answer = revoke(build_machine(build_tenant()), owned.award.pk, {"reason": "Envy"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert not StatusChange.objects.exists()
