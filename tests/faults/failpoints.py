"""Places where a process is killed or held on purpose, patched in from outside: the product has no failpoints.

`python -m tests.faults.failpoints NAME celery …` runs a worker under one; granian loads `application` with the
environment variable FAILPOINT. Each strikes once, and leaves a file `struck` in VAR_DIR to prove it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _struck() -> Path:
    return Path(os.environ["VAR_DIR"]) / "struck"


def _strikes_now() -> bool:
    """Tell whether this is the first time in this house, and leave the proof."""
    try:
        _struck().touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _die_once() -> None:
    """Kill this very process."""
    if _strikes_now():
        os.kill(os.getpid(), signal.SIGKILL)


def _pause_once() -> None:
    """Hold this thread until a file `released` lies in VAR_DIR, a minute at most."""
    if _strikes_now():
        deadline = time.monotonic() + 60
        while not _struck().with_name("released").exists() and time.monotonic() < deadline:
            time.sleep(0.01)


def _after_signing() -> None:
    """Signed, not yet stored."""
    from issuing import draining

    original = draining.finish_chunk

    def dying(*arguments: Any, **named: Any) -> Any:
        _die_once()
        return original(*arguments, **named)

    draining.finish_chunk = dying


def _after_commit(act: Callable[[], None]) -> None:
    """Act when an award is committed and before it is answered or anybody is nudged."""
    from django.db import transaction

    from issuing.services import awarding

    original = awarding.insert_awards

    def dying(*arguments: Any, **named: Any) -> Any:
        inserted = original(*arguments, **named)
        transaction.on_commit(act)
        return inserted

    awarding.insert_awards = dying


def _after_asking_the_worker() -> None:
    """A file's change is committed, and nobody is nudged or answered yet."""
    from django.db import transaction

    from issuing.services import drafts

    original = drafts.ask_worker

    def dying(*arguments: Any, **named: Any) -> Any:
        transaction.on_commit(_die_once)
        return original(*arguments, **named)

    drafts.ask_worker = dying


def _listeners_that_hang() -> None:
    """A listener `tests.hang` that sleeps for HANG_SECONDS; TIME_LIMIT_SECONDS shortens what a task may take."""
    from celery import shared_task
    from django.conf import settings

    settings.CELERY_TASK_TIME_LIMIT = int(os.environ.get("TIME_LIMIT_SECONDS", settings.CELERY_TASK_TIME_LIMIT))

    @shared_task(name="tests.hang")
    def hang(n: int) -> None:
        time.sleep(float(os.environ["HANG_SECONDS"]))


def _deadly_letter() -> None:
    """A letter to the person DEADLY kills, each time, the process that makes it."""
    from issuing.delivery import sending

    original = sending.mail_for

    def dying(letter: Any, *arguments: Any, **named: Any) -> Any:
        if os.environ["DEADLY"] in letter.award.facts:
            _struck().touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return original(letter, *arguments, **named)

    sending.mail_for = dying


FAILPOINTS: dict[str, Callable[[], None]] = {
    "after-signing": _after_signing,
    "deadly-letter": _deadly_letter,
    "listeners-that-hang": _listeners_that_hang,
    "die-after-asking": _after_asking_the_worker,
    "die-after-commit": lambda: _after_commit(_die_once),
    "pause-after-commit": lambda: _after_commit(_pause_once),
}


async def application(scope: Any, proto: Any) -> None:
    """Serve the product's application, patched at its first request."""
    from config.web import application as served

    if not _patched:
        _patched.append(os.environ["FAILPOINT"])
        FAILPOINTS[os.environ["FAILPOINT"]]()
    await served(scope, proto)


_patched: list[str] = []


def main() -> None:
    """Run a worker under a failpoint."""
    name, module, *arguments = sys.argv[1:]
    from celery.signals import worker_init

    worker_init.connect(lambda **_kwargs: FAILPOINTS[name](), weak=False)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
