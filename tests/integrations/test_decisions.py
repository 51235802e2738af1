"""`POST /api/v1/awards/<id>/approve|refuse|cancel`."""

import uuid

import pytest

from catalogue.models import Party, PartyRole
from issuing.models import Approval, ApprovalKind, Award, AwardState
from issuing.services import ApprovalOrder, award_achievement, set_approval
from registry.actors import SYSTEM
from registry.permissions import Scope
from tests.integrations.builders import build_machine, build_tenant
from tests.issuing.builders import build_order

pytestmark = pytest.mark.django_db
RECORDED = {"ground": "Minutes", "date": "2026-06-01", "reference": "12/2026"}


def waiting(tenant, kind=ApprovalKind.SECOND_PERSON) -> Award:
    set_approval(order=ApprovalOrder(place=tenant.published, kinds=frozenset({kind})), actor=SYSTEM)
    return award_achievement(order=build_order(tenant.published), actor=SYSTEM)


def said(machine, award, act, body=None):
    return machine.post(f"/api/v1/awards/{award.pk}/{act}", body or {})


def test_award_is_approved_and_a_second_time_is_told_its_state():
    tenant = build_tenant()
    award = waiting(tenant)
    machine = build_machine(tenant)

    first, again = said(machine, award, "approve"), said(machine, award, "approve")

    assert (first.status_code, first.json()) == (200, {"id": str(award.pk), "state": "accepted"}), first.content
    assert (again.status_code, again.json()["code"], again.json()["state"]) == (
        409,
        "state-does-not-allow",
        "accepted",
    )


def test_award_is_refused_with_a_reason():
    tenant = build_tenant()
    award = waiting(tenant)
    machine = build_machine(tenant)

    assert said(machine, award, "refuse").status_code == 422
    assert said(machine, award, "refuse", {"reason": "Not passed"}).json()["state"] == "refused"
    assert Approval.objects.get().reason == "Not passed"
    assert said(machine, award, "cancel").json()["code"] == "state-does-not-allow"


def test_award_is_cancelled_before_it_is_signed():
    tenant = build_tenant()
    award = award_achievement(order=build_order(tenant.published), actor=SYSTEM)

    assert said(build_machine(tenant), award, "cancel", {"reason": "Typing error"}).json()["state"] == "cancelled"
    assert Award.objects.get().state == AwardState.CANCELLED


def test_decision_of_a_body_outside_is_recorded():
    tenant = build_tenant()
    party = Party(version=tenant.published.versions.get(), role=PartyRole.CO_AWARDS, name="Partner College")
    Party.objects.bulk_create([party])
    award = waiting(tenant, ApprovalKind.AWARDING_BODIES)
    machine = build_machine(tenant)

    for body, code in (
        ({"party": "partner-college"}, "ground-required"),
        ({"party": "nobody", "recorded": RECORDED}, "no-such-body"),
        ({"recorded": RECORDED}, "body-decides-itself"),
        ({"party": "partner-college", "recorded": RECORDED | {"date": "1.6.2026"}}, "invalid-fields"),
        ({"party": "partner-college", "recorded": RECORDED, "by": "me"}, "unknown-fields"),
    ):
        assert said(machine, award, "approve", body).json()["code"] == code
    assert not Approval.objects.exists()
    assert said(machine, award, "approve", {"party": "partner-college", "recorded": RECORDED}).status_code == 200
    assert Approval.objects.get().party == party


@pytest.mark.parametrize("act", ["approve", "refuse", "cancel"])
def test_another_organisation_and_an_unknown_number_are_told_alike(act):
    tenant = build_tenant()
    award, stranger = waiting(tenant), build_machine(build_tenant())
    body = {"reason": "Envy"} if act == "refuse" else {}

    known, unknown = (stranger.post(f"/api/v1/awards/{number}/{act}", body) for number in (award.pk, uuid.uuid4()))

    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content
    assert Award.objects.get().state == AwardState.AWAITING_APPROVAL


@pytest.mark.parametrize(("act", "scope"), [("approve", Scope.AWARDS_WRITE), ("cancel", Scope.AWARDS_APPROVE)])
def test_key_without_the_scope_decides_nothing(act, scope):
    tenant = build_tenant()
    award = waiting(tenant)

    answer = said(build_machine(tenant, scope), award, act)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope-required")
