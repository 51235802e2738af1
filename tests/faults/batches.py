"""Awards of a file, as the fault tests make and count them."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.house import CLAIMED_CHUNKS, DEMO_ACHIEVEMENT, House, Process, wait_for, write_csv

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """What `award` said of a file: one id per row."""

    ids: list[str]

    def count_of(self, house: House, table: str, column: str) -> int:
        """Count the rows of a table whose column names one of these awards."""
        listed = ", ".join(f"'{_stored(house, award_id)}'" for award_id in self.ids)
        return int(house.value(f"SELECT count(*) FROM {table} WHERE {column} IN ({listed})"))


def _stored(house: House, award_id: str) -> str:
    return award_id if house.postgres else award_id.replace("-", "")


STOPS = 50


def accept_file(house: House, count: int) -> AcceptedFile:
    """Award a file of `count` new people through the shell; nothing is waited for."""
    number = next(_numbers)
    people = [(f"file{number}.learner{n}@example.org", f"Learner {n} Example") for n in range(count)]
    path = write_csv(house.var / f"file{number}.csv", people)
    done = house.manage("award", DEMO_ACHIEVEMENT, "--csv", str(path), "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["row"] for row in rows] == list(range(2, count + 2))
    assert len({row["id"] for row in rows}) == count
    return AcceptedFile([row["id"] for row in rows])


def assert_each_signed_and_mailed_once(house: House, accepted: AcceptedFile) -> None:
    """One credential, one sent mail and one mail file for every row."""
    count = len(accepted.ids)
    assert accepted.count_of(house, "issuing_credential", "award_id") == count
    assert accepted.count_of(house, "issuing_letter", "award_id") == count
    mails = Counter(found for mail in house.message_ids() for found in UUIDS.findall(mail))
    assert {award_id for award_id in accepted.ids if mails[award_id] != 1} == set()


def kill_in_flight(house: House, worker: Process) -> None:
    """Kill the worker's tree while it holds an unfinished chunk, and assert that it did.

    It is stopped before that is looked at: a fast machine finishes a chunk between the look and the kill.
    """
    for _try in range(STOPS):
        house.wait_for_chunk_in_flight()
        os.killpg(worker.popen.pid, signal.SIGSTOP)
        if house.value(CLAIMED_CHUNKS) >= 1:
            break
        os.killpg(worker.popen.pid, signal.SIGCONT)
    worker.kill_tree()
    assert house.value(CLAIMED_CHUNKS) >= 1, "no chunk was in flight when the worker was killed"


@contextmanager
def nothing_stored(house: House) -> Iterator[None]:
    """Let a trigger refuse every INSERT of a signed credential."""
    house.rows(
        "CREATE OR REPLACE FUNCTION refuse_storing() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
    )
    house.rows(
        "CREATE TRIGGER refuse_storing BEFORE INSERT ON issuing_credential "
        "FOR EACH ROW EXECUTE FUNCTION refuse_storing()"
    )
    try:
        yield
    finally:
        house.rows("DROP TRIGGER refuse_storing ON issuing_credential")


def wait_until_storing_was_tried(house: House) -> None:
    """Wait until a worker has tried to store what it signed, and has given the chunk back."""
    tried = "SELECT coalesce(max(attempts), 0) FROM registry_outboxmessage WHERE done_at IS NULL"
    wait_for(lambda: house.value(tried) >= 1, seconds=60, what="the worker to try to store")
    wait_for(lambda: house.value(CLAIMED_CHUNKS) == 0, seconds=60, what="the chunk to be given back")
