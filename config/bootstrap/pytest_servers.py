"""pytest plugin: gives every test run real servers and a folder of its own, before Django is set up.

Loaded with `-p` (see pyproject.toml), since pytest-django reads the settings before any conftest. With
xdist only the controller starts servers; its workers inherit the environment.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from config.bootstrap.servers import NoServerError, Server, new_postgres, new_redis

_servers: list[Server] = []
_folders: list[Path] = []


def _prepare() -> None:
    """Set `TESTAMUR_MODE`, `VAR_DIR`, `DATABASE_URL` and `REDIS_URL` for this run."""
    os.environ["TESTAMUR_MODE"] = "test"
    folder = Path(tempfile.mkdtemp(prefix="testamur-var-"))
    _folders.append(folder)
    os.environ["VAR_DIR"] = str(folder)
    for variable, new_server in (("DATABASE_URL", new_postgres), ("REDIS_URL", new_redis)):
        if not os.environ.get(variable):
            server = new_server()
            _servers.append(server)
            os.environ[variable] = server.url


def pytest_unconfigure() -> None:
    """Stop what was started, and leave nothing in the temporary folder."""
    while _servers:
        _servers.pop().remove()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def _is_the_controller() -> bool:
    return "PYTEST_XDIST_WORKER" not in os.environ and not {"--help", "-h", "--version"} & set(sys.argv)


if _is_the_controller():
    atexit.register(pytest_unconfigure)  # also when the command line is refused
    try:
        _prepare()
    except NoServerError as reason:
        pytest_unconfigure()
        raise SystemExit(str(reason)) from reason
