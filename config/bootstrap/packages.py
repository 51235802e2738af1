"""Installs exactly what a lock names, whatever a package index holds today, and tells how far it is."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import IO

from config.bootstrap.folders import ROOT

# The lock is complete: every package stands in it with its hashes. Left to look at what packages want of each other,
# an older pip (23, of Debian 12) resolves an extra such as `coverage[toml]` apart from its pin, and refuses as soon
# as an index holds a newer release than the lock. A source archive would be built with whatever tools the index
# holds today: wheels alone.
EXACTLY_THE_LOCK = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
TELL_EVERY_SECONDS = 5.0
_PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[^\]]*\])?==", re.MULTILINE)
# uv brings certificates of its own; where the network has an authority of its own, the machine's are right.
_CERTIFICATES: tuple[dict[str, str], ...] = ({}, {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"})


class SetUpError(Exception):
    """Why there is no environment: one line with what to do."""


def install_packages(installer: list[str], lock: Path) -> None:
    """Install what `lock` names, with a line of progress every five seconds.

    Args:
        installer: the command that installs into the environment (of uv or pip).
        lock: a complete lock with hashes, as `uv pip compile --generate-hashes` writes it.

    Raises:
        SetUpError: the packages could not be installed.
    """
    count = len(_PINNED.findall(lock.read_text(encoding="utf-8")))
    _tell(f"Installing the packages of requirements/{lock.name} into .venv ({count} at most).")
    command = [*installer, *EXACTLY_THE_LOCK, "-r", str(lock)]
    for certificates in _CERTIFICATES:
        progress = _Progress()
        if progress.follow(command, os.environ | {"PYTHONUNBUFFERED": "1"} | certificates) == 0:
            return
    raise SetUpError(
        f"The packages of requirements/{lock.name} could not be installed: {progress.reason()} "
        "Is the package index reachable? Type the same command again to go on."
    )


class _Progress:
    """Follows an installer: counts what it has fetched, tells it now and then, and keeps what went wrong."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._fetched = 0
        self._step = "fetching"
        self._errors = ""

    def follow(self, command: list[str], environment: dict[str, str]) -> int:
        """Run the installer to its end; return its exit code."""
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            readers = [
                Thread(target=read, args=(stream,), daemon=True)
                for read, stream in ((self._read_steps, process.stdout), (self._read_errors, process.stderr))
            ]
            for reader in readers:
                reader.start()
            while True:
                try:
                    code = process.wait(TELL_EVERY_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    _tell(f"  {time.monotonic() - self._began:.0f} s: {self._step}")
            for reader in readers:
                reader.join()
            return code

    def _read_steps(self, lines: IO[str]) -> None:
        """Read pip's words for people: it tells its steps in no other way. Nothing but the line of progress rests on it."""
        for line in lines:
            if line.startswith(("Collecting ", "Processing ")):
                self._fetched += 1
                self._step = f"fetching, {self._fetched} so far"
            elif line.startswith("Installing collected"):
                self._step = f"unpacking {self._fetched}"

    def _read_errors(self, lines: IO[str]) -> None:
        for line in lines:
            self._errors += "" if line.startswith("WARNING") else line

    def reason(self) -> str:
        """Return the end of what the installer said, in one line."""
        return " ".join(self._errors.split())[-600:]


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
