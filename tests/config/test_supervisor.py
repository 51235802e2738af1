"""The supervisor: a dead child is told and started again, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.bootstrap.folders import ROOT
from config.bootstrap.supervisor import Child, GaveUpError, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
SLEEP_WITH_OWN_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; p = subprocess.Popen(['sleep', '600']); print(p.pid, file=sys.stderr, flush=True); time.sleep(600)",
]


@pytest.fixture
def supervisor():
    watching = Supervisor()
    yield watching
    watching.stop()


def alive(pid):
    """Tell whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(statement, within=10):
    """Wait until `statement()` holds; fail when it does not in time."""
    limit = time.monotonic() + within
    while not (result := statement()):
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)
    return result


def number_said(capfd):
    """Wait for a process to print a number on standard error."""
    return int(eventually(lambda: capfd.readouterr().err))


def test_killed_child_is_told_and_started_again(supervisor, capfd):
    child = Child("worker", SLEEP)
    supervisor.start([child])
    first = child.process.pid

    os.kill(first, signal.SIGKILL)
    eventually(lambda: supervisor.check() or child.process.pid != first)

    assert alive(child.process.pid)
    assert "The worker stopped (killed by SIGKILL); starting it again" in capfd.readouterr().err


def test_what_a_dead_child_had_started_is_ended_too(supervisor, capfd):
    child = Child("web server", SLEEP_WITH_OWN_CHILD)
    supervisor.start([child])
    grandchild = number_said(capfd)
    assert alive(grandchild)

    os.kill(child.process.pid, signal.SIGKILL)
    eventually(lambda: supervisor.check() or not alive(grandchild))


def test_child_that_dies_again_and_again_stops_all_with_a_sentence(supervisor, monkeypatch):
    monkeypatch.setattr("config.bootstrap.supervisor.LONGEST_PAUSE_SECONDS", 0.0)
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    supervisor.start([child])

    with pytest.raises(GaveUpError, match="The worker stopped 6 times within a minute"):
        eventually(supervisor.check, within=30)


def test_stop_leaves_nobody_behind(supervisor, capfd):
    child = Child("web server", SLEEP_WITH_OWN_CHILD)
    supervisor.start([child])
    grandchild = number_said(capfd)

    supervisor.stop()

    assert not alive(child.process.pid)
    eventually(lambda: not alive(grandchild))


def test_children_end_when_the_supervisor_is_killed():
    program = (
        "import sys, time; from config.bootstrap.supervisor import Child, Supervisor; s = Supervisor();"
        "c = Child('worker', [sys.executable, '-c', 'import time; time.sleep(600)']); s.start([c]);"
        "print(c.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()

    eventually(lambda: not alive(pid))


def test_secret_reaches_one_child_by_pipe_and_no_other(supervisor, tmp_path, monkeypatch):
    monkeypatch.setenv("KEY_ENCRYPTION_KEY_FILE", "/some/where")
    reading = (
        "import os, sys; n = os.environ.get('KEY_ENCRYPTION_KEY_FD'); "
        "open(sys.argv[1], 'w').write(os.read(int(n), 100).decode() if n else 'nothing'); "
        "open(sys.argv[1] + '.env', 'wb').write(open('/proc/self/environ', 'rb').read()); "
        "import time; time.sleep(600)"
    )
    worker = Child("worker", [sys.executable, "-c", reading, str(tmp_path / "worker")], secret=b"the key")
    web = Child("web server", [sys.executable, "-c", reading, str(tmp_path / "web")])

    supervisor.start([worker, web])
    eventually(lambda: all((tmp_path / f"{name}.env").exists() for name in ("worker", "web")))

    assert (tmp_path / "worker").read_text() == "the key"
    assert (tmp_path / "web").read_text() == "nothing"
    assert b"KEY_ENCRYPTION_KEY" not in (tmp_path / "web.env").read_bytes()
    assert b"the key" not in (tmp_path / "worker.env").read_bytes()
    assert b"/some/where" not in (tmp_path / "worker.env").read_bytes()


def test_restarted_child_gets_its_secret_again(supervisor, tmp_path):
    reading = (
        "import os, sys, time; open(sys.argv[1], 'a').write(os.read(int(os.environ['KEY_ENCRYPTION_KEY_FD']), 100).decode()); "
        "time.sleep(600)"
    )
    child = Child("worker", [sys.executable, "-c", reading, str(tmp_path / "read")], secret=b"k")
    supervisor.start([child])
    eventually(lambda: (tmp_path / "read").exists() and (tmp_path / "read").read_text() == "k")

    os.kill(child.process.pid, signal.SIGKILL)

    eventually(lambda: supervisor.check() or (tmp_path / "read").read_text() == "kk")
