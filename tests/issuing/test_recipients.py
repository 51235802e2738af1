"""Whom a file names: told apart before anything is accepted, and again while it is."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from catalogue.models import DuplicatePolicy
from issuing.models import Award
from issuing.services import award_achievement, batches
from registry.actors import SYSTEM
from registry.errors import IdentifierConflictError
from registry.models import IdentifierType, Learner, LearnerIdentifier
from registry.services import IdentifierOrder, Recipient, learners_for
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.test_batches import send, states

HEADER = "email,name,identifier\n"


def person(email: str = "", number: str = "") -> Recipient:
    numbers = (IdentifierOrder(IdentifierType.MATRICULATION, "college", number),) if number else ()
    return Recipient(name="Ada Example", email=email, identifiers=numbers)


@pytest.mark.django_db
def test_row_without_an_address_is_awarded_by_its_number():
    achievement = build_achievement()

    first = send(achievement, ",Ada,4711\n", header=HEADER)
    second = send(achievement, "Ada,4711\n", header="name,identifier\n")

    assert (states(first), states(second)) == (["accepted"], ["already-awarded"])
    assert "email_hash" not in json.loads(Award.objects.get().facts)


@pytest.mark.django_db
def test_row_that_nothing_names_is_refused():
    outcome = send(build_achievement(), ",Ada,\n", header=HEADER)

    assert [(row.code, row.column) for row in outcome.rows] == [("email-missing", "email")]


@pytest.mark.django_db
def test_number_in_a_file_has_a_type_and_a_scope():
    achievement = build_achievement()
    header = "name,identifier,identifier_type,identifier_scope\n"

    send(
        achievement,
        "Ada,4711,,\nBob,4711,ESI,https://esi.example.org\nEve,4711,esi,https://esi.example.net\n",
        header=header,
    )
    wrong = send(achievement, "Mia,4711,passport,\n", header=header)

    kept = set(LearnerIdentifier.objects.values_list("type", "scope"))
    own = achievement.organisation.slug
    assert kept == {("matriculation", own), ("ESI", "https://esi.example.org"), ("ESI", "https://esi.example.net")}
    assert [(row.code, row.column) for row in wrong.rows] == [("unknown-type", "identifier_type")]


@pytest.mark.django_db
def test_record_in_a_file_is_one_of_the_organisation():
    achievement = build_achievement()
    known = award_achievement(order=build_order(achievement), actor=SYSTEM).learner_id
    foreign = award_achievement(order=build_order(build_achievement()), actor=SYSTEM).learner_id

    outcome = send(achievement, f"Ada,{known}\nBob,{foreign}\nEve,nobody\n", header="name,learner\n", on_error="skip")

    assert states(outcome) == ["already-awarded", "refused", "refused"]
    assert [row.code for row in outcome.rows] == ["", "learner-unknown", "learner-unknown"]


@pytest.mark.django_db
@pytest.mark.parametrize("policy", list(DuplicatePolicy))
def test_row_that_joins_two_known_people_is_refused(policy):
    achievement = build_achievement(duplicates=policy)
    send(achievement, "ada@example.org,Ada,1\nbob@example.org,Bob,2\n", header=HEADER)

    outcome = send(achievement, "bob@example.org,Ada,1\neve@example.org,Eve,3\n", header=HEADER, on_error="skip")

    assert states(outcome) == ["refused", "accepted"]
    assert (outcome.rows[0].code, outcome.rows[0].column) == ("identifier-conflict", "identifier")
    assert outcome.rows[0].remedy


@pytest.mark.django_db
def test_row_that_joins_the_people_of_two_rows_is_refused():
    rows = "ada@example.org,Ada,1\nbob@example.org,Bob,2\nada@example.org,Ada,2\n"

    outcome = send(build_achievement(), rows, header=HEADER)

    assert states(outcome) == ["not-accepted", "not-accepted", "refused"]
    assert outcome.rows[2].code == "identifier-conflict"
    assert not Learner.objects.exists()


@pytest.mark.django_db
def test_row_that_joins_a_known_person_and_one_of_a_row_above_is_refused():
    achievement = build_achievement()
    send(achievement, "ada@example.org,Ada,1\n", header=HEADER)

    outcome = send(build_achievement(achievement.issuer), ",Ada,9\nada@example.org,Ada,9\n", header=HEADER)

    assert [row.code for row in outcome.rows] == ["", "identifier-conflict"]


@pytest.mark.django_db
def test_one_person_by_two_identifiers_is_one_row():
    achievement = build_achievement()
    send(achievement, "ada@example.org,Ada,1\n", header=HEADER)

    outcome = send(build_achievement(achievement.issuer), "ada@example.org,Ada,\n,Ada,1\n", header=HEADER)

    assert [row.code for row in outcome.rows] == ["", "duplicate-row"]


@pytest.mark.django_db
def test_person_who_has_become_two_while_the_file_was_checked_is_refused_alone(monkeypatch):
    achievement = build_achievement()
    checked = batches.check_rows

    def and_then_another_act(*arguments):
        found = checked(*arguments)
        learners_for(
            [person("ada@example.org"), Recipient(name="Bob", identifiers=own("1"))], organisation=organisation
        )
        return found

    organisation = achievement.organisation
    monkeypatch.setattr(batches, "check_rows", and_then_another_act)

    outcome = send(achievement, "ada@example.org,Ada,1\neve@example.org,Eve,3\n", header=HEADER)

    assert states(outcome) == ["refused", "accepted"]
    assert outcome.rows[0].code == "identifier-conflict"


def own(number: str):
    organisation = Award._meta.get_field("organisation").related_model.objects.latest("created_at")
    return (IdentifierOrder(IdentifierType.MATRICULATION, organisation.slug, number),)


@pytest.mark.django_db
def test_two_rows_that_have_become_one_person_are_one_award(monkeypatch):
    achievement = build_achievement()
    checked = batches.check_rows

    def and_then_another_act(*arguments):
        found = checked(*arguments)
        both = Recipient(name="Ada", email="ada@example.org", identifiers=own("1"))
        learners_for([both], organisation=achievement.organisation)
        return found

    monkeypatch.setattr(batches, "check_rows", and_then_another_act)

    outcome = send(achievement, "ada@example.org,Ada,\n,Ada,1\n", header=HEADER)

    assert [(row.state, row.code) for row in outcome.rows] == [("accepted", ""), ("refused", "duplicate-row")]


@pytest.mark.django_db(transaction=True)
def test_awards_made_at_once_never_join_two_people():
    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    people = [
        person("ada@example.org", "1"),
        person("ada@example.org", "2"),
        person("bob@example.org", "1"),
        person("bob@example.org", "2"),
    ]
    together = Barrier(len(people))

    def award(one: Recipient) -> str:
        close_old_connections()
        try:
            together.wait(10)
            award_achievement(order=build_order(achievement, recipient=one, repeat=True), actor=SYSTEM)
        except IdentifierConflictError:
            return "refused"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(len(people)) as pool:
        told = sorted(pool.map(award, people))

    assert told.count("accepted") == Award.objects.count() >= 1
    whose = {(i.type, i.value): i.learner_id for i in LearnerIdentifier.objects.all()}
    for kept in Award.objects.all():
        assert kept.learner_id in whose.values()
    assert len(set(whose.values())) == Learner.objects.count()


@pytest.mark.django_db
def test_people_of_a_file_are_found_by_a_constant_number_of_queries(django_assert_max_num_queries):
    organisation = build_achievement().organisation
    learners_for([person(number=str(n)) for n in range(3)], organisation=organisation)
    known = Recipient(name="Ada", learner=Learner.objects.first().pk)
    asked = []
    for count in (10, 400):
        people = [*(person(f"p{count}-{n}@example.org", str(n)) for n in range(count)), known]
        with django_assert_max_num_queries(6) as queries:
            learners_for(people, organisation=organisation)
        asked.append(len(queries))

    assert asked[0] == asked[1] > 0
