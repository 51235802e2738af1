"""The operator's page of health: what is looked at, and what to do where it is not well."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from issuing.models import AwardState
from issuing.running_state import checks, space_of
from registry.alarms import AlarmCode, raise_alarm
from registry.models import HostAlias, Issuer, OutboxMessage, Upkeep
from registry.tasks import note_worker
from tests.console.houses import signed_in
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, sign
from tests.registry.builders import build_user

pytestmark = pytest.mark.django_db
HEALTH = "/operator/health/"


@pytest.fixture
def operator():
    return signed_in(build_user(is_superuser=True, email="operator@example.org"))


def state_of(name):
    return next(one for one in checks() if one.name == name)


def test_what_was_never_done_is_told_and_what_was_done_is_well(operator):
    never = {one.name for one in checks() if one.said == "never"}
    assert never == {"Worker and beat", "Last fsck", "Last backup told"}
    assert "backup_made" in operator.get(HEALTH).content.decode()

    note_worker()
    call_command("fsck")
    call_command("backup_made")

    assert {state_of(name).state for name in never} == {"well"}


@pytest.mark.parametrize(("chore", "name", "days"), [("fsck", "Last fsck", 3), ("backup", "Last backup told", 3)])
def test_what_is_long_ago_asks_for_care(chore, name, days):
    Upkeep.objects.create(name=chore, at=timezone.now() - dt.timedelta(days=days))

    assert (state_of(name).state, bool(state_of(name).remedy)) == ("care", True)


def test_fsck_that_found_breaches_is_told_until_it_finds_none():
    award = award_now(build_achievement())
    type(award).objects.update(state=AwardState.SIGNED)
    with pytest.raises(SystemExit):
        call_command("fsck")
    assert state_of("Last fsck").state == "stop"

    type(award).objects.update(state=AwardState.ACCEPTED)
    call_command("fsck")
    assert state_of("Last fsck").state == "well"


def test_address_key_clock_and_mail_are_checked_with_what_to_do(settings, monkeypatch):
    assert state_of("Clock").state == "well"
    HostAlias.objects.create(base_url="https://old.example", canonical=True)
    assert "rehost" in state_of("Public address").remedy
    settings.IN_PRODUCTION, settings.PUBLIC_URL = True, "http://plain.example"
    assert "https://" in state_of("Public address").remedy
    raise_alarm(AlarmCode.KEY_NOT_MADE)
    assert state_of("Key-encryption key").state == "stop"
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "EMAIL_URL" in state_of("Mail").remedy
    monkeypatch.setattr("issuing.running_state.CLOCKS_APART", dt.timedelta(0))
    assert state_of("Clock").state == "stop"
    assert state_of("Database").said.endswith(("MB", "GB"))
    assert state_of("Free on this machine's disk").state == "well"
    monkeypatch.setattr("issuing.running_state.LEAST_FREE", 2**60)
    assert (state_of("Free on this machine's disk").state, bool(state_of("Free on this machine's disk").remedy)) == (
        "stop",
        True,
    )


def test_lanes_alarms_and_stopped_signing_are_told(operator, django_assert_max_num_queries):
    issuer = build_achievement().issuer
    OutboxMessage.objects.update(not_before=timezone.now() - dt.timedelta(minutes=5))
    raise_alarm(AlarmCode.MESSAGE_GIVEN_UP)
    Issuer.objects.update(signing_stopped_at=timezone.now())

    with django_assert_max_num_queries(15):
        page = operator.get(HEALTH).content.decode()

    assert "waits long" in page
    assert re.search(r"status <span", page)
    assert "manage.py alarms close" in page
    assert f"/operator/organisations/{issuer.organisation.slug}/" in page


def test_mail_is_tried_and_the_answer_is_told(operator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = operator.post(f"{HEALTH}mail", follow=True).content.decode()
    assert "Handed over, to operator@example.org" in page
    assert mail.outbox[0].to == ["operator@example.org"]

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "did not take it" in operator.post(f"{HEALTH}mail", follow=True).content.decode()


def test_space_is_shared_by_what_each_has_awarded():
    achievement, other = build_achievement(), build_achievement()
    assert space_of(achievement.organisation) == 0
    award_now(achievement)
    sign()

    assert space_of(achievement.organisation) > 0
    assert space_of(other.organisation) == 0


def test_nobody_else_sees_it(client):
    assert signed_in(build_user(is_staff=True)).get(HEALTH).status_code == 403
    assert signed_in(build_user(is_staff=True)).post(f"{HEALTH}mail").status_code == 403
    assert client.get(HEALTH).status_code == 302
