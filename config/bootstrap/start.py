"""`manage.py start`: the whole house on one machine, from nothing to a page that says genuine.

1. folders, secrets, `var/local.env`     2. database     3. web, worker and beat, supervised
4. demo data and sign-in links           5. the demo credential's page     6. `var/start.json`
"""

import argparse
import fcntl
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from config.bootstrap.certificate import Certificate, ensure_certificate
from config.bootstrap.folders import var_folder
from config.bootstrap.local_env import decided_env, write_local_env
from config.bootstrap.opening import START_FILE, Opening, run_command
from config.bootstrap.secret_files import ensure_secrets, key_encryption_key
from config.bootstrap.stopping import StoppedError, StopWish
from config.bootstrap.supervisor import Child, GaveUpError, StartError, Supervisor, tell
from config.bootstrap.web_server import granian_command

ADDRESS = "127.0.0.1"
LOOK_EVERY_SECONDS = 0.2


def start(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    options = _options(arguments)
    stop = StopWish()
    stop.listen()
    supervisor = Supervisor()
    try:
        _run(options, supervisor, stop)
    except (StartError, GaveUpError) as reason:
        tell(str(reason))
        return 1
    except StoppedError:
        tell("Stopping.")
        return 0
    finally:
        supervisor.stop()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py start", description="Set up and run the whole system.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages on 127.0.0.1 (default 8000)")
    parser.add_argument("--no-demo", action="store_true", help="an empty house: no demo catalogue and people")
    parser.add_argument("--tls", action="store_true", help="serve https with a self-signed certificate")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, supervisor: Supervisor, stop: StopWish) -> NoReturn:
    # 1. Folders, secrets, local.env
    var = var_folder()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    var.chmod(0o700)
    with _only_one(var):
        _refuse_taken_port(options.port)
        _prepare_folders(var)
        ensure_secrets(var)
        decided = decided_env(var, scheme="https" if options.tls else "http", port=options.port)
        write_local_env(var, decided)
        if os.geteuid() == 0:
            tell("You are root: good enough to try Testamur, not to run it for others.")
        # 2. Database
        tell("Preparing the database.")
        run_command("prepare", stop=stop)
        # 3. Web, worker and beat
        certificate = ensure_certificate(var, decided["PUBLIC_URL"]) if options.tls else None
        supervisor.start(_children(var, options.port, certificate))
        # 4.-6. Demo data, links, the first page, start.json; then watch
        opening = Opening(url=decided["PUBLIC_URL"], port=options.port, certificate=certificate, file=var / START_FILE)
        opening.fill(demo=not options.no_demo, stop=stop)
        while True:
            stop.check()
            supervisor.check()
            opening.look()
            time.sleep(LOOK_EVERY_SECONDS)


def _prepare_folders(var: Path) -> None:
    # A file broker's messages are nudges: yesterday's are worth nothing.
    shutil.rmtree(var / "broker", ignore_errors=True)
    for name in ("broker", "broker/control", "mail", "media"):
        (var / name).mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    with (var / "start.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise StartError(f"Testamur already runs from {var}. Stop it first, or set VAR_DIR.") from held
        # The file says that a house runs: none does before this one answers, none after it has stopped.
        (var / START_FILE).unlink(missing_ok=True)
        try:
            yield
        finally:
            (var / START_FILE).unlink(missing_ok=True)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError) as reason:
            raise StartError(f"Port {port} cannot be used ({reason}). Choose another: start --port 8001") from reason


def _children(var: Path, port: int, certificate: Certificate | None) -> list[Child]:
    granian = granian_command(host=ADDRESS, port=port)
    if certificate:
        granian += ["--ssl-certificate", str(certificate.file), "--ssl-keyfile", str(certificate.key_file)]
        granian += ["--ssl-protocol-min", "tls1.2"]
    worker = [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "worker"]
    worker += ["--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Child("web server", granian),
        Child("worker", worker, secret=key_encryption_key(var)),
        Child("beat", [sys.executable, "-m", "config.beat"]),
    ]
