"""The beat: a process that sends the nudges, by name and through Celery, and sets up no Django and no room.

Celery's own beat asks the calendar of every entry at each of its ticks and brings a command line along; for nudges at
fixed distances that came to three quarters of what a quiet house used (DECISIONS 54).
"""

import logging.config
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from config.bootstrap.folders import var_folder
from config.bootstrap.local_env import read_local_env
from config.logs import configure_structlog, logging_of_mode
from config.nudges import EVERY_SECONDS, broker_settings

MARK_EVERY_SECONDS = 30.0
ANSWER_WITHIN_SECONDS = 10
log = structlog.get_logger(__name__)


class Beat:
    """Sends what is due. `mark` is touched twice a minute: whoever looks after the process sees that it lives."""

    def __init__(self, app: Celery, mark: Path) -> None:
        self.app = app
        self.mark = mark
        self._next = dict.fromkeys(EVERY_SECONDS, 0.0)
        self._next_mark = 0.0

    def tick(self, now: float) -> float:
        """Send what is due at `now` (seconds of a clock that never goes back); return when to come again."""
        if now >= self._next_mark:
            self.mark.touch()
            self._next_mark = now + MARK_EVERY_SECONDS
        for name, seconds in EVERY_SECONDS.items():
            if now >= self._next[name]:
                on_time = self._next[name] + seconds
                # Nudges that were missed are not made up for.
                self._next[name] = on_time if on_time > now else now + seconds
                self._send(name, seconds)
        return min(self._next.values())

    def _send(self, name: str, seconds: float) -> None:
        try:
            # A nudge older than its successor is worth nothing: it expires instead of piling up.
            self.app.send_task(name, expires=2 * seconds, retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            log.warning("nudge.not_sent", task=name, error=type(error).__name__)


def application(environment: Mapping[str, str], folder: Path) -> Celery:
    """Return a Celery application that knows the broker and nothing else."""
    TRANSPORT_ALIASES["folder"] = "config.folder_broker:Transport"
    # Without fixups: Celery would set up Django wherever it finds its settings named.
    app = Celery("testamur-beat", fixups=[], set_as_current=False)
    app.conf.update(broker_settings(environment.get("REDIS_URL", ""), folder))
    return app


def worker_answers(hostname: str) -> bool:
    """Tell whether a machine's worker answers through Redis: for the health check of its container."""
    app = application(os.environ, var_folder())
    return bool(app.control.ping([f"celery@{hostname}"], timeout=ANSWER_WITHIN_SECONDS))


def main() -> NoReturn:
    """Send nudges until SIGTERM or SIGINT."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: sys.exit(0))
    folder = var_folder()
    environment = {**read_local_env(folder), **os.environ}
    configure_structlog()
    logging.config.dictConfig(
        logging_of_mode(environment.get("TESTAMUR_MODE", "production"), environment.get("LOG_LEVEL", ""))
    )
    beat = Beat(application(environment, folder), folder / "beat-mark")
    while True:
        time.sleep(max(0.0, beat.tick(time.monotonic()) - time.monotonic()))


if __name__ == "__main__":
    main()
