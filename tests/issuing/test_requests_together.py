"""Requests decided on together: one that fails holds up no other; and asked for at once: the bound holds."""

import pytest
from django.db import OperationalError

from issuing.models import Application, ApplicationState, Award
from issuing.services import answering, applying, grant_applications
from registry.actors import SYSTEM
from registry.models import Alarm, OutboxMessage
from tests.at_once import at_once
from tests.issuing.requests import applicant, ask, open_to_requests, work
from tests.issuing.ways import breaches

TASK = "issuing.grant_requests"


def three_approved() -> list[Application]:
    achievement = open_to_requests()
    made = [ask(achievement, applicant()) for _number in range(3)]
    grant_applications(application_ids=[one.pk for one in made], actor=SYSTEM)
    return sorted(made, key=lambda one: one.pk)


def failing(first: Application, error: Exception):
    award = answering.award_achievement

    def act(*, request, **order):
        if request == first.pk:
            raise error
        return award(request=request, **order)

    return act


def states(made: list[Application]) -> list[str]:
    for one in made:
        one.refresh_from_db()
    return [one.state for one in made]


@pytest.mark.django_db
def test_what_nobody_foresaw_of_one_is_its_own_fate(monkeypatch):
    made = three_approved()
    monkeypatch.setattr(answering, "award_achievement", failing(made[0], TypeError("planted")))

    work()

    assert states(made) == ["open", "granted", "granted"]
    assert (made[0].refused_code, made[0].decided_at) == ("unforeseen", None)
    assert Alarm.objects.get().code == "request_set_aside"
    assert OutboxMessage.objects.get(task=TASK).done_at
    assert breaches() == []


@pytest.mark.django_db
def test_database_that_stumbles_over_one_is_asked_again_for_that_one(monkeypatch):
    made = three_approved()
    with monkeypatch.context() as stumbling:
        stumbling.setattr(answering, "award_achievement", failing(made[0], OperationalError("planted")))
        work()
    assert states(made) == ["granting", "granted", "granted"]
    assert OutboxMessage.objects.get(task=TASK).done_at is None

    OutboxMessage.objects.update(not_before=made[0].made_at, lease_until=None)
    work()

    assert states(made) == [ApplicationState.GRANTED] * 3
    assert Award.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_do_not_go_beyond_the_bound_together(monkeypatch):
    monkeypatch.setattr(applying, "MOST_OPEN", 1)
    user, one, other = applicant(), open_to_requests(), open_to_requests()

    told = at_once(lambda: ask(one, user), lambda: ask(other, user))

    assert told == "too-many-open"
    assert Application.objects.count() == 1
