"""The faults against files that a registrar awards in the console: 1 (in a dry run, and while accepting), 9, 10, 11 and 13.

Each asserts that work was in flight; that the invariants hold afterwards is seen by the fixture of every house.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.batches import (
    STOPS,
    AcceptedFile,
    assert_each_signed_and_mailed_once,
    nothing_stored,
    wait_until_storing_was_tried,
)
from tests.faults.house import House, Process, wait_for
from tests.faults.registrar import Registrar, batch_of, csv_of, state_of

pytestmark = pytest.mark.slow
MANY = 10_000
SOME = 5_000
FEW = 3


def awards_of(house: House, page: str) -> list[str]:
    rows = house.rows(f"SELECT id, row_number FROM issuing_award WHERE batch_id = '{batch_of(page)}'")
    assert len({row[1] for row in rows}) == len(rows), "a row was awarded twice"
    return [str(row[0]) for row in rows]


def checked(house: House, registrar: Registrar, content: bytes) -> str:
    page = registrar.send(content)
    wait_for(lambda: state_of(house, page)() == "ready", seconds=120, what="the file to be checked")
    return page


def end_of(house: House, page: str) -> list[str]:
    """Wait until a file is awarded and nothing waits any more; return its awards, each signed and mailed once."""
    wait_for(lambda: state_of(house, page)() == "done", seconds=240, what="the file to be awarded")
    house.wait_until_idle(seconds=300)
    ids = awards_of(house, page)
    assert_each_signed_and_mailed_once(house, AcceptedFile(ids))
    return ids


def nudged(house: House, workers: int, code: str) -> None:
    """Deliver the same tasks fifty times to each of so many workers at once."""
    nudge = f"from config.celery import app\nfor _ in range(50):\n    {code}\n"
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(house.python, [nudge] * workers))


def kill_at(house: House, worker: Process, page: str, state: str, sql: str) -> None:
    """Kill a worker while its file is in a state and `sql` says that a part of the work is done."""
    asked = state_of(house, page)
    for _try in range(STOPS):
        wait_for(lambda: asked() == state and house.value(sql) > 0, seconds=120, what=f"to be {state}", every=0.002)
        os.killpg(worker.popen.pid, signal.SIGSTOP)
        if asked() == state:
            break
        os.killpg(worker.popen.pid, signal.SIGCONT)
    worker.kill_tree()
    assert asked() == state, "the file was through when the worker was killed"


def test_worker_killed_in_the_middle_of_a_dry_run_is_followed_by_another(house: House, registrar: Registrar) -> None:
    house.start_beat()
    first = house.start_worker()
    page = registrar.send(csv_of(MANY, name="dryrun"))
    kill_at(house, first, page, "checking", "SELECT max(rows_total) FROM issuing_batch WHERE state = 'checking'")
    assert awards_of(house, page) == []

    house.start_worker()
    wait_for(lambda: state_of(house, page)() == "ready", seconds=240, what="the file to be checked by another")
    assert awards_of(house, page) == []
    assert f"{MANY} learners can be awarded" in registrar.client.get(page).text.replace(",", "")
    registrar.press(f"{page}cancel")


def test_worker_killed_while_it_accepts_is_followed_by_another(house: House, registrar: Registrar) -> None:
    house.start_beat()
    first = house.start_worker()
    page = checked(house, registrar, csv_of(SOME, name="accepting"))
    registrar.press(f"{page}confirm")
    batch = batch_of(page)
    kill_at(house, first, page, "running", f"SELECT count(*) FROM issuing_award WHERE batch_id = '{batch}'")
    cut_off = len(awards_of(house, page))
    assert 0 < cut_off < SOME
    assert "The file is being awarded" in registrar.client.get(page).text

    house.start_worker()
    assert len(end_of(house, page)) == SOME
    assert f"{SOME} learners awarded" in registrar.client.get(page).text.replace(",", "")


def test_file_that_three_workers_are_told_of_fifty_times_is_checked_and_awarded_once(
    house: House, registrar: Registrar
) -> None:
    for _number in range(3):
        house.start_worker()
    page = registrar.send(csv_of(SOME, name="doubled"))
    task = f"app.send_task('issuing.run_batch', args=['{batch_of(page)}'])"
    assert state_of(house, page)() in {"draft", "checking"}
    nudged(house, 3, task)
    wait_for(lambda: state_of(house, page)() == "ready", seconds=240, what="the file to be checked")

    registrar.press(f"{page}confirm")
    assert state_of(house, page)() in {"confirmed", "checking", "running"}
    assert awards_of(house, page) == []
    nudged(house, 3, f"{task}; app.send_task('issuing.drain_outbox'); app.send_task('issuing.send_mails')")
    house.start_beat()

    assert len(end_of(house, page)) == SOME
    assert f"{SOME} learners awarded" in registrar.client.get(page).text.replace(",", "")
    told = house.rows(
        f"SELECT act, count(*) FROM registry_auditentry WHERE object_id = '{batch_of(page)}' GROUP BY act"
    )
    assert {"batch.made": 1, "batch.confirmed": 1}.items() <= dict(told).items()


def test_awards_that_cannot_be_stored_are_seen_and_taken_back(house: House, registrar: Registrar) -> None:
    house.start_beat()
    house.start_worker()
    page = checked(house, registrar, csv_of(FEW, name="unstored"))
    with nothing_stored(house):
        registrar.press(f"{page}confirm")
        wait_for(lambda: state_of(house, page)() == "done", seconds=60, what="the file to be awarded")
        wait_until_storing_was_tried(house)
        first, *others = awards_of(house, page)
        award = f"{registrar.home}awards/{first}/"
        seen = registrar.client.get(award).text
        assert "It is being signed" in seen
        assert f'action="{award}undo"' in seen
        registrar.press(f"{award}undo")
    house.wait_until_idle(seconds=240)

    assert house.value(f"SELECT state FROM issuing_award WHERE id = '{first}'") == "cancelled"
    assert AcceptedFile([first]).count_of(house, "issuing_credential", "award_id") == 0
    assert_each_signed_and_mailed_once(house, AcceptedFile(others))


def test_web_killed_between_commit_and_enqueue_has_confirmed_the_file(house: House, registrar: Registrar) -> None:
    house.start_beat()
    house.start_worker()
    page = checked(house, registrar, csv_of(FEW, name="commit"))
    house.processes.pop(0).stop()
    (house.var / "struck").unlink(missing_ok=True)
    house.start_web(failpoint="die-after-asking", workers=1)

    with pytest.raises(httpx.TransportError):
        registrar.press(f"{page}confirm")

    assert (house.var / "struck").exists()
    wait_for(lambda: state_of(house, page)() == "done", seconds=60, what="the file to be awarded all the same")
    house.wait_until_idle(seconds=120)
    assert_each_signed_and_mailed_once(house, AcceptedFile(awards_of(house, page)))


def test_browser_that_is_gone_before_the_answer_and_comes_back_awards_once(house: House, registrar: Registrar) -> None:
    page = registrar.send(csv_of(FEW, name="hasty"))
    house.start_beat()
    house.start_worker()
    wait_for(lambda: state_of(house, page)() == "ready", seconds=60, what="the file to be checked")

    for _time in range(10):
        with registrar.hangs_up(f"{page}confirm"):
            pass
    registrar.press(f"{page}confirm")
    assert registrar.send(csv_of(FEW, name="hasty")) == page

    wait_for(lambda: state_of(house, page)() in {"done", "ready"}, seconds=60, what="the file to be awarded")
    house.wait_until_idle(seconds=120)
    ids = awards_of(house, page)
    assert len(ids) == FEW
    assert_each_signed_and_mailed_once(house, AcceptedFile(ids))
