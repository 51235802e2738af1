"""`bench hostile`: does one visitor who wants to stop the house keep others from their pages and verdicts?

On loopback, bounded, the web server as `start` runs it, in the demo's and in production's settings: a quiet part, a
part beside plain busy processes, and a part in which one visitor does what he can.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.bulk import Processes, scratch_database
from bench.load import wait_until_ready
from bench.page import awarded_paths, serving
from bench.visitors import House, Seen, visit

APPLICATION = "bench.slow_names:application"
BUSY_PROCESSES = 4
"""As many as one visitor can keep busy: a document and a file in each of two web processes."""
MODES = ("demo", "production")
TIMES_QUIET, TIMES_BUSY, HONEST_SHARE = 3.0, 1.5, 0.9
LONGEST_CHECK_SECONDS = 10.0
"""WEB_CHECKS_SECONDS: none of the readers' requests takes that long."""


def measure_hostile(seconds: int) -> dict[str, Any]:
    """Return `{"name", "figures", "ratios"}`: medians of readers' requests while the visitor is there, each part `seconds`."""
    measured = {mode: _of_mode(mode, seconds) for mode in MODES}
    ratios: dict[str, Any] = {
        name: max(found["times_quiet"][name] for found in measured.values())
        for name in ("healthz", "page", "status_list")
    }
    ratios["honest_checks_answered"] = min(found["honest_checks_answered"] for found in measured.values())
    held = all(found["holds"] for found in measured.values())
    return {"name": "hostile", "figures": measured, "ratios": ratios, "holds": held}


def _of_mode(mode: str, seconds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder, scratch_database(Path(folder)) as url:
        run = Processes(_environment(mode, folder, url))
        paths = awarded_paths(run)
        run.finish(run.start_module("bench.hostile_scene", "static"))
        facts = run.finish(run.start_module("bench.hostile_scene", "facts"))
        worker = run.start("work")
        try:
            with serving(APPLICATION, run.environment) as server:
                house = House(port=server.port, page=paths[0], **facts)
                return _summary(*asyncio.run(_parts(house, seconds)))
        finally:
            run.stop(worker)


async def _parts(house: House, seconds: int) -> tuple[Seen, Seen, Seen]:
    await wait_until_ready(house.port)
    warm, quiet, busy, hostile = Seen(), Seen(), Seen(), Seen()
    await visit(house, warm, seconds=5, hostile=False)
    await visit(house, quiet, seconds=seconds, hostile=False)
    with _busy_processes():
        await visit(house, busy, seconds=seconds, hostile=False)
    await visit(house, hostile, seconds=seconds, hostile=True)
    return quiet, busy, hostile


@contextmanager
def _busy_processes() -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_PROCESSES)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _environment(mode: str, folder: str, url: str) -> dict[str, str]:
    in_production = mode == "production"
    return {
        "DATABASE_URL": url,
        "VAR_DIR": folder,
        "TESTAMUR_MODE": mode,
        "PUBLIC_URL": "https://hostile.example.org" if in_production else "http://localhost:8000",
        "SECRET_KEY": "of the benchmark alone, thrown away with its house",
        "EMAIL_URL": "smtp://127.0.0.1:9" if in_production else "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }


def _medians(seen: Seen) -> dict[str, float]:
    return {name: statistics.median(taken) for name, taken in seen.seconds.items()}


def _summary(quiet: Seen, busy: Seen, hostile: Seen) -> dict[str, Any]:
    medians = {"quiet": _medians(quiet), "beside_busy": _medians(busy), "hostile": _medians(hostile)}
    slowest = max(max(taken) for taken in hostile.seconds.values())
    holds = all(
        median <= max(TIMES_QUIET * medians["quiet"][name], TIMES_BUSY * medians["beside_busy"][name])
        for name, median in medians["hostile"].items()
    )
    answered = hostile.answered / max(1, hostile.checks)
    bearable = not hostile.failed.total() and slowest < LONGEST_CHECK_SECONDS and answered >= HONEST_SHARE
    return {
        "holds": holds and bearable,
        "times_quiet": _over(medians["hostile"], medians["quiet"]),
        "times_beside_busy": _over(medians["hostile"], medians["beside_busy"]),
        "honest_checks_answered": round(answered, 3),
        "honest_check_median_ms": round(statistics.median(hostile.check_seconds) * 1000),
        "milliseconds": {part: {n: round(m * 1000, 1) for n, m in found.items()} for part, found in medians.items()},
        "requests": {name: len(taken) for name, taken in hostile.seconds.items()},
        "failed": hostile.failed.total(),
        "slowest_ms": round(slowest * 1000),
        "hostile": json.loads(json.dumps(hostile.hostile)),
    }


def _over(these: dict[str, float], those: dict[str, float]) -> dict[str, float]:
    return {name: round(these[name] / those[name], 2) for name in these}
