"""A mail server that is down for an hour, then back, while a registrar awards files in the console."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from config.bootstrap.servers import free_port
from tests.faults.house import UNSENT, House, wait_for
from tests.faults.registrar import Registrar, batch_of, csv_of, state_of
from tests.issuing.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.slow
CROWD = 600
LATER = 40
LEARNERS = ("early", "late")
OF_FILES = "FROM issuing_letter l JOIN issuing_award a ON a.id = l.award_id WHERE a.batch_id"
AN_HOUR_LATER = (
    "UPDATE issuing_letter SET not_before = not_before - interval '1 hour', lease_until = NULL WHERE state = 'waiting'"
)


def award(house: House, registrar: Registrar, count: int, name: str) -> str:
    """Send a file and confirm it; return its page once all of it is awarded."""
    page = registrar.send(csv_of(count, name=name))
    wait_for(lambda: state_of(house, page)() == "ready", seconds=120, what="the file to be checked")
    registrar.press(f"{page}confirm")
    wait_for(lambda: state_of(house, page)() == "done", seconds=120, what="the file to be awarded")
    return page


def signed(house: House, page: str) -> int:
    return int(
        house.value(
            "SELECT count(*) FROM issuing_credential c JOIN issuing_award a ON a.id = c.award_id "
            f"WHERE a.batch_id = '{batch_of(page)}'"
        )
    )


def message_ids(*servers: MailServer) -> list[str]:
    """Return the Message-IDs of the learners' letters that were taken; staff are written to as well."""
    taken = [mail for server in servers for person, mail in list(server.messages) if person.startswith(LEARNERS)]
    return [re.search(rb"(?im)^Message-ID:\s*(<[^>]+>)", mail)[1].decode() for mail in taken]  # type: ignore[index]


def test_mail_server_that_is_away_for_an_hour_delays_no_award_and_gets_every_letter_once(
    house: House, registrar: Registrar
) -> None:
    port = free_port()
    house.start_beat()
    house.start_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}")
    with mail_server(port) as before:
        first = award(house, registrar, CROWD, "early")
        wait_for(lambda: bool(message_ids(before)), seconds=120, what="the first letters to leave", every=0.005)
    left = len(message_ids(before))
    assert 0 < left < CROWD, "the server went away in the middle of the letters"
    assert house.value(UNSENT) > 0

    second = award(house, registrar, LATER, "late")
    wait_for(lambda: signed(house, second) == LATER, seconds=120, what="the awards to be signed all the same")
    wait_for(lambda: signed(house, first) == CROWD, seconds=120, what="the first file to be signed")
    late = f"{OF_FILES} = '{batch_of(second)}'"
    tried = "SELECT count(*) FROM issuing_letter WHERE state = 'waiting' AND attempts > 0 AND last_error <> ''"
    wait_for(lambda: house.value(tried) > 0, seconds=60, what="letters to be tried and put off")
    assert house.value(f"SELECT count(*) {late} AND l.state = 'waiting'") == LATER
    assert f"{LATER} learners awarded" in registrar.client.get(second).text
    number = house.value(f"SELECT a.id {late} LIMIT 1")
    assert "waiting" in registrar.client.get(f"{registrar.home}awards/{number}/").text

    with mail_server(port) as after:
        house.rows(AN_HOUR_LATER)
        house.wait_until_idle(seconds=240)
    both = f"{OF_FILES} IN ('{batch_of(first)}', '{batch_of(second)}')"
    made = {row[0] for row in house.rows(f"SELECT l.message_id {both} AND l.state = 'sent'")}
    sent = Counter(message_ids(before, after))
    assert set(sent) == made
    assert {number for number, times in sent.items() if times > 1} == set()
    assert len(made) == CROWD + LATER
