"""Who an award is for: by record, address or number, and never by the first of two people found."""

import json
import uuid

import pytest

from catalogue.models import DuplicatePolicy
from issuing.models import Award
from registry.models import Learner, LearnerIdentifier
from tests.integrations.builders import build_machine, build_tenant

pytestmark = pytest.mark.django_db
ADA = {"name": "Ada Lovelace"}


def number(value: str, scope: str = "https://college.example.org", kind: str = "matriculation"):
    return {"type": kind, "scope": scope, "value": value}


@pytest.fixture
def tenant():
    return build_tenant(duplicates=DuplicatePolicy.ALLOW)


@pytest.fixture
def machine(tenant):
    return build_machine(tenant)


def award(machine, tenant, **person):
    body = {"achievement": tenant.name, "recipient": ADA | person, "repeat": True}
    return machine.post("/api/v1/awards", body)


def learner_of(answer) -> uuid.UUID:
    assert answer.status_code == 202, answer.content
    return Award.objects.get(pk=answer.json()["id"]).learner_id


@pytest.mark.parametrize(
    "person",
    [
        pytest.param({"identifier": number("4711")}, id="number"),
        pytest.param({"identifiers": [number("4711"), number("S-9", kind="ESI")]}, id="several numbers"),
        pytest.param({"email": "ada@example.org"}, id="address"),
    ],
)
def test_person_is_named_by_address_or_number_alone(machine, tenant, person):
    first, second = award(machine, tenant, **person), award(machine, tenant, **person)

    assert learner_of(first) == learner_of(second)
    facts = json.loads(Award.objects.get(pk=first.json()["id"]).facts)
    assert ("email_hash" in facts) == ("email" in person)
    assert len(facts.get("identifiers", ())) == len(person.get("identifiers", person.get("identifier") and [1]) or ())


def test_person_is_named_by_the_id_of_their_record(machine, tenant):
    first = award(machine, tenant, email="ada@example.org")
    shown = machine.get(f"/api/v1/awards/{first.json()['id']}").json()["learner"]

    second = award(machine, tenant, learner=shown)

    assert str(learner_of(second)) == shown == str(learner_of(first))
    assert LearnerIdentifier.objects.count() == 1


def test_number_of_two_scopes_is_two_people(machine, tenant):
    one = award(machine, tenant, identifier=number("4711"))
    other = award(machine, tenant, identifier=number("4711", scope="https://other.example.org"))

    assert learner_of(one) != learner_of(other)


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(
            {"email": "bob@example.org", "identifier": number("4711")}, id="address of one, number of another"
        ),
        pytest.param({"identifiers": [number("4711"), number("4712")]}, id="two numbers"),
    ],
)
def test_identifiers_of_two_people_are_refused_and_nothing_is_kept(machine, tenant, person):
    award(machine, tenant, email="ada@example.org", identifier=number("4711"))
    award(machine, tenant, email="bob@example.org", identifier=number("4712"))
    before = Award.objects.count(), Learner.objects.count(), LearnerIdentifier.objects.count()

    answer = award(machine, tenant, **person)

    assert (answer.status_code, answer.json().get("code")) == (409, "identifier-conflict"), answer.content
    assert "joined" in answer.json()["detail"]
    assert set(answer.json()["learners"]) == {str(pk) for pk in Learner.objects.values_list("pk", flat=True)}
    assert (Award.objects.count(), Learner.objects.count(), LearnerIdentifier.objects.count()) == before


def test_record_and_address_of_two_people_are_refused(machine, tenant):
    ada = learner_of(award(machine, tenant, email="ada@example.org"))
    award(machine, tenant, email="bob@example.org")

    answer = award(machine, tenant, learner=str(ada), email="bob@example.org")

    assert (answer.status_code, answer.json().get("code")) == (409, "identifier-conflict")


def test_record_of_another_organisation_is_told_like_one_that_does_not_exist(machine, tenant):
    other = build_tenant()
    theirs = learner_of(award(build_machine(other), other, email="ada@example.org"))

    answers = [award(machine, tenant, learner=str(one)) for one in (theirs, uuid.uuid4())]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "learner-unknown")] * 2
    assert answers[0].json() == answers[1].json()


def test_name_alone_names_nobody(machine, tenant):
    answer = award(machine, tenant)

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("recipient.email", "required")]


def test_rows_of_a_request_that_would_join_two_people_are_refused(machine, tenant):
    rows = [
        {"recipient": ADA | {"email": "ada@example.org", "identifier": number("4711")}},
        {"recipient": ADA | {"email": "bob@example.org", "identifier": number("4712")}},
        {"recipient": ADA | {"email": "ada@example.org", "identifier": number("4712")}, "repeat": True},
    ]
    answer = machine.post("/api/v1/batches", {"achievement": tenant.name, "rows": rows})

    assert answer.status_code == 422
    assert [(row["row"], row["code"]) for row in answer.json()["rows"]] == [(3, "identifier-conflict")]
    assert not Learner.objects.exists()
