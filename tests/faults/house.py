"""A whole installation for one test: its own folder, database, broker and real processes that can be killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg

from config.bootstrap.folders import ROOT
from config.bootstrap.secret_files import ensure_secrets, key_encryption_key
from config.bootstrap.servers import Server, free_port, new_postgres, new_redis
from config.bootstrap.web_server import APPLICATION, granian_command

DEMO_ACHIEVEMENT = "charite-berlin/dr-med-ki-basics"
CLAIMED_CHUNKS = (
    "SELECT count(*) FROM registry_outboxmessage WHERE topic = 'awards.accepted' "
    "AND done_at IS NULL AND claimed_by <> '' AND lease_until IS NOT NULL"
)
WAITING = "SELECT count(*) FROM registry_outboxmessage WHERE done_at IS NULL AND topic <> 'awards.due'"
UNSENT = "SELECT count(*) FROM issuing_letter WHERE state = 'waiting' AND kind NOT IN ('reminder', 'expiring')"


class Process:
    """One process of the house in a session of its own, so that its whole tree can be killed."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, secret: bytes = b"") -> None:
        handed_over: tuple[int, ...] = ()
        if secret:
            reader, writer = os.pipe()
            os.write(writer, secret)
            os.close(writer)
            environment, handed_over = {**environment, "KEY_ENCRYPTION_KEY_FD": str(reader)}, (reader,)
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                pass_fds=handed_over,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        for number in handed_over:
            os.close(number)

    def kill_tree(self) -> None:
        """SIGKILL the process and everything it started, and assert that it was alive until then."""
        assert self.popen.poll() is None, "the process had ended before it was killed"
        os.killpg(self.popen.pid, signal.SIGKILL)
        assert self.popen.wait() == -signal.SIGKILL

    def children(self) -> list[int]:
        """Return the process ids of its direct children."""
        listed = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def stop(self) -> None:
        """End the process if it still runs."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


class House:
    """One installation; `with House(...)` leaves nothing behind."""

    def __init__(
        self, folder: Path, *, database: Literal["sqlite", "postgres"], broker: Literal["folder", "redis"]
    ) -> None:
        self.var = folder
        self.postgres: Server | None = new_postgres() if database == "postgres" else None
        self.redis: Server | None = new_redis() if broker == "redis" else None
        self.port = free_port()
        self.processes: list[Process] = []
        for name in ("broker/control", "mail", "media"):
            (folder / name).mkdir(parents=True)
        ensure_secrets(folder)
        self.environment = self._environment()

    def _environment(self) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        chosen = {
            "TESTAMUR_MODE": "demo",
            "VAR_DIR": str(self.var),
            "PUBLIC_URL": f"http://localhost:{self.port}",
            "SECRET_KEY_FILE": str(self.var / "secrets" / "secret-key"),
        }
        if self.postgres:
            chosen["DATABASE_URL"] = self.postgres.url
        if self.redis:
            chosen["REDIS_URL"] = self.redis.url
        return {**passed_on, **chosen}

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self.processes:
            process.stop()
        for server in (self.postgres, self.redis):
            if server:
                server.remove()

    # -- commands ------------------------------------------------------------------------------------
    def manage(self, *arguments: str, exit_code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of the house; assert its exit code unless None."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if exit_code is not None:
            assert done.returncode == exit_code, f"{arguments} ended with {done.returncode}: {done.stderr[-3000:]}"
        return done

    def python(self, code: str) -> str:
        """Run Python with the house's Django set up, and return what it printed."""
        prelude = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()\n"
        command = [sys.executable, "-c", prelude + code]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def open(self) -> None:
        """Prepare the database and bring in the demo catalogue."""
        self.manage("prepare")
        self.manage("seed_demo")

    def fsck(self) -> None:
        """Assert that N1-N8 hold."""
        done = self.manage("fsck", "--json", exit_code=None)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert json.loads(done.stdout)["ok"] is True

    # -- processes -----------------------------------------------------------------------------------
    def run(self, command: list[str], *, log: str, secret: bytes = b"", **environment: str) -> Process:
        """Start a process of the house, ended at the latest with it."""
        process = Process(command, {**self.environment, **environment}, self.var / f"{log}.log", secret)
        self.processes.append(process)
        return process

    def start_worker(self, *, concurrency: int = 2, failpoint: str = "", **environment: str) -> Process:
        """Start a Celery worker; `failpoint` names a patch of `tests.faults.failpoints` to run it under."""
        celery = ["celery", "--quiet", "--app", "config.celery", "worker", "--concurrency", str(concurrency)]
        celery += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        start = ["-m", "tests.faults.failpoints", failpoint, *celery] if failpoint else ["-m", *celery]
        secret = b"" if "KEY_ENCRYPTION_KEY_FILE" in environment else key_encryption_key(self.var)
        return self.run([sys.executable, *start], log="worker", secret=secret, **environment)

    def start_beat(self) -> Process:
        """Start the process that nudges the workers every second."""
        return self.run([sys.executable, "-m", "config.beat"], log="beat")

    def start_web(self, *, failpoint: str = "", workers: int = 2) -> Process:
        """Start the web server and wait until it answers."""
        target = "tests.faults.failpoints:application" if failpoint else APPLICATION
        granian = granian_command(host="127.0.0.1", port=self.port, application=target, workers=workers)
        web = self.run(granian, log="web", FAILPOINT=failpoint)
        wait_for(lambda: _answers(self.port), seconds=30, what="the web server to answer")
        return web

    # -- the database, read beside Django ------------------------------------------------------------
    @contextmanager
    def connection(self) -> Iterator[Any]:
        """Open a connection of the test's own."""
        if self.postgres:
            with psycopg.connect(self.postgres.url, autocommit=True) as connection:
                yield connection
            return
        connection = sqlite3.connect(self.var / "testamur.sqlite3", timeout=20, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows, if it has any."""
        with self.connection() as connection:
            cursor = connection.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    def value(self, sql: str) -> Any:
        """Return the one value that a query gives."""
        return self.rows(sql)[0][0]

    def wait_until_idle(self, *, seconds: float) -> float:
        """Wait until nothing is waiting in the outbox or to be mailed; return how long it took."""

        def idle() -> bool:
            return self.value(WAITING) == 0 and self.value(UNSENT) == 0

        return wait_for(idle, seconds=seconds, what="the backlog to be drained")

    def wait_for_chunk_in_flight(self, *, seconds: float = 60) -> None:
        """Wait until a worker holds a chunk of awards that is not finished."""
        with self.connection() as connection:

            def claimed() -> bool:
                return bool(connection.execute(CLAIMED_CHUNKS).fetchone()[0])

            wait_for(claimed, seconds=seconds, what="a claimed, unfinished chunk", every=0.002)

    def message_ids(self) -> list[str]:
        """Return the Message-IDs of the demo mails, by their files' names."""
        return sorted(path.stem for path in (self.var / "mail").glob("*.eml"))


def _answers(port: int) -> bool:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(condition: Callable[[], bool], *, seconds: float, what: str, every: float = 0.05) -> float:
    """Wait until `condition` holds; fail after `seconds`. Returns the seconds waited."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < seconds, f"waited {waited:.1f} s for {what}"
        time.sleep(every)
    return time.monotonic() - began


def write_csv(path: Path, rows: Sequence[tuple[str, str]]) -> Path:
    """Write an award file of (e-mail, name) rows."""
    path.write_text("email,name\n" + "".join(f"{email},{name}\n" for email, name in rows), encoding="utf-8")
    return path


def made_up_people(count: int) -> list[tuple[str, str]]:
    """Return that many obviously made-up people."""
    return [(f"learner{n}@example.org", f"Learner {n} Example") for n in range(count)]
