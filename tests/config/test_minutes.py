"""`.ci/run` tells how long it took, and refuses what takes too long on an idle machine."""

import subprocess

import pytest

from config.bootstrap.folders import ROOT


@pytest.mark.parametrize(
    ("seconds", "load", "code", "says"),
    [
        (45 * 60, 2.5, 0, "45 minutes of 45, load average 2.5 on 2 cores."),
        (45 * 60 + 1, 3.9, 1, "too long: what a change adds"),
        (45 * 60 + 1, 4.1, 0, "busy with other things"),
    ],
)
def test_run_longer_than_45_minutes_fails_unless_the_machine_was_busy(seconds, load, code, says):
    done = subprocess.run(
        [ROOT / ".ci/minutes", str(seconds), str(load), "2"], capture_output=True, text=True, check=False
    )

    assert done.returncode == code
    assert says in done.stdout


def test_run_shows_the_ten_slowest_tests_and_is_judged_by_its_minutes():
    run = (ROOT / ".ci/run").read_text()

    assert "--durations=10" in run
    assert '.ci/minutes "$SECONDS" || failed+=' in run
