"""Every shell block of README.md and docs/ does what it says: typed as written, in order, in a house of its own.

All pages are read in one terminal. Only the port, and what the reader is told to put in, is replaced.
"""

from __future__ import annotations

import json
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.bootstrap.folders import ROOT
from config.bootstrap.servers import free_port

PAGES = ["README.md", "docs/operators.md", "docs/issuers.md", "docs/integrators.md", "docs/reference.md"]
"""In the order in which somebody gets to know the house; pages that are not named come after these."""
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
LEFT_OUT = {
    "python3 manage.py start": "it is what this test does before anything else",
    "python3 manage.py test": "this test is part of it",
    "mkdir -p secrets": "needs Docker; tests/config/test_compose.py reads the same files",
    "python3 manage.py bench": "measures for minutes; the tests of each benchmark run it in small",
}
"""First words of a block → why it is not run."""
WITHIN_SECONDS = 180
PRELUDE = """set -euo pipefail
shopt -s expand_aliases
curl() { command curl --fail-with-body "$@"; }
"""
"""A terminal goes on after an error and `curl` is content with a refusal; this test is not."""


@dataclass
class Scratch:
    """A copy of the checkout with a house running in it, and what its commands have said so far."""

    folder: Path
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def told(self) -> dict[str, str]:
        return json.loads((self.folder / "var" / "start.json").read_text())

    def found(self, pattern: str) -> str:
        """Return the last thing of this form that a command has said."""
        found = re.findall(pattern, "\n".join(self.said), re.MULTILINE)
        assert found, f"nothing of the form {pattern} was said"
        return found[-1]

    def new_key(self) -> str:
        scopes = ["awards:write", "awards:read", "credentials:revoke"]
        command = ["python3", "manage.py", "api_keys", "create", "charite-berlin", "LMS"]
        command += [word for scope in scopes for word in ("--scope", scope)]
        done = subprocess.run(
            command, cwd=self.folder, env=reader_environment(), capture_output=True, text=True, check=True
        )
        return re.findall(r"tm_[\w-]{40,}", done.stdout)[0]


PUT_IN: dict[str, Callable[[Scratch], str]] = {
    "localhost:8000": lambda scratch: f"localhost:{scratch.port}",
    "ADDRESS": lambda scratch: scratch.told["credential_url"],
    "ISSUER/ACHIEVEMENT": lambda _: "charite-berlin/dr-med-ki-basics",
    "--csv FILE": lambda _: "--csv var/learners.csv",
    "tm_Y0jEe43T": lambda scratch: scratch.found(r"tm_[\w-]{8}\b"),
    "tm_…": Scratch.new_key,
    "9fc3a961-…": lambda scratch: scratch.found(r'"id": ?"([0-9a-f-]{36})"'),
    "$CLIENT_ID": lambda scratch: scratch.found(r"client_id: (\S+)"),
    "$CLIENT_SECRET": lambda scratch: scratch.found(r"client_secret: (\S+)"),
}
"""What a reader is told to replace → what this reader puts there."""


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    """Yield a house that `manage.py start` has filled, in a copy of the checkout."""
    folder = tmp_path / "testamur"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    scratch = Scratch(folder, free_port())
    start = ["python3", "manage.py", "start", "--port", str(scratch.port)]
    with (tmp_path / "start.log").open("w") as log:
        house = subprocess.Popen(start, cwd=folder, stdout=log, stderr=log, env=reader_environment())
    try:
        limit = time.monotonic() + WITHIN_SECONDS
        while not (folder / "var" / "start.json").exists():
            assert house.poll() is None, (tmp_path / "start.log").read_text()
            assert time.monotonic() < limit, (tmp_path / "start.log").read_text()
            time.sleep(0.2)
        yield scratch
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(60)


def reader_environment() -> dict[str, str]:
    """Return a new user's environment: none of what the tests set for themselves."""
    base = Path(sys.base_prefix) / "bin"
    return {"PATH": f"{base}:/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home()), "LANG": "C.UTF-8"}


class Terminal:
    """A shell that keeps what one block sets for the next, and says how each ended."""

    def __init__(self, folder: Path) -> None:
        self._shell = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=reader_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        self.type(PRELUDE)

    def type(self, block: str) -> tuple[bool, str]:
        """Type a block; return whether each command went well, and all that they said."""
        assert self._shell.stdin
        assert self._shell.stdout
        self._shell.stdin.write(f"{block}\necho ::well::\n".encode())
        said = b""
        limit = time.monotonic() + WITHIN_SECONDS
        while not said.endswith(b"::well::\n"):
            ready = select.select([self._shell.stdout], [], [], max(0.0, limit - time.monotonic()))[0]
            part = self._shell.stdout.read(65_536) if ready else b""
            if not part:
                return False, said.decode()
            said += part
        return True, said.decode().removesuffix("::well::\n")

    def close(self) -> None:
        self._shell.kill()
        self._shell.communicate()


def documented_blocks() -> dict[str, list[tuple[str, str | None]]]:
    """Return page → its shell blocks, each with the JSON answer that is shown right after it."""
    others = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))
    pages = [*PAGES, *(page for page in others if page not in PAGES)]
    return {page: BLOCK.findall((ROOT / page).read_text(encoding="utf-8")) for page in pages}


def filled_in(block: str, scratch: Scratch) -> str:
    for placeholder, value in PUT_IN.items():
        if placeholder in block:
            block = block.replace(placeholder, value(scratch))
    return block


def problem_of(block: str, answer: str | None, terminal: Terminal, scratch: Scratch) -> str:
    """Type one block and return what is not as documented, or nothing."""
    typed = filled_in(block, scratch)
    if "…" in typed:
        return "has a gap that no reader can fill"
    well, said = terminal.type(typed)
    scratch.said.append(said)
    if not well:
        return f"did not go well:\n{said}"
    if answer:
        given = json.loads(said[said.index("{") : said.rindex("}") + 1])
        missing = set(json.loads(answer)) - set(given)
        return f"its answer lacks {sorted(missing)}" if missing else ""
    return ""


def test_every_shell_block_of_the_documentation_does_what_it_says(scratch: Scratch) -> None:
    left_out = set()
    with closing(Terminal(scratch.folder)) as terminal:
        for page, blocks in documented_blocks().items():
            for block, answer in blocks:
                first = block.strip().splitlines()[0]
                if reason := next((start for start in LEFT_OUT if first.startswith(start)), None):
                    left_out.add(reason)
                    continue
                problem = problem_of(block, answer, terminal, scratch)
                assert not problem, f"{page}: {first}\n{problem}"
                print(f"as written  {page}: {first}")

    assert left_out == set(LEFT_OUT)
    untracked = ["git", "-C", str(scratch.folder), "status", "--short"]
    assert "learners.csv" not in subprocess.run(untracked, capture_output=True, text=True, check=False).stdout
