"""The nudge: one statement tells a quiet house that there is nothing to do."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing import tasks
from issuing.models import Award, AwardState
from issuing.nudging import waiting_tasks
from issuing.services import award_achievement
from issuing.tasks import nudge
from registry.actors import SYSTEM
from registry.audit import record_act, seal_entries
from registry.models import AuditEntry, AuditSeal, OutboxMessage
from tests.issuing.builders import build_achievement, build_order, signing_here

pytestmark = pytest.mark.django_db
SEAL, DRAIN, MAIL = "registry.seal_audit_trail", "issuing.drain_outbox", "issuing.send_mails"


def make_due():
    OutboxMessage.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))


@pytest.fixture
def award():
    achievement = build_achievement()
    with signing_here():
        nudge()
    return award_achievement(order=build_order(achievement), actor=SYSTEM)


def test_quiet_house_is_asked_by_one_statement(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(tasks, "task_named", lambda _name: pytest.fail("nothing is waiting"))

    with django_assert_num_queries(1):
        nudge()


def test_award_is_signed_then_mailed_and_its_audit_sealed(award, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_due()
    assert waiting_tasks() == [SEAL, DRAIN]
    with signing_here():
        nudge()
        assert Award.objects.get().state == AwardState.SIGNED
        assert MAIL in waiting_tasks()
        nudge()

    assert Award.objects.get().state == AwardState.DELIVERED
    assert not AuditEntry.objects.filter(seal=None).exists()
    assert waiting_tasks() == []


def test_one_failing_kind_of_work_keeps_no_other_from_its_turn(award, settings, monkeypatch, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_due()
    monkeypatch.setattr("registry.tasks.seal_entries", lambda: 1 / 0)

    with signing_here():
        nudge()

    assert Award.objects.get().state == AwardState.SIGNED
    assert "alarm.nudge_failed" in caplog.text
    assert SEAL in waiting_tasks()


def test_what_is_leased_or_not_due_is_no_reason_to_work(award):
    seal_entries()
    later = timezone.now() + dt.timedelta(minutes=1)
    make_due()
    OutboxMessage.objects.update(lease_until=later)
    assert waiting_tasks() == []
    OutboxMessage.objects.update(lease_until=None, not_before=later)
    assert waiting_tasks() == []


def test_entry_that_was_committed_late_is_found_behind_the_sealed_ones(award, monkeypatch):
    late = record_act(SYSTEM, "test", award)
    sealed = record_act(SYSTEM, "test", award)
    last = AuditSeal.objects.count()
    AuditSeal.objects.create(position=last + 1, entry=sealed, previous="0" * 64, hash="0" * 64)
    assert SEAL in waiting_tasks()

    monkeypatch.setattr("issuing.nudging.OUT_OF_ORDER", 0)
    assert SEAL not in waiting_tasks()  # the sealer's own round finds it
    seal_entries()
    assert AuditEntry.objects.filter(seal=None).count() == 0
    assert AuditSeal.objects.filter(entry=late).exists()
