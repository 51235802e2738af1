"""The checkout's own `.venv`: made once, filled from the hashed lock, filled again when the lock changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.bootstrap.folders import ROOT, VENV
from config.bootstrap.packages import SetUpError, install_packages

PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
STAMP = VENV / "installed-locks"
# dev.txt holds everything of run.txt.
LOCKS_WITHIN = {"run.txt": ("run.txt",), "dev.txt": ("run.txt", "dev.txt")}


def runs_inside() -> bool:
    """Tell whether this interpreter is the one of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def ensure_environment(lock: str) -> None:
    """Make `.venv` and install `requirements/<lock>` unless that was done before.

    Raises:
        SetUpError: neither uv nor venv works here, or the packages could not be installed.
    """
    with _one_at_a_time():
        if _is_installed(lock):
            return
        if not PYTHON.exists() or not installer():
            _make_venv()
        install_packages(installer(), REQUIREMENTS / lock)
        STAMP.write_text("".join(f"{_stamp_line(name)}\n" for name in LOCKS_WITHIN[lock]))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    folder = os.open(REQUIREMENTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _is_installed(lock: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and _stamp_line(lock) in STAMP.read_text().splitlines()


def _stamp_line(lock: str) -> str:
    return f"{lock} {hashlib.sha256((REQUIREMENTS / lock).read_bytes()).hexdigest()}"


def _base_python() -> str:
    # Inside a virtual environment its own interpreter cannot remake it.
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def _make_venv() -> None:
    """Try uv, then the standard library; leave no half-made folder behind."""
    ways = [[_base_python(), "-m", "venv", str(VENV)]]
    if uv := shutil.which("uv"):
        ways.insert(0, [uv, "venv", "--python", _base_python(), str(VENV)])
    for command in ways:
        shutil.rmtree(VENV, ignore_errors=True)
        if subprocess.run(command, capture_output=True, check=False, cwd=ROOT).returncode == 0:
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise SetUpError("Python's venv module is missing here. Type this, then try again: apt install python3-venv")


def installer() -> list[str]:
    """Return the command that installs into `.venv`; empty when there is none."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", str(PYTHON)]
    pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode == 0:
        return [*pip, "install", "--disable-pip-version-check"]
    return []
