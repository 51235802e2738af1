"""Alarms: a row for each thing that is wrong, told in one mail a day, counted, named and closed."""

import datetime as dt
import json
import re
from io import StringIO
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from config.bootstrap.folders import ROOT
from registry.actors import SYSTEM
from registry.alarms import CLOSED_BY_A_PERSON, MEANINGS, AlarmCode, raise_alarm, resolve_alarms
from registry.errors import UnavailableError
from registry.fates import goes_well
from registry.lanes import Lane
from registry.models import Alarm, AuditEntry, OutboxMessage, User
from registry.outbox import OUTBOX, Topic, finish_messages, publish
from registry.services import close_alarms
from registry.tasks import look_at_alarms, mail_alarms

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """A clock that tests put forward."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def operators(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    User.objects.create_user("nobody@example.org")
    User.objects.create_superuser("gone@example.org", is_active=False)
    return [
        User.objects.create_superuser("olivia@example.org"),
        User.objects.create_superuser("otto@example.org", language="de"),
    ]


def told() -> str:
    """Do what the worker does of the mail lane, and return the mails' text."""
    for message in OUTBOX.lease(worker="w", lease_seconds=60, lane=Lane.MAIL, limit=9):
        mail_alarms(**message.payload)
        finish_messages([message], worker="w")
    return "\n".join(message.body for message in mail.outbox)


def shell(*arguments: str) -> list[str]:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


# -- rows ------------------------------------------------------------------------------------------
def test_alarm_is_a_log_line_each_time_and_one_row_for_each_thing(clock):
    with capture_logs() as logs:
        raise_alarm(AlarmCode.CANNOT_SIGN, subject="issuer:1", message=7, reason="key-unavailable")
        clock.shift(60)
        raise_alarm(AlarmCode.CANNOT_SIGN, subject="issuer:1", times=2)
        raise_alarm(AlarmCode.CANNOT_SIGN, subject="issuer:2")

    assert [line["event"] for line in logs] == ["alarm.cannot_sign"] * 3
    assert (logs[0]["subject"], logs[0]["message"], logs[0]["reason"]) == ("issuer:1", 7, "key-unavailable")
    first, other = Alarm.objects.order_by("id")
    assert (first.subject, first.count, first.last_at - first.first_at) == ("issuer:1", 3, dt.timedelta(minutes=1))
    assert (other.subject, other.count, other.resolved_at) == ("issuer:2", 1, None)


def test_what_goes_wrong_with_one_of_many_is_an_alarm_with_the_type_of_its_exception():
    with capture_logs() as logs:
        assert not goes_well(lambda: 1 / 0, alarm=AlarmCode.NUDGE_FAILED, subject="task:t")

    assert isinstance(logs[0]["exc_info"], ZeroDivisionError)
    assert Alarm.objects.get().subject == "task:t"


@pytest.mark.django_db(transaction=True)
def test_alarm_without_a_database_is_a_log_line_and_no_error():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_alarm RENAME TO registry_alarm_away")
    try:
        with capture_logs() as logs, transaction.atomic():
            raise_alarm(AlarmCode.TASK_FAILED)
            User.objects.count()  # the transaction around it goes on
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE registry_alarm_away RENAME TO registry_alarm")

    assert [line["event"] for line in logs] == ["alarm.task_failed", "alarm.not_written_down"]


def test_what_is_told_no_more_has_healed_unless_a_person_has_to_look(clock):
    raise_alarm(AlarmCode.CANNOT_SIGN, subject="heals")
    raise_alarm(AlarmCode.CANNOT_SIGN, subject="goes on")
    raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject="stays")
    clock.shift(dt.timedelta(hours=2, seconds=1))
    raise_alarm(AlarmCode.CANNOT_SIGN, subject="goes on")
    look_at_alarms()

    assert set(Alarm.objects.filter(resolved_at=None).values_list("subject", flat=True)) == {"goes on", "stays"}
    clock.shift(dt.timedelta(days=91))
    look_at_alarms()
    assert set(Alarm.objects.values_list("subject", flat=True)) == {"goes on", "stays"}, "what closed is forgotten"


def test_what_comes_again_after_it_was_closed_is_a_new_alarm():
    raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject="s")
    resolve_alarms(AlarmCode.SELF_CHECK_FAILED, subject="s")
    raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject="s")

    assert [alarm.resolved_at is None for alarm in Alarm.objects.order_by("id")] == [False, True]


# -- the mail --------------------------------------------------------------------------------------
def test_operators_get_one_mail_a_day_in_their_language_while_an_alarm_is_open(clock, operators):
    raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject="organisation:1", chunk=1)
    for _hour in range(24 * 3):
        look_at_alarms()
        told()
        clock.shift(dt.timedelta(hours=1))

    assert [message.to[0] for message in mail.outbox] == ["olivia@example.org", "otto@example.org"] * 3
    english, german = mail.outbox[0], mail.outbox[1]
    assert "self_check_failed (1 ×), organisation:1" in english.body
    assert "Its issuer's signing was stopped." in english.body
    assert "Das Signieren des Ausstellers wurde angehalten." in german.body
    assert (english.subject.split(": ", 1)[1], german.subject.split(": ", 1)[1]) == (
        "open alarms: 1",
        "offene Alarme: 1",
    )
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 6


def test_no_mail_where_nothing_is_open(operators):
    look_at_alarms()
    raise_alarm(AlarmCode.SELF_CHECK_FAILED)
    Alarm.objects.update(resolved_at=timezone.now())
    look_at_alarms()

    assert told() == ""
    assert not OutboxMessage.objects.exists()


def test_mail_of_thousands_of_alarms_has_an_end(operators):
    for number in range(60):
        raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject=f"organisation:{number}")
    look_at_alarms()

    told()
    assert mail.outbox[0].body.count("self_check_failed") == 50
    assert "… and 10 more." in mail.outbox[0].body


def test_mail_server_that_is_away_is_asked_again(monkeypatch, operators):
    raise_alarm(AlarmCode.SELF_CHECK_FAILED)

    def away(_self):
        raise SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    with pytest.raises(UnavailableError):
        mail_alarms("2026-01-01")


# -- what machines and operators see ---------------------------------------------------------------
def test_alarms_are_named_counted_and_no_breach():
    assert Client().get("/readyz").content == b"ok\n"
    raise_alarm(AlarmCode.CANNOT_SIGN, subject="issuer:1")
    raise_alarm(AlarmCode.CANNOT_SIGN, subject="issuer:2")
    put_aside()

    ready, metrics = Client().get("/readyz"), Client().get("/metrics").content.decode()
    assert (ready.status_code, ready.content) == (200, b"ok\nopen alarms: cannot_sign\n")
    assert 'testamur_alarms_open{code="cannot_sign"} 2\n' in metrics
    assert 'testamur_outbox_given_up{lane="sign"} 1\n' in metrics
    assert 'testamur_outbox_waiting{topic="key.requested",lane="status"} 1\n' in metrics
    report = json.loads("\n".join(shell("fsck", "--json")))
    assert (report["ok"], report["alarms"], report["given_up"]) == (True, {"cannot_sign": 2}, {"sign": 1})
    assert "Open alarm: cannot_sign: 2." in shell("fsck")


def put_aside() -> OutboxMessage:
    publish(Topic.KEY_REQUESTED, {})
    publish(Topic.AWARDS_ACCEPTED, {"award_ids": []})
    OutboxMessage.objects.filter(lane=Lane.SIGN).update(
        given_up_at=timezone.now(), failures=10, failing_since=timezone.now(), last_error="ValueError"
    )
    return OutboxMessage.objects.get(lane=Lane.SIGN)


def test_operator_lists_what_was_put_aside_and_has_it_tried_again():
    message = put_aside()
    raise_alarm(AlarmCode.MESSAGE_GIVEN_UP, subject="installation", message=message.pk)
    (listed,) = shell("outbox", "list", "--json")
    assert json.loads(listed)["last_error"] == "ValueError"
    assert json.loads(listed)["state"] == "put aside"

    with pytest.raises(CommandError, match="nothing to do for: 999"):
        call_command("outbox", "retry", str(message.pk), "999")
    with pytest.raises(CommandError, match="--all"):
        call_command("outbox", "retry")
    assert shell("outbox", "retry", str(message.pk)) == [f"{message.pk}  waits"]

    (again,) = OUTBOX.lease(worker="w", lease_seconds=60, lane=Lane.SIGN)
    assert (again.pk, again.failures) == (message.pk, 0)
    assert not Alarm.objects.filter(resolved_at=None).exists()
    assert AuditEntry.objects.filter(act="outbox.retried", object_id=str(message.pk)).exists()
    assert shell("outbox", "list") == ["Nothing fails and nothing was put aside."]


def test_operator_lists_and_closes_alarms():
    raise_alarm(AlarmCode.DATABASE_WAS_RESTORED, subject="list:1")
    alarm = Alarm.objects.get()
    (listed,) = shell("alarms", "list", "--json")
    assert json.loads(listed)["closes"] == "by you"

    with pytest.raises(CommandError, match="nothing to do for: 999"):
        call_command("alarms", "close", str(alarm.pk), "999")
    assert Alarm.objects.filter(resolved_at=None).exists(), "nothing half done"
    shell("alarms", "close", str(alarm.pk))
    assert shell("alarms", "list") == ["No alarm is open."]
    assert AuditEntry.objects.get(act="alarm.closed").actor_kind == SYSTEM.kind
    with pytest.raises(Exception, match="nothing to do"):
        close_alarms(ids=[alarm.pk], actor=SYSTEM)


# -- no alarm without a row, a meaning and a line for operators -----------------------------------
def test_every_alarm_has_a_meaning_and_a_line_that_says_what_to_do():
    section = (ROOT / "docs/operators.md").read_text().split("\n### Alarms\n")[1].split("\n## ")[0]
    lines = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))

    assert set(lines) == set(AlarmCode) == set(MEANINGS)
    assert {code for code, line in lines.items() if "by you" in line} == CLOSED_BY_A_PERSON


def test_no_code_logs_an_alarm_past_its_row():
    rooms = ("config", "registry", "catalogue", "issuing", "verification", "integrations")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py") if path.name != "alarms.py"]
    calls = [path.name for path in paths if re.search(r"""log\.\w+\(f?["']alarm\.""", path.read_text())]

    assert calls == []


def test_every_alarm_is_raised_somewhere():
    rooms = ("config", "registry", "catalogue", "issuing", "verification", "integrations")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py") if path.name != "alarms.py"]
    sources = "".join(path.read_text() for path in paths)

    assert [code for code in AlarmCode if f"AlarmCode.{code.name}" not in sources] == []
