"""The main job at size, through kills: 20,000 rows, three SIGKILLs of the worker, nothing lost, nothing doubled."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from tests.faults.batches import AcceptedFile, accept_file, kill_in_flight
from tests.faults.house import House

ROWS = 20_000
KILLS = 3
VERIFIED = 200
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("database", "broker"), [("sqlite", "folder"), ("postgres", "redis")])
def test_file_of_20000_survives_three_kills(
    tmp_path: Path, database: Literal["sqlite", "postgres"], broker: Literal["folder", "redis"]
) -> None:
    with House(tmp_path, database=database, broker=broker) as house:
        house.open()
        house.start_beat()
        worker = house.start_worker()
        house.wait_until_idle(seconds=120)
        demo_mails = set(house.message_ids())
        worker.kill_tree()
        accepted = accept_file(house, ROWS)
        for _kill in range(KILLS):
            kill_in_flight(house, house.start_worker())
        house.start_worker()
        house.wait_until_idle(seconds=900)

        assert_everything_once(house, accepted, set(house.message_ids()) - demo_mails)
        house.fsck()
        addresses = [f"http://localhost:{house.port}/c/{number}" for number in random.sample(accepted.ids, VERIFIED)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(partial(house.manage, "verify"), addresses))


def assert_everything_once(house: House, accepted: AcceptedFile, mails: set[str]) -> None:
    """One credential, one delivery and one distinct Message-ID per row."""
    credentials = house.value("SELECT count(*) FROM issuing_credential")
    awards = house.value("SELECT count(*) FROM issuing_award")
    assert credentials == awards
    assert len(set(accepted.ids)) == ROWS
    assert house.value("SELECT count(DISTINCT message_id) FROM issuing_letter") == credentials
    assert house.value("SELECT count(*) FROM issuing_letter WHERE state = 'sent'") == credentials
    assert len(mails) == ROWS
    assert {mail.partition(".")[0] for mail in mails} == set(accepted.ids)
    for mail in sorted(mails)[:500]:
        found = MESSAGE_ID.search((house.var / "mail" / f"{mail}.eml").read_bytes())
        assert found is not None
        assert found[1].decode() == mail
