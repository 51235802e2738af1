"""`bench idle`: what `start` uses while nobody comes, and how soon it notices the first who does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import free_port

ROOT = Path(__file__).resolve().parents[1]
OPEN_WITHIN_SECONDS = 300
SETTLE_SECONDS = 20
STOP_WITHIN_SECONDS = 30
# Places in /proc/<pid>/stat behind the command's name (proc(5): ppid, utime, stime).
PARENT, USER_TIME, SYSTEM_TIME = 1, 11, 12
PASSED_ON = ("PATH", "HOME", "LANG")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process has used: seconds of CPU since its birth, megabytes of memory now (shared ones by its share)."""

    cpu_seconds: float
    pss_mb: float
    what: str


def measure_idle(seconds: int) -> dict[str, Any]:
    """Return `{"name", "figures", "ratios"}` of a demo house of its own, left alone for `seconds`.

    Then ten awards are made at random moments: `claimed_within_seconds` is from each one's acceptance to its claim.
    """
    with tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder, _house(Path(folder)) as pid:
        time.sleep(SETTLE_SECONDS)
        before, began = uses(pid), time.monotonic()
        time.sleep(seconds)
        after, passed = uses(pid), time.monotonic() - began
        awards = [*_alone(Path(folder)), "-m", "bench.idle_awards"]
        told = subprocess.run(awards, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {"name": "idle", **_summary(before, after, passed), "processes": _each(before, after, passed)} | {
        "claimed_within_seconds": json.loads(told)
    }


def _summary(before: dict[int, Use], after: dict[int, Use], passed: float) -> dict[str, Any]:
    cpu = sum(use.cpu_seconds for use in after.values()) - sum(use.cpu_seconds for use in before.values())
    pss = max(sum(use.pss_mb for use in moment.values()) for moment in (before, after))
    return {
        "figures": {"seconds": round(passed), "processes": len(after), "load_average": round(os.getloadavg()[1], 2)},
        "ratios": {"cpu_of_one_core": round(cpu / passed, 4), "pss_mb": round(pss)},
    }


def _each(before: dict[int, Use], after: dict[int, Use], passed: float) -> list[dict[str, Any]]:
    nothing = Use(0.0, 0.0, "")
    return [
        {
            "what": use.what,
            "cpu_of_one_core": round((use.cpu_seconds - before.get(pid, nothing).cpu_seconds) / passed, 4),
            "pss_mb": round(use.pss_mb, 1),
        }
        for pid, use in sorted(after.items())
    ]


@contextmanager
def _house(folder: Path) -> Iterator[int]:
    """Run `start` in a folder until it is open; yield its process id."""
    port = asyncio.run(free_port())
    command = [*_alone(folder), "manage.py", "start", "--port", str(port)]
    with (folder / "start.log").open("wb") as log:
        house = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        limit = time.monotonic() + OPEN_WITHIN_SECONDS
        while not (folder / "start.json").exists():
            if house.poll() is not None or time.monotonic() > limit:
                raise RuntimeError((folder / "start.log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.2)
        yield house.pid
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(STOP_WITHIN_SECONDS)


def _alone(folder: Path) -> list[str]:
    """Return what runs Python on a folder of its own; nothing else of this installation's settings reaches it."""
    environment = [f"{name}={os.environ[name]}" for name in PASSED_ON if name in os.environ]  # noqa: TID251 - passed on
    return ["env", "-i", *environment, f"VAR_DIR={folder}", sys.executable]


def uses(pid: int) -> dict[int, Use]:
    """Return what a process and everything below it use, by process id (Linux)."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int(_stat(int(entry.name))[PARENT])
        except OSError:
            continue  # it has just ended
    family, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return {member: _use(member) for member in family}


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _use(pid: int) -> Use:
    fields = _stat(pid)
    ticks = int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])
    memory = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = next(int(line.split()[1]) for line in memory.splitlines() if line.startswith("Pss:"))
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[1:]
    return Use(ticks / os.sysconf("SC_CLK_TCK"), kilobytes / 1024, " ".join(words)[:80])
