"""Rows written in bulk and arrays say what the ORM would."""

import traceback

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from issuing.models import Batch
from registry.bulk import insert_values
from registry.models import IdentifierType, Learner, LearnerIdentifier, OutboxMessage
from registry.services import IdentifierOrder, Recipient, learners_for
from registry.services.people import fresh_ids
from tests.issuing.builders import build_achievement
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db

HOSTILE = 'Zoë\t"A\\N" \\. \\t {a,b} \n\r 漢 🎓 NULL'


def test_hostile_text_comes_back_as_it_went_in():
    organisation = build_organisation()
    ids = list(fresh_ids(3))
    rows = [(ids[0], HOSTILE, "de"), (ids[1], "\\N", "en"), (ids[2], "", "en")]
    insert_values(Learner, ("id", "preferred_name", "language"), rows, shared={"organisation_id": organisation.pk})

    assert [Learner.objects.get(pk=one).preferred_name for one in ids] == [HOSTILE, "\\N", ""]
    learner = Learner.objects.get(pk=ids[0])
    assert (learner.organisation, learner.user_id, learner.erased_at) == (organisation, None, None)
    assert learner.created_at is not None


def test_json_defaults_and_absent_values_are_written_as_the_orm_reads_them():
    achievement = build_achievement()
    version = achievement.versions.get()
    (batch_id,) = fresh_ids(1)
    insert_values(
        Batch,
        ("id", "counts"),
        [(batch_id, {"a\\b": 'c"\n'})],
        shared={"organisation_id": achievement.organisation_id, "version_id": version.pk, "file_sha": "x"},
    )

    batch = Batch.objects.get()
    assert (batch.counts, batch.mapping, batch.report, batch.state) == ({"a\\b": 'c"\n'}, {}, [], "draft")


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**32 + 5])
def test_number_that_does_not_fit_its_column_is_refused(number):
    columns = ("topic", "payload", "not_before", "attempts")
    row = ("x", {}, timezone.now(), number)

    for arguments in ((columns, [row], {}), (columns[:3], [row[:3]], {"attempts": number})):
        with pytest.raises(DataError, match="attempts"):
            insert_values(OutboxMessage, arguments[0], arguments[1], shared=arguments[2])
    assert not OutboxMessage.objects.exists()


def test_nothing_to_insert_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_values(Learner, ("id",), [])


@pytest.mark.parametrize(
    "value", ["plain@example.org", 'a"b@example.org', "a\\b@example.org", "{a,b}@example.org", "NULL"]
)
def test_any_of_finds_hostile_values(value):
    organisation = build_organisation()
    number = (IdentifierOrder(IdentifierType.OTHER, "college", value),)
    recipient = Recipient(name="A", email="a@example.org", identifiers=number)
    (learner,) = learners_for([recipient], organisation=organisation)

    found = LearnerIdentifier.objects.filter(value__any_of=["other@example.org", value])
    assert [one.learner_id for one in found] == [learner]
    assert Learner.objects.filter(id__any_of=[learner]).count() == 1
    assert Learner.objects.filter(id__any_of=[]).count() == 0


def test_learners_believed_unknown_are_refused_when_they_are_there():
    organisation = build_organisation()
    ana = Recipient(name="Ana", email="ana@example.org")
    (before,) = learners_for([ana], organisation=organisation, known={})

    with pytest.raises(IntegrityError, match="learner_identifier_once") as refusal, transaction.atomic():
        learners_for([ana], organisation=organisation, known={})
    told = "".join(traceback.format_exception(refusal.value))
    assert "ana@example.org" not in told, "errors end in logs, and people do not belong there"
    assert learners_for([ana], organisation=organisation) == [before]
    assert LearnerIdentifier.objects.get().type == IdentifierType.EMAIL
