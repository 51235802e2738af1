"""Learners whom an act has found stay while it runs, though no foreign key looks at each row (DECISIONS 41)."""

import uuid

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from registry.services import Recipient, learners_for
from registry.services.people import _keep
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
