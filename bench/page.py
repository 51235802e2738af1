"""Starts the real web server on a scratch database, and beside it the same server with a fixed page: the limit."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.bulk import Processes, scratch_database
from bench.load import Load, free_port, measure_load, wait_until_ready

CREDENTIALS = 500
CONNECTIONS = 32
SECONDS = 4.0
WORKERS = 2
ROOT = Path(__file__).resolve().parents[1]
PAGE_APPLICATION, STATIC_APPLICATION = "config.web:application", "bench.static_page:application"
# Places in /proc/<pid>/stat behind the command's name (proc(5): utime, stime).
USER_TIME, SYSTEM_TIME = 11, 12
GENUINE = b'data-verdict="genuine"'


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    port: int
    pid: int


def measure_page(rounds: int) -> dict[str, Any]:
    """Return `{"name", "figures", "ratios"}`: pages of different credentials, and a fixed page of 6 KB.

    The server has two workers; it, the database and the load generator share the machine. Every answer is
    checked to say that its credential is genuine.
    """
    with tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder, scratch_database(Path(folder)) as url:
        environment = _environment(folder, url)
        paths = awarded_paths(Processes(environment))
        with serving(PAGE_APPLICATION, environment) as pages, serving(STATIC_APPLICATION, environment) as fixed:
            # Templates and connections are made at the first requests; that is not what a page costs.
            asyncio.run(_round(pages, paths, GENUINE, SECONDS / 2))
            before = _cpu_seconds(pages)
            measured = [_both(pages, fixed, paths) for _ in range(rounds)]
            spent = _cpu_seconds(pages) - before
    return {"name": "page", **_summary(measured, spent)}


def _both(pages: Server, fixed: Server, paths: list[str]) -> tuple[Load, Load]:
    """Measure pages and the limit right after each other: only their ratio outlives a noisy machine."""
    page = asyncio.run(_round(pages, paths, GENUINE, SECONDS))
    return page, asyncio.run(_round(fixed, ["/"], b"</html>", SECONDS / 2))


async def _round(server: Server, paths: list[str], expected: bytes, seconds: float) -> Load:
    return await measure_load(server.port, paths, expected, connections=CONNECTIONS, seconds=seconds)


def _cpu_seconds(server: Server) -> float:
    """Return the CPU time that a server and its workers have used; 0 where the system does not tell."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    pids = [str(server.pid), *(children.read_text(encoding="ascii").split() if children.exists() else [])]
    stats = [Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[USER_TIME]) + int(stat[SYSTEM_TIME]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _environment(folder: str, url: str) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": folder,
        "DATABASE_URL": url,
        "VAR_DIR": folder,
        "TESTAMUR_MODE": "test",
        "PUBLIC_URL": "http://localhost:8000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }


def awarded_paths(run: Processes) -> list[str]:
    """Sign some hundred credentials and open them to strangers; return their paths."""
    run.finish(run.start("prepare"))
    worker = run.start("work")
    try:
        run.finish(run.start("award", str(CREDENTIALS)))
    finally:
        run.stop(worker)
    told = run.finish(run.start_module("bench.unlocking"))
    return [str(path) for path in told["paths"]]


@contextmanager
def serving(application: str, environment: dict[str, str]) -> Iterator[Server]:
    """Run granian as `start` does."""
    port = asyncio.run(free_port())
    command = [sys.executable, "-m", "config.granian", "--interface", "rsgi", "--no-ws", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(WORKERS), "--workers-kill-timeout", "2"]
    command += ["--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env={"PATH": os.defpath} | environment)
    try:
        asyncio.run(wait_until_ready(port))
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait(20)


def _summary(measured: list[tuple[Load, Load]], cpu_seconds: float) -> dict[str, Any]:
    figures = {
        "pages_per_second": round(statistics.median(page.per_second for page, _ in measured), 1),
        "static_6kb_per_second": round(statistics.median(limit.per_second for _, limit in measured), 1),
        "p50_milliseconds": round(statistics.median(page.p50_milliseconds for page, _ in measured), 1),
        "p99_milliseconds": round(statistics.median(page.p99_milliseconds for page, _ in measured), 1),
        "web_cpu_milliseconds_per_page": round(cpu_seconds / sum(page.answers for page, _ in measured) * 1000, 2),
        "wrong_answers": sum(page.wrong for page, _ in measured),
        "credentials": CREDENTIALS,
        "connections": CONNECTIONS,
        "workers": WORKERS,
    }
    share = statistics.median(page.per_second / limit.per_second for page, limit in measured)
    return {"figures": figures, "ratios": {"of_static_page": round(share, 4)}}
