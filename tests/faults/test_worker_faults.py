"""Workers that die, double or cannot sign."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from config.bootstrap.folders import ROOT
from config.bootstrap.secret_files import KEY_ENCRYPTION_KEY
from tests.faults.batches import accept_file, assert_each_signed_and_mailed_once, kill_in_flight
from tests.faults.house import WAITING, House, wait_for

ROWS = 5_000


def test_worker_tree_killed_mid_batch_loses_nothing_and_drains_within_10_seconds(house: House) -> None:
    """A worker is killed while it signs."""
    house.start_beat()
    accepted = accept_file(house, ROWS)
    kill_in_flight(house, house.start_worker())

    second = house.start_worker()
    house.wait_until_idle(seconds=240)

    assert second.popen.poll() is None
    assert_each_signed_and_mailed_once(house, accepted)


def test_pool_child_killed_mid_batch_loses_nothing(house: House) -> None:
    """The out-of-memory killer takes one child of the pool."""
    house.start_beat()
    accepted = accept_file(house, ROWS)
    worker = house.start_worker()
    before = wait_for_children(worker)
    house.wait_for_chunk_in_flight()
    os.kill(before[0], signal.SIGKILL)
    assert house.value(WAITING) > 0

    house.wait_until_idle(seconds=240)

    assert before[0] not in worker.children()
    assert_each_signed_and_mailed_once(house, accepted)


def wait_for_children(worker) -> list[int]:
    """Wait until the pool stands and return its process ids."""
    wait_for(lambda: len(worker.children()) >= 2, seconds=30, what="the pool to stand")
    return worker.children()


def test_drain_run_50_times_in_parallel_signs_and_mails_each_once(house: House) -> None:
    """The same nudge delivered fifty times to three workers at once."""
    workers = [house.start_worker(concurrency=2) for _ in range(3)]
    accepted = accept_file(house, ROWS)
    assert house.value(WAITING) > 0
    nudge = (
        "from config.celery import app\n"
        "for _ in range(50):\n"
        "    app.send_task('issuing.drain_outbox')\n"
        "    app.send_task('issuing.send_mails')\n"
    )

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(house.python, [nudge] * 3))
    house.start_beat()
    house.wait_until_idle(seconds=240)

    assert all(worker.popen.poll() is None for worker in workers)
    assert_each_signed_and_mailed_once(house, accepted)


def test_worker_with_unreadable_or_wrong_key_leaves_awards_pending_and_heals_alone(house: House) -> None:
    """Nothing is signed by another key, and nobody has to restart anything."""
    house.start_beat()
    good = house.var / "secrets" / KEY_ENCRYPTION_KEY
    key_file = house.var / "kek"
    key_file.write_text("this is not a key\n")
    worker = house.start_worker(KEY_ENCRYPTION_KEY_FILE=str(key_file))
    accepted = accept_file(house, 5)
    wait_for(
        lambda: house.value("SELECT max(attempts) FROM registry_outboxmessage WHERE done_at IS NULL") >= 1,
        seconds=30,
        what="the worker to try",
    )
    assert accepted.count_of(house, "issuing_credential", "award_id") == 0

    shutil.copy(good, key_file)
    house.wait_until_idle(seconds=240)

    assert worker.popen.poll() is None
    assert_each_signed_and_mailed_once(house, accepted)


def test_house_python_is_this_checkout() -> None:
    """The processes of these tests run the code of this checkout."""
    shown = subprocess.run(
        [sys.executable, "-c", "import issuing; print(issuing.__file__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip().startswith(str(ROOT))
