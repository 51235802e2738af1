"""The beat: a nudge a second, from a process without Django, whatever the broker does."""

import json
import signal
import subprocess
import sys

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from config.beat import Beat
from config.bootstrap.folders import ROOT
from config.bootstrap.servers import new_redis
from config.nudges import EVERY_SECONDS, broker_settings

HOUR = 3_600


class NotingApp:
    """Stands in for the broker: notes what was sent, or is dead."""

    def __init__(self, error=None):
        self.sent, self.error = [], error

    def send_task(self, name, **options):
        if self.error:
            raise self.error
        self.sent.append((name, options))


def nudges(app):
    return [name for name, _options in app.sent].count("issuing.nudge")


def test_one_nudge_a_second_and_one_message_for_it(tmp_path):
    app = NotingApp()
    beat, now = Beat(app, tmp_path / "mark"), 1_000.0
    beat.tick(now)
    app.sent.clear()
    while now < 1_060:
        now = beat.tick(now)
        assert now <= 1_061
    assert nudges(app) in (59, 60)
    assert len(app.sent) - nudges(app) <= 60 / EVERY_SECONDS["issuing.renew_status_lists"] + 1


def test_nudges_that_were_missed_are_not_made_up_for(tmp_path):
    app = NotingApp()
    beat = Beat(app, tmp_path / "mark")
    beat.tick(0)
    app.sent.clear()

    again = beat.tick(HOUR + 0.5)  # the machine slept

    assert nudges(app) == 1
    assert again == HOUR + 1.5


def test_every_message_expires_before_it_piles_up(tmp_path):
    app = NotingApp()
    Beat(app, tmp_path / "mark").tick(0)

    assert {name: options["expires"] for name, options in app.sent} == {
        name: 2 * seconds for name, seconds in EVERY_SECONDS.items()
    }


@pytest.mark.parametrize("error", [OperationalError("gone"), TimeoutError(), ConnectionRefusedError()])
def test_dead_broker_does_not_end_the_beat(tmp_path, error):
    app = NotingApp(error)
    beat = Beat(app, tmp_path / "mark")
    again = beat.tick(0)
    app.error = None
    beat.tick(again)

    assert nudges(app) == 1


def test_every_nudge_names_a_task_of_the_house():
    from config.celery import app

    app.loader.import_default_modules()
    assert set(EVERY_SECONDS) <= set(app.tasks)


def test_beat_knows_no_django_and_the_worker_finds_what_it_sends(tmp_path):
    """A real process on the folder that stands in for Redis."""
    (tmp_path / "broker" / "control").mkdir(parents=True)
    broker = broker_settings("", tmp_path)
    reader = Celery("reader", set_as_current=False, fixups=[])
    reader.conf.update(broker)
    code = (
        "import sys, config.beat, celery, threading, os, signal\n"
        "threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\n"
        "try:\n    config.beat.main()\n"
        "finally:\n    print([name for name in ('django.conf', 'django.db', 'prompt_toolkit') if name in sys.modules])"
    )
    environment = {"VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr

    with reader.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=2)
    assert message.headers["task"] in EVERY_SECONDS
    assert json.loads(message.body) == [[], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    assert (tmp_path / "beat-mark").exists()


def test_beat_goes_on_when_redis_dies_and_comes_back_empty(tmp_path):
    """A real broker under a real application: nobody has to start the beat again."""
    redis = new_redis()
    try:
        app = Celery("beat", set_as_current=False, fixups=[])
        app.conf.update(broker_settings(redis.url, tmp_path))
        beat = Beat(app, tmp_path / "mark")
        now = beat.tick(0)
        redis.stop(signal.SIGKILL)
        now = beat.tick(now)
        redis.start()
        for _ in range(3):
            now = beat.tick(now)

        with app.connection_for_read() as connection:
            assert connection.SimpleQueue("celery").get(timeout=2).headers["task"] == "issuing.nudge"
    finally:
        redis.remove()
