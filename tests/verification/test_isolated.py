"""The reading process from the web's side."""

import gc
import os
import sys
import threading
import time

import pytest

from tests.attacks.documents import poison
from verification import isolated
from verification.isolated import (
    CHILD,
    LANES,
    UnfinishedError,
    WorkBound,
    canonicaliser,
    read_document,
)


def test_reading_process_ends_with_the_lanes_to_it():
    read_document({}, WorkBound())
    run = CHILD._run
    assert run is not None

    for _ in range(LANES):
        run._idle.get_nowait().close()

    assert run.process.wait(timeout=10) == 0
    CHILD.stop()


def test_fork_leaves_the_reading_process_to_its_parent():
    """Its copy of the process must neither end it nor complain that it still runs."""
    read_document({}, WorkBound())
    assert CHILD.process is not None

    fork = os.fork()
    if fork == 0:
        noticed: list[object] = []
        sys.unraisablehook = noticed.append
        read_document({}, WorkBound())
        gc.collect()
        os._exit(len(noticed))

    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 0
    assert CHILD.process.poll() is None


def test_documents_do_not_wait_for_each_other():
    read_document({}, WorkBound())
    slow, ended = poison(8, 3), []

    def ask():
        with pytest.raises(UnfinishedError):
            canonicaliser(WorkBound(4.0))(slow)
        ended.append(time.monotonic())

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    problem = read_document({}, WorkBound())
    answered = time.monotonic()
    thread.join()

    assert problem is not None
    assert answered < ended[0] - 1


def test_reading_process_that_is_lost_costs_one_answer_and_is_replaced():
    read_document({}, WorkBound())
    before = CHILD.process
    assert before is not None
    before.kill()
    before.wait()

    assert read_document({}, WorkBound()) is not None
    assert CHILD.process is not before


@pytest.fixture
def soon_idle(monkeypatch):
    CHILD.stop()
    monkeypatch.setattr(isolated, "IDLE_SECONDS", 0.3)
    yield
    CHILD.stop()


@pytest.mark.usefixtures("soon_idle")
def test_reading_process_that_nobody_needs_ends_and_starts_again_when_somebody_does():
    read_document({}, WorkBound())
    before = CHILD.process
    assert before is not None
    before.wait(timeout=10)

    assert read_document({}, WorkBound()) is not None
    assert CHILD.process is not before


@pytest.mark.usefixtures("soon_idle")
def test_reading_process_at_work_is_not_taken_for_idle():
    with pytest.raises(UnfinishedError) as told:
        canonicaliser(WorkBound(1.5))(poison(8, 3))

    assert "lost" not in told.value.problem.detail
