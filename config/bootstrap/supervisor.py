"""Watches over the processes of a running house: a dead one is told and started again, or all stop."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from config.bootstrap.folders import ROOT
from config.bootstrap.processes import die_with_parent
from config.bootstrap.secret_files import environment_without_key

STOP_WITHIN_SECONDS = 20
MOST_DEATHS = 5
DEATHS_COUNT_FOR_SECONDS = 60
LONGEST_PAUSE_SECONDS = 8.0


class StartError(Exception):
    """Why the house cannot start: one line with what to do."""


class GaveUpError(Exception):
    """A child died too often; the sentence names it."""


def tell(sentence: str) -> None:
    """Write one line of progress."""
    print(sentence, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Child:
    """One process of the house.

    `secret` goes through a pipe whose number stands in `KEY_ENCRYPTION_KEY_FD`: it is in no file, no
    environment and no command line of the child, and in no pipe of any other child.
    """

    name: str
    command: list[str]
    secret: bytes = b""
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_again_at: float | None = None

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        environment = environment_without_key()
        handed_over: tuple[int, ...] = ()
        if self.secret:
            reader, writer = os.pipe()
            os.write(writer, self.secret)
            os.close(writer)
            environment["KEY_ENCRYPTION_KEY_FD"], handed_over = str(reader), (reader,)
        self.start_again_at = None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            pass_fds=handed_over,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        for number in handed_over:
            os.close(number)

    def end_session(self, sign: int) -> None:
        """Send a signal to the process and everything it started."""
        if self.process:
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                return


def cause_of_death(code: int) -> str:
    """Say how a process ended: by a signal, or with an exit code."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class Supervisor:
    """Starts the children, notices dead ones, stops them all."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, children: list[Child]) -> None:
        """Take the children in and start them."""
        for child in children:
            self.children.append(child)
            child.start()

    def check(self) -> None:
        """Look at every child once; start dead ones again after a growing pause.

        Raises:
            GaveUpError: one child died more than five times within a minute.
        """
        now = time.monotonic()
        for child in self.children:
            if child.start_again_at is not None:
                if now >= child.start_again_at:
                    child.start()
            elif child.process and (code := child.process.poll()) is not None:
                self._bury(child, code, now)

    def _bury(self, child: Child, code: int, now: float) -> None:
        child.end_session(signal.SIGKILL)  # what it had started itself
        child.deaths = [at for at in child.deaths if now - at < DEATHS_COUNT_FOR_SECONDS] + [now]
        if len(child.deaths) > MOST_DEATHS:
            raise GaveUpError(f"The {child.name} stopped {len(child.deaths)} times within a minute: stopping all.")
        pause = min(0.5 * 2 ** (len(child.deaths) - 1), LONGEST_PAUSE_SECONDS)
        child.start_again_at = now + pause
        tell(f"The {child.name} stopped ({cause_of_death(code)}); starting it again in {pause:g} s.")

    def stop(self) -> None:
        """Ask every child to finish, wait, and end what is left. Nothing stays behind."""
        for child in self.children:
            child.start_again_at = None
            if child.process and child.process.poll() is None:
                child.process.terminate()
        limit = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self.children:
            if child.process:
                try:
                    child.process.wait(max(0.0, limit - time.monotonic()))
                except subprocess.TimeoutExpired:
                    tell(f"The {child.name} did not finish in time and was ended.")
                child.end_session(signal.SIGKILL)
                child.process.wait()
