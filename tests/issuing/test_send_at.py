"""The day that an award waits for: over the API's order, a column of a file, and whatever else."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from issuing.errors import FactsRefusedError
from issuing.models import Award, AwardState
from issuing.services import BatchRow, Correction, correct_credential, dump_rows
from issuing.services.kept_rows import load_rows
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.issuing.test_batches import send
from tests.issuing.ways import LATER, award_now, sign

pytestmark = pytest.mark.django_db


def day_in(days: int, zone: str = "UTC") -> dt.date:
    return (timezone.now().astimezone(ZoneInfo(zone)) + dt.timedelta(days=days)).date()


def refused(**stated) -> list[tuple[str, str]]:
    with pytest.raises(FactsRefusedError) as found:
        award_now(build_achievement(), **stated)
    assert all(fault.remedy for fault in found.value.refusals)
    return [(fault.place, fault.code) for fault in found.value.refusals]


def test_a_day_begins_where_the_organisation_is():
    zone = "Pacific/Auckland"
    achievement = build_achievement(build_issuer(timezone=zone))
    day = day_in(2, zone)
    award = award_now(achievement, send_at=day)

    assert (award.state, award.not_before) == (
        AwardState.SCHEDULED,
        dt.datetime.combine(day, dt.time(), ZoneInfo(zone)),
    )
    assert sign() == 0


def test_today_and_a_time_that_has_just_passed_are_at_once():
    achievement = build_achievement()
    for send_at in (day_in(0), timezone.now()):
        award = award_now(achievement, send_at=send_at)
        assert (award.state, award.not_before) == (AwardState.ACCEPTED, None)


def test_a_day_that_is_over_and_one_behind_the_end_are_refused_with_what_to_do():
    assert refused(send_at=day_in(-1)) == [("send_at", "send-at-past")]
    assert refused(send_at=timezone.now() - dt.timedelta(days=2)) == [("send_at", "send-at-past")]
    assert refused(send_at=day_in(9), valid_until=day_in(8)) == [("send_at", "send-at-after-end")]
    assert refused(send_at=day_in(-1), participation="x" * 1_001) == [
        ("participation", "bad-text"),
        ("send_at", "send-at-past"),
    ]


def test_rows_of_a_file_wait_each_for_its_own_day():
    text = f"a@example.org,A,{day_in(3)}\nb@example.org,B,\nc@example.org,C,{day_in(5)}\nd@example.org,D,{day_in(3)}\n"
    outcome = send(build_achievement(), text, header="email,name,send_at\n")

    assert outcome.counts == {"accepted": 4}
    states = {award.row_number: (award.state, award.not_before) for award in Award.objects.all()}
    assert [states[row][0] for row in (2, 3, 4, 5)] == ["scheduled", "accepted", "scheduled", "scheduled"]
    assert states[2][1] == states[5][1] < states[4][1]
    assert sign() == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.12.2026", "bad-date"),
        ("2026-12-01T09:00:00", "bad-date"),
        ("1816-12-01", "date-out-of-range"),
        ("2020-12-01", "send-at-past"),
    ],
)
def test_a_day_in_a_file_that_cannot_be_meant_is_refused(cell, code):
    (row,) = send(build_achievement(), f"a@example.org,A,{cell}\n", header="email,name,send_at\n").rows

    assert [(fault.place, fault.code) for fault in row.faults] == [("send_at", code)]
    assert not Award.objects.exists()


def test_a_time_with_its_zone_is_read_from_a_file():
    moment = (timezone.now() + LATER).replace(microsecond=0)
    send(build_achievement(), f"a@example.org,A,{moment.isoformat()}\n", header="email,name,send_at\n")

    assert Award.objects.get().not_before == moment


def test_kept_rows_keep_their_day():
    achievement = build_achievement()
    for send_at in (day_in(3), timezone.now() + LATER, None):
        (row,) = load_rows(dump_rows([BatchRow(1, build_order(achievement, send_at=send_at))]), achievement)
        assert row.order.send_at == send_at


def test_what_waits_is_not_corrected_to_end_before_its_day():
    award = award_now(build_achievement(), send_at=day_in(9), valid_until=day_in(90))
    with pytest.raises(FactsRefusedError) as found:
        correct_credential(
            credential_id=award.pk,
            correction=Correction(stated={"valid_until": day_in(8)}),
            reason="Shorter",
            actor=SYSTEM,
        )
    assert found.value.code == "send-at-after-end"
    correct_credential(credential_id=award.pk, correction=Correction(name="Other"), reason="Name", actor=SYSTEM)
    again = Award.objects.get(pk=award.pk)
    assert (again.state, again.not_before) == (AwardState.SCHEDULED, award.not_before)
