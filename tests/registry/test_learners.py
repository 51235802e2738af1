"""Learners whom an act has found stay while it runs, though no foreign key looks at each row (DECISIONS 41)."""

import uuid

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from registry.bulk import insert_values
from registry.models import IdentifierType, LearnerIdentifier
from registry.services import IdentifierOrder, Recipient, known_identifiers, learners_for
from registry.services.people import MOST_KINDS, _keep, fresh_ids
from tests.registry.builders import build_organisation

ANA = Recipient(name="Ana", email="ana@example.org")


@pytest.mark.django_db(transaction=True)
def test_learner_whom_an_act_has_found_cannot_be_deleted_before_it_ends():
    organisation = build_organisation()
    (learner,) = learners_for([ANA], organisation=organisation)

    with (
        transaction.atomic(),
        psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other,
    ):
        assert learners_for([ANA], organisation=organisation) == [learner]
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("DELETE FROM registry_learner WHERE id = %s", [learner])
        other.rollback()


@pytest.mark.django_db
def test_learner_who_was_deleted_since_is_looked_for_again():
    with pytest.raises(IntegrityError, match="deleted"):
        _keep({uuid.uuid4()})


def recipients_with_numbers(kinds):
    """Return Ana with so many numbers, each of another university, and Ben with their addresses alone."""
    numbers = tuple(IdentifierOrder(IdentifierType.ESI, f"university {n}", "17") for n in range(kinds))
    return [
        Recipient(name="Ana", email="ana@example.org", identifiers=numbers),
        Recipient(name="Ben", email="b@x.org"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("kinds", [0, 1, MOST_KINDS - 1, MOST_KINDS + 1])
def test_people_are_found_by_each_of_their_identifiers_and_by_no_others(kinds):
    organisation, recipients = build_organisation(), recipients_with_numbers(kinds)
    ana, ben = learners_for(recipients, organisation=organisation)
    learners_for(recipients, organisation=build_organisation())
    stranger = IdentifierOrder(IdentifierType.OTHER, "university 0", "17")
    learners_for([Recipient(name="Cleo", identifiers=(stranger,))], organisation=organisation)

    found = known_identifiers(recipients, organisation=organisation)

    assert found == dict.fromkeys(recipients[0].keys, ana) | dict.fromkeys(recipients[1].keys, ben)


@pytest.mark.django_db
@pytest.mark.parametrize("kinds", [0, 2])
def test_whom_an_award_names_is_found_without_reading_everybody_else(kinds):
    organisation = build_organisation()
    crowd = [
        (*pair, IdentifierType.EMAIL.value, "", f"somebody{n}@example.org")
        for n, pair in enumerate(zip(fresh_ids(3_000), fresh_ids(3_000), strict=True))
    ]
    columns = ("id", "learner_id", "type", "scope", "value")
    insert_values(LearnerIdentifier, columns, crowd, shared={"organisation_id": organisation.pk})
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {LearnerIdentifier._meta.db_table}")

    with CaptureQueriesContext(connection) as asked:
        known_identifiers(recipients_with_numbers(kinds), organisation=organisation)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert "value" in plan.partition("Index Cond")[2].partition("\n")[0], plan
