"""The broker forgets, dies or hangs; nothing depends on it but speed."""

from __future__ import annotations

import signal
import subprocess
import sys

import redis
import yaml

from config.bootstrap.folders import ROOT
from tests.faults.batches import accept_file, assert_each_signed_and_mailed_once
from tests.faults.house import WAITING, House, wait_for
from tests.faults.requests import api_key, post_award

ROWS = 5_000
KICKED_WITHIN_SECONDS = 5


def test_broker_flushed_mid_batch_is_nudged_again_within_5_seconds(house: House) -> None:
    """The broker forgets everything."""
    house.start_beat()
    accepted = accept_file(house, ROWS)
    house.start_worker()
    house.wait_for_chunk_in_flight()
    redis_command(house, "FLUSHALL")
    assert house.value(WAITING) > 0

    done = "SELECT count(*) FROM registry_outboxmessage WHERE done_at IS NOT NULL"
    before = house.value(done)
    wait_for(lambda: house.value(done) > before, seconds=KICKED_WITHIN_SECONDS, what="the next chunk after FLUSHALL")
    house.wait_until_idle(seconds=240)

    assert_each_signed_and_mailed_once(house, accepted)


def test_broker_killed_and_restarted_empty_loses_nothing_and_accepting_goes_on(house: House) -> None:
    """Awards are accepted while the broker is dead."""
    assert house.redis is not None
    beat = house.start_beat()
    house.start_web()
    key = api_key(house)
    accepted = accept_file(house, ROWS)
    house.start_worker()
    house.wait_for_chunk_in_flight()
    house.redis.stop(signal.SIGKILL)

    answer = post_award(house, key, "while.dead@example.org")
    house.redis.start()
    assert answer.status == 202
    house.wait_until_idle(seconds=240)

    assert beat.popen.poll() is None
    assert_each_signed_and_mailed_once(house, accepted)


def test_broker_that_hangs_does_not_slow_accepting(house: House) -> None:
    """p99 below a second, because a request never speaks to the broker."""
    assert house.redis is not None
    house.start_web()
    key = api_key(house)
    house.redis.process.send_signal(signal.SIGSTOP)
    try:
        answers = [post_award(house, key, f"hung.broker{n}@example.org") for n in range(100)]
    finally:
        house.redis.process.send_signal(signal.SIGCONT)

    assert {answer.status for answer in answers} == {202}
    assert sorted(answer.seconds for answer in answers)[98] < 1
    assert house.value(WAITING) >= 100
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)


def test_health_check_of_compose_hears_a_living_worker_alone(house: House) -> None:
    """The command of the compose file, against a real worker and then against none."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    command = [sys.executable, *services["worker"]["healthcheck"]["test"][2:]]

    def healthy() -> bool:
        done = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode == 0

    worker = house.start_worker()
    wait_for(healthy, seconds=60, what="the worker to answer")
    worker.kill_tree()
    assert not healthy()


def redis_command(house: House, command: str) -> None:
    """Send one command to the house's broker."""
    assert house.redis is not None
    with redis.Redis.from_url(house.redis.url) as client:
        assert client.execute_command(command)
