"""`POST /api/v1/credentials/<id>/correct`."""

import json

import pytest

from issuing.models import Award
from registry.permissions import Scope
from tests.integrations.builders import build_machine, build_tenant
from tests.tenants.victim import build_victim

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(tmp_path):
    return build_victim(tmp_path)


def correct(machine, owned, body, **headers):
    return machine.post(f"/api/v1/credentials/{owned.award.pk}/correct", body, **headers)


def test_new_id_is_answered_once_for_a_request_that_is_sent_twice(owned):
    machine = build_machine(owned.tenant)
    body = {
        "recipient": {"name": "Ada Lovelace"},
        "facts": {"narrative": "What she did.", "participation": None},
        "reason": "Name misspelt",
    }

    first = correct(machine, owned, body, Idempotency_Key="correction-1")
    again = correct(machine, owned, body, Idempotency_Key="correction-1")

    assert first.status_code == 202, first.content
    told = first.json()
    assert told == again.json()
    assert told["id"] != str(owned.award.pk)
    facts = json.loads(Award.objects.get(pk=told["id"]).facts)
    assert (facts["holder_name"], facts["narrative"]) == ("Ada Lovelace", "What she did.")
    assert Award.objects.get(pk=told["id"]).learner_id == owned.award.learner_id


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"reason": "x"}, "nothing-to-correct", id="nothing"),
        pytest.param({"recipient": {"name": "Ada"}}, "invalid-fields", id="no reason"),
        pytest.param({"facts": {"shoe": 44}, "reason": "x"}, "unknown-fields", id="unknown fact"),
        pytest.param({"recipient": {"learner": "x"}, "reason": "x"}, "unknown-fields", id="another record"),
        pytest.param({"facts": {"awarded_on": "2999-01-01"}, "reason": "x"}, "invalid-fields", id="no such day"),
        pytest.param({"recipient": {"email": "nobody"}, "reason": "x"}, "bad-email", id="no address"),
    ],
)
def test_correction_that_cannot_be_is_refused_and_nothing_changes(owned, body, code):
    answer = correct(build_machine(owned.tenant), owned, body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Award.objects.count() == 1


def test_address_of_two_people_is_refused(owned):
    machine = build_machine(owned.tenant)
    number = {"type": "matriculation", "scope": "college", "value": "1"}
    named = {"achievement": owned.tenant.name, "recipient": {"name": "Bob", "email": "bob@example.org"}}
    bob = machine.post("/api/v1/awards", named | {"recipient": named["recipient"] | {"identifier": number}})
    assert bob.status_code == 202, bob.content

    asked = {"email": "kanarienvogel@victim.example", "identifier": number}
    answer = correct(machine, owned, {"recipient": asked, "reason": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "identifier-conflict")


def test_another_organisation_and_a_lesser_key_correct_nothing(owned):
    body = {"recipient": {"name": "Thief"}, "reason": "Envy"}

    other = correct(build_machine(build_tenant()), owned, body)
    lesser = correct(build_machine(owned.tenant, Scope.AWARDS_WRITE, Scope.AWARDS_READ), owned, body)
    revoker = correct(build_machine(owned.tenant, Scope.CREDENTIALS_REVOKE), owned, body)

    assert (other.status_code, other.json()["code"]) == (404, "not-found")
    assert lesser.status_code == 404 or lesser.json()["code"] == "scope-required"
    assert (revoker.status_code, revoker.json()["code"]) == (403, "scope-required")
    assert Award.objects.count() == 1
