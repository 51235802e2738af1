"""The database crashes, a process dies between two steps, storing fails."""

from __future__ import annotations

import signal
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor

from tests.faults.batches import (
    accept_file,
    assert_each_signed_and_mailed_once,
    nothing_stored,
    wait_until_storing_was_tried,
)
from tests.faults.house import WAITING, House, wait_for
from tests.faults.requests import api_key, post_award, unanswered_award

READY_WITHIN_SECONDS = 10
ROWS = 4_000


def test_database_crash_mid_transaction_loses_nothing_acknowledged(house: House) -> None:
    """Awards are being posted and signed when PostgreSQL stops at once."""
    assert house.postgres is not None
    house.start_beat()
    house.start_web()
    key = api_key(house)
    accepted = accept_file(house, ROWS)
    acknowledged, stop = [], threading.Event()

    def post_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                answer = post_award(house, key, f"crash{number}@example.org")
            except (urllib.error.HTTPError, urllib.error.URLError, OSError):
                continue
            acknowledged.append(answer.award_id)

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post_on)
        wait_for(lambda: len(acknowledged) >= 5, seconds=60, what="some acknowledged awards")
        house.start_worker()
        house.wait_for_chunk_in_flight()
        house.postgres.stop(signal.SIGQUIT)
        before = len(acknowledged)
        house.postgres.start()
        assert house.value(WAITING) > 0
        took = wait_for(
            lambda: len(acknowledged) > before, seconds=READY_WITHIN_SECONDS, what="the web to accept again"
        )
        stop.set()
        posting.result()
    house.wait_until_idle(seconds=240)

    assert took < READY_WITHIN_SECONDS
    assert_each_signed_and_mailed_once(house, accepted)
    listed = ", ".join(f"'{award_id}'" for award_id in acknowledged)
    assert house.value(f"SELECT count(*) FROM issuing_credential WHERE award_id IN ({listed})") == len(acknowledged)


def test_web_killed_between_commit_and_answer_keeps_the_award(house: House) -> None:
    """Nobody was told and nobody nudged; the outbox row is enough."""
    (house.var / "struck").unlink(missing_ok=True)
    key = api_key(house)
    house.start_web(failpoint="die-after-commit", workers=1)
    awards = house.value("SELECT count(*) FROM issuing_award")

    answered = True
    try:
        post_award(house, key, "between@example.org")
    except (urllib.error.URLError, OSError):
        answered = False

    assert (house.var / "struck").exists()
    assert not answered
    assert house.value("SELECT count(*) FROM issuing_award") == awards + 1
    assert house.value(WAITING) >= 1
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)


def test_client_killed_before_the_answer_retries_and_gets_one_award(house: House) -> None:
    """The same Idempotency-Key after a connection broken between commit and answer."""
    (house.var / "struck").unlink(missing_ok=True)
    key = api_key(house)
    house.start_web(failpoint="pause-after-commit")
    awards = "SELECT count(*) FROM issuing_award"
    before = house.value(awards)
    once = {"Idempotency-Key": "fault-ten"}

    with unanswered_award(house, key, "impatient@example.org", **once):
        wait_for((house.var / "struck").exists, seconds=30, what="the first request to be committed")
        assert house.value(awards) == before + 1
    (house.var / "released").touch()
    answers = {post_award(house, key, "impatient@example.org", **once).award_id for _ in range(3)}

    assert len(answers) == 1
    assert house.value(awards) == before + 1
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)


def test_clients_that_hang_up_at_once_retry_and_get_one_award_each(house: House) -> None:
    """The connection breaks, whenever it happens: before the request was seen, while it runs, or after."""
    house.start_web()
    key = api_key(house)
    awards = "SELECT count(*) FROM issuing_award"
    before = house.value(awards)
    people = [f"hasty{number}@example.org" for number in range(20)]

    for person in people:
        with unanswered_award(house, key, person, **{"Idempotency-Key": person}):
            pass
    answers = {post_award(house, key, person, **{"Idempotency-Key": person}).award_id for person in people}

    assert len(answers) == len(people)
    assert house.value(awards) == before + len(people)
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)


def test_worker_killed_after_signing_before_storing_signs_the_same_bytes(house: House) -> None:
    """Ids, dates, places and the signing intent were fixed before, so the redo is the same."""
    (house.var / "struck").unlink(missing_ok=True)
    house.start_beat()
    worker = house.start_worker(failpoint="after-signing")
    accepted = accept_file(house, 50)
    wait_for((house.var / "struck").exists, seconds=60, what="the worker to be killed after signing")
    intent = house.rows(
        "SELECT key_id, proof_created FROM registry_outboxmessage WHERE topic = 'awards.accepted' AND done_at IS NULL"
    )
    assert len(intent) == 1
    assert intent[0][0] is not None
    time.sleep(1.5)  # a redo that chose a new time would be seen by its second

    house.wait_until_idle(seconds=240)

    assert worker.popen.poll() is None
    assert_each_signed_and_mailed_once(house, accepted)
    created = house.rows(
        f"SELECT DISTINCT key_id, proof_created FROM issuing_credential WHERE award_id IN "
        f"({', '.join(repr(i) for i in accepted.ids)})"
    )
    assert created == intent


def test_credential_that_cannot_be_stored_leaves_the_award_visible_and_revocable(house: House) -> None:
    """A trigger refuses every INSERT of a signed credential."""
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)
    with nothing_stored(house):
        accepted = accept_file(house, 2)
        wait_until_storing_was_tried(house)
        assert accepted.count_of(house, "issuing_award", "id") == 2
        house.manage("revoke", accepted.ids[0], "--reason", "Awarded by mistake")
    house.wait_until_idle(seconds=240)

    assert house.value(f"SELECT state FROM issuing_award WHERE id = '{accepted.ids[0]}'") == "cancelled"
    assert house.value(f"SELECT count(*) FROM issuing_credential WHERE award_id = '{accepted.ids[0]}'") == 0
    assert house.value(f"SELECT count(*) FROM issuing_credential WHERE award_id = '{accepted.ids[1]}'") == 1
