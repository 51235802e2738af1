"""Measures the bulk path on a scratch database with worker processes of its own.

The limit stands beside it, measured in the same run: one raw Ed25519 signature per credential, and one COPY (on
SQLite one INSERT each) of documents of the same size.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

WORKERS = 2
PATIENCE_SECONDS = 7_200
ROOT = Path(__file__).resolve().parents[1]


def measure_bulk(rows: int, *, workers: int = WORKERS) -> dict[str, Any]:
    """Return `{"name", "figures", "ratios"}` for a file of `rows` awards.

    `seconds` runs from the file's bytes until the last credential is stored, its status list published and its mail
    queued; `of_limit` is the limit's time on one core divided by that time.
    """
    with tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder, scratch_database(Path(folder)) as url:
        environment = {
            "DATABASE_URL": url,
            "VAR_DIR": folder,
            "TESTAMUR_MODE": "test",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "ERROR",
        }
        run = Processes(environment)
        run.finish(run.start("prepare"))
        children = [run.start("work") for _ in range(workers)]
        try:
            figures = run.finish(run.start("award", str(rows)))
        finally:
            workers_told = [run.stop(child) for child in children]
    figures["worker_megabytes"] = max(told["megabytes"] for told in workers_told)
    figures["worker_cpu_seconds"] = round(sum(told["cpu_seconds"] for told in workers_told), 2)
    figures["database"] = connection.vendor
    return {"name": "bulk", "figures": figures, "ratios": {"of_limit": _share(figures)}}


def _share(figures: dict[str, Any]) -> float:
    limit = float(figures["limit_sign_seconds"]) + float(figures["limit_store_seconds"])
    return round(limit / float(figures["seconds"]), 3)


class Processes:
    """Starts this package's processes against the scratch database."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Keep the variables that every process gets beside our own environment."""
        self.environment = environment

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one role of `bench.process`."""
        return self.start_module("bench.process", *arguments)

    def start_module(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of this project as a process of its own."""
        settings_of_it = [f"{name}={value}" for name, value in self.environment.items()]
        command = ["env", *settings_of_it, sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def finish(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Wait for a process and return what it told in its last line."""
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        if process.returncode:
            raise RuntimeError(f"the bench's process failed with {process.returncode}")
        told: dict[str, Any] = json.loads(output.splitlines()[-1])
        return told

    def stop(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Let a worker finish what it does and tell how much it took: it ends with its standard input."""
        return self.finish(process)


@contextmanager
def scratch_database(folder: Path, *, like: str = "") -> Iterator[str]:
    """Yield the address of a database of the configured kind, gone afterwards.

    It is empty, or as the one at the address `like`, which nobody may be using just then.
    """
    if connection.vendor != "postgresql":
        file = folder / "bench.sqlite3"
        if like:
            shutil.copyfile(like.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    name = f"testamur_bench_{secrets.token_hex(6)}"
    template = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}{template}")
    try:
        yield address_of(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address_of(name: str) -> str:
    """Return the address of another database beside the configured one, on the same server."""
    default = settings.DATABASES["default"]
    account = f"{quote(default['USER'], safe='')}:{quote(default['PASSWORD'], safe='')}"
    return f"postgres://{account}@{quote(default['HOST'], safe='')}:{default['PORT']}/{name}"
