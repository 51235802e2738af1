"""What hangs, fails or cannot be built leaves everybody else's work untouched: listeners in every lane, awards."""

from __future__ import annotations

import time

import pytest

from tests.faults.batches import accept_file
from tests.faults.house import House, wait_for
from tests.faults.test_tenants_share import award_other, sent_to_other

HANG_SECONDS = 60
HANGING = (
    "INSERT INTO registry_outboxmessage "
    "(topic, task, lane, payload, not_before, claimed_by, attempts, failures, last_error) "
    "VALUES ('credentials.issued', 'tests.hang', '{}', '{{\"n\": {}}}', now(), '', 0, 0, '')"
)
HANGS = "SELECT count(*) FROM registry_outboxmessage WHERE task = 'tests.hang' AND lease_until > now()"
NEWEST_LIST = "SELECT coalesce(max(version), 0) FROM issuing_publishedstatuslist"
REVOKE = """
from issuing.services import revoke_credential
from registry.actors import SYSTEM
revoke_credential(credential_id={!r}, reason="Error", actor=SYSTEM)
"""


def hanging(house: House, lanes: list[str]) -> int:
    """Put listeners that hang into lanes and return how many."""
    for number, lane in enumerate(lanes):
        house.rows(HANGING.format(lane, number))
    return len(lanes)


@pytest.fixture
def _forget_what_hangs(house: House):
    yield
    while house.processes:
        house.processes.pop().stop()
    house.rows("DELETE FROM registry_outboxmessage WHERE task = 'tests.hang'")


@pytest.mark.usefixtures("_forget_what_hangs")
def test_listeners_that_hang_in_three_lanes_delay_no_award_no_revocation_and_no_mail(house: House) -> None:
    count = hanging(house, ["slow", "slow", "mail", "status"])
    house.start_beat()
    began = time.monotonic()
    house.start_worker(failpoint="listeners-that-hang", HANG_SECONDS=str(HANG_SECONDS))
    wait_for(lambda: house.value(HANGS) == count, seconds=30, what="all listeners to hang")

    accepted = accept_file(house, 20)
    sent = "SELECT count(*) FROM issuing_letter WHERE state = 'sent'"
    wait_for(lambda: house.value(sent) >= 20, seconds=20, what="20 awards to be signed and mailed")
    before = house.value(NEWEST_LIST)
    house.python(REVOKE.format(accepted.ids[0]))
    wait_for(lambda: house.value(NEWEST_LIST) > before, seconds=10, what="the revocation to be published")

    assert house.value(HANGS) == count, "each is kept by who works on it"
    assert time.monotonic() - began < HANG_SECONDS, "none of them has ended"


@pytest.mark.usefixtures("_forget_what_hangs")
def test_listener_that_hangs_for_ever_loses_its_process_its_message_and_nothing_else(house: House) -> None:
    hanging(house, ["slow"])
    house.start_beat()
    worker = house.start_worker(
        concurrency=1, failpoint="listeners-that-hang", HANG_SECONDS="3600", TIME_LIMIT_SECONDS="1"
    )
    wait_for(lambda: house.value(HANGS) == 1, seconds=30, what="it to hang")
    (first,) = worker.children()

    alarm = "SELECT count(*) FROM registry_alarm WHERE code = 'lane_hangs'"
    wait_for(lambda: house.value(alarm) >= 1, seconds=40, what="the alarm")
    wait_for(lambda: first not in worker.children(), seconds=10, what="the process to be replaced")
    failed = "SELECT failures FROM registry_outboxmessage WHERE task = 'tests.hang'"
    wait_for(lambda: house.value(failed) >= 1, seconds=40, what="the loss to be counted")
    accepted = accept_file(house, 5)
    wait_for(
        lambda: accepted.count_of(house, "issuing_credential", "award_id") == 5,
        seconds=40,
        what="5 awards to be signed",
    )
    assert worker.popen.poll() is None


def test_awards_that_cannot_be_built_leave_their_neighbours_and_everybody_else_alone(house: House) -> None:
    accepted = accept_file(house, 20)
    bad, strange = accepted.ids[3], accepted.ids[7]
    where = f"WHERE id = '{strange}'"
    (version,) = house.rows(f"SELECT builder_version FROM issuing_award {where}")[0]
    house.rows(
        f"UPDATE issuing_award SET facts = replace(facts, '\"holder_name\":\"', '\"no\":\"') WHERE id = '{bad}'"
    )
    house.rows(f"UPDATE issuing_award SET builder_version = 99 {where}")
    award_other(house, "untouched@example.org")
    house.start_beat()
    house.start_worker(concurrency=1)

    wait_for(
        lambda: accepted.count_of(house, "issuing_credential", "award_id") == 18,
        seconds=60,
        what="18 awards to be signed",
    )
    wait_for(lambda: sent_to_other(house) == 1, seconds=60, what="the other organisation's mail")
    states = dict(house.rows(f"SELECT id::text, state FROM issuing_award WHERE id IN ('{bad}', '{strange}')"))
    assert states == {bad: "refused", strange: "accepted"}
    alarms = {code for (code,) in house.rows("SELECT code FROM registry_alarm WHERE resolved_at IS NULL")}
    assert {"accepted_award_refused", "award_set_aside"} <= alarms

    house.rows(f"UPDATE issuing_award SET builder_version = {version} {where}")
    house.wait_until_idle(seconds=120)
    assert accepted.count_of(house, "issuing_credential", "award_id") == 19
