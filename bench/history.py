"""`bench history`: does what we do cost more when there is more history? And `bench seed`: an installation with one.

Two installations are filled by the bulk way, a small one and one with `rows` stored credentials, and measured in turns: so
many acts in the one, as many in the other, again and again. What counts is CPU time, of our process and of the database's
backends together, as the kernel tells it; a noisy machine slows both down and changes neither.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from bench.bulk import Processes, address_of, scratch_database
from issuing.models import Award

SMALL = 10_000
WORKERS = 2
ACTS = ("award", "page", "list", "status_list")
ROUNDS = 12
AT_ONCE = 25
"""300 of each act together; the first round warms up and is not counted."""
ORGANISATION = "bench"


def measure_history(rows: int, *, small: int = SMALL, rounds: int = ROUNDS, at_once: int = AT_ONCE) -> dict[str, Any]:
    """Return `{"name", "figures", "ratios"}`: CPU per act with `rows` stored credentials, divided by that with `small`."""
    with ExitStack() as stack:
        little = stack.enter_context(_filled(min(small, rows)))
        much = stack.enter_context(_filled(rows, like=little))
        few, many = (stack.enter_context(_acting(run)) for run in (little, much))
        spent: dict[str, list[tuple[float, float]]] = {}
        # Act by act: a list that was published anew is read once by the next page of its credentials, whatever their number.
        for act in ACTS:
            pairs = [(_ask(few, act, at_once), _ask(many, act, at_once)) for _round in range(rounds + 1)]
            spent[act] = pairs[1:]
    figures: dict[str, Any] = {"rows": rows, "small": min(small, rows), "repetitions": rounds * at_once}
    figures["database"] = connection.vendor
    ratios = {}
    for act, pairs in spent.items():
        for name, part in (("small", 0), ("large", 1)):
            milliseconds = statistics.median(pair[part] for pair in pairs) / at_once * 1000
            figures[f"{act}_{name}_milliseconds"] = round(milliseconds, 3)
        # Each half was measured right before the other: their ratio outlives what the machine did meanwhile.
        ratios[act] = round(statistics.median(large / small for small, large in pairs), 3)
    return {"name": "history", "figures": figures, "ratios": ratios}


@contextmanager
def _filled(rows: int, *, like: Processes | None = None) -> Iterator[Processes]:
    """Yield a scratch installation with so many credentials, a new one or what became of a copy of another."""
    origin = like.environment["DATABASE_URL"] if like else ""
    with (
        tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder,
        scratch_database(Path(folder), like=origin) as url,
    ):
        run = Processes(environment_of(folder, url))
        if like is None:
            run.finish(run.start("prepare"))
        fill(run, rows)
        run.finish(run.start("settle"))
        yield run


@contextmanager
def _acting(run: Processes) -> Iterator[subprocess.Popen[str]]:
    """Yield the process that acts in an installation and tells what that cost."""
    process = run.start_module("bench.history_process")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _ask(process: subprocess.Popen[str], act: str, times: int) -> float:
    """Have an act done so many times; return the CPU seconds that it took."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the bench's process has no pipes")
    process.stdin.write(f"{act} {times}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError(f"the bench's process ended in {act}")
    return float(json.loads(answer)["cpu_seconds"])


def environment_of(folder: str, url: str) -> dict[str, str]:
    """Return the variables of a process of this room."""
    return {
        "DATABASE_URL": url,
        "VAR_DIR": folder,
        "TESTAMUR_MODE": "test",
        "PUBLIC_URL": "http://localhost:8000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }


def fill(run: Processes, rows: int) -> dict[str, Any]:
    """Bring an installation to so many credentials, by files and workers as an organisation does."""
    workers = [run.start("work") for _ in range(WORKERS)]
    try:
        return run.finish(run.start("fill", str(rows)))
    finally:
        for worker in workers:
            run.stop(worker)


def seed(rows: int) -> dict[str, Any]:
    """Fill the configured database, which must hold no award but those of an earlier seed; safe to repeat.

    Its issuer's key is sealed under a key-encryption key of the bench's own, so no other worker can sign there.

    Raises:
        CommandError: the database holds awards of somebody else.
    """
    tables = connection.introspection.table_names()
    awards = Award._meta.db_table in tables
    if awards and Award.objects.exclude(organisation__slug=ORGANISATION).exists():
        raise CommandError("This database holds other awards: give seed an empty one (DATABASE_URL).")
    url = settings.DATABASES["default"]
    run = Processes(environment_of(str(settings.VAR_DIR), _address(url)))
    run.finish(run.start("prepare"))
    return {"name": "seed", "figures": fill(run, rows), "ratios": {}}


def _address(database: dict[str, Any]) -> str:
    """Return a database's settings as an address."""
    if connection.vendor != "postgresql":
        return f"sqlite:///{database['NAME']}"
    return address_of(str(database["NAME"]))
