"""The faults against files that a registrar awards in the console: 1 (in a dry run), 9 and 10.

Each asserts that work was in flight; that the invariants hold afterwards is seen by the fixture of every house.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.faults.batches import STOPS, AcceptedFile, assert_each_signed_and_mailed_once
from tests.faults.house import House, Process, wait_for
from tests.faults.registrar import Registrar, csv_of, state_of

pytestmark = pytest.mark.slow
MANY = 10_000
FEW = 3


@pytest.fixture
def registrar(house: House) -> Iterator[Registrar]:
    """Somebody at the console of a web server that runs."""
    house.start_web()
    registrar = Registrar(house)
    yield registrar
    registrar.close()


def awards_of(house: House, page: str) -> list[str]:
    batch = page.rstrip("/").rsplit("/", maxsplit=1)[1]
    rows = house.rows(f"SELECT id, row_number FROM issuing_award WHERE batch_id = '{batch}'")
    assert len({row[1] for row in rows}) == len(rows), "a row was awarded twice"
    return [str(row[0]) for row in rows]


def checked(house: House, registrar: Registrar, content: bytes) -> str:
    page = registrar.send(content)
    wait_for(lambda: state_of(house, page)() == "ready", seconds=120, what="the file to be checked")
    return page


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
