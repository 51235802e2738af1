"""`bench console`: what each page of the issuers' console costs with a million credentials beside ten thousand.

Two houses of 200 faculties and 5,000 achievements are filled by the bulk way and looked at in turns, as in `bench history`.
Pages come from the URL configuration, with the filters and further pages that they link to; one that cannot be measured
fails the bench. Then a file is awarded by the shell's way and by the console's, and another page is asked for meanwhile.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection

from bench.bulk import Processes, scratch_database
from bench.console_scene import ACHIEVEMENTS, FACULTIES
from bench.history import WORKERS, environment_of
from issuing.key_history import MOST_COUNTED
from registry.trail import WINDOW as LOOKED_THROUGH

SMALL = 10_000
ROUNDS, AT_ONCE, WARMING = 5, 40, 5
"""200 of each page; a few before warm up and are not counted."""
TURNS = ("shell", "console", "console", "shell")
"""Files of one size, in turns: that the database and its caches grow meanwhile decides nothing."""
MOST_QUERIES, MOST_GROWTH = 15, 1.2
LINES = {
    "cpu_growth_most": MOST_GROWTH,
    "file_console_of_shell": 1.1,
    "page_beside_files_of_busy": 1.5,
    "export_memory": 1.2,
}
"""Ratios and the most that each may be."""
SPREAD_ROWS = 200
"""Rows that a statement may read more of in the large house, whatever its page: orders of rows differ a little."""
MAY_READ = {"registry_auditentry": LOOKED_THROUGH, "issuing_credential": MOST_COUNTED}
"""By table, where a page looks through a window, or counts up to a bound, that the small house does not fill."""
BUSY = "while True: pass"

Measured = dict[str, Any]
Tell = Callable[[str], None]


def measure_console(
    rows: int, *, small: int = SMALL, rounds: int = ROUNDS, file_rows: int = 100_000, tell: Tell = lambda _line: None
) -> Measured:
    """Return `{"name", "figures", "ratios", "console"}`: `console` tells queries and growth of CPU of each page.

    `figures["missed"]` names every line that was not kept. `tell` hears each figure as it comes: a run takes hours,
    and what breaks near its end must not lose the rest.

    Raises:
        CommandError: a page cannot be measured; it says which, and why.
    """
    small = min(small, rows)
    with ExitStack() as stack:
        little = stack.enter_context(_filled(small))
        much = stack.enter_context(_filled(rows, like=little))
        few, many = (stack.enter_context(_at_work(run)) for run in (little, much))
        pages, lonely = _pages(few, many)
        told: dict[str, Measured] = {}
        for name, addresses in pages.items():
            told[name] = _measure(few, many, addresses, rounds)
            tell(f"{name} {json.dumps(told[name])}")
        # Before the files: they make the small house large.
        exports = _exports(little, much)
        tell(json.dumps(exports))
        files = _files(little, few, rows=min(file_rows, rows), first=rows * 10)
        tell(json.dumps(files))
    growth = [page["cpu_growth"] for page in told.values()]
    figures = {"rows": rows, "small": small, "pages": len(told), "repetitions": rounds * AT_ONCE, **files["figures"]}
    figures |= {"faculties": FACULTIES, "achievements": ACHIEVEMENTS, "database": connection.vendor}
    figures |= exports | {"not_measured_for_want_of_two": lonely}
    figures["too_many_queries"] = sorted(n for n, page in told.items() if page["queries"] > MOST_QUERIES)
    figures["grow"] = sorted(name for name, page in told.items() if page["cpu_growth"] > MOST_GROWTH)
    figures["read_in_proportion"] = {name: page["grows"] for name, page in told.items() if page["grows"]}
    ratios = {"cpu_growth_most": max(growth), "cpu_growth_median": statistics.median(growth), **files["ratios"]}
    ratios["export_memory"] = round(exports["export_megabytes"][1] / exports["export_megabytes"][0], 2)
    figures["missed"] = _missed(figures, ratios)
    return {"name": "console", "figures": figures, "ratios": ratios, "console": told}


def _missed(figures: Measured, ratios: dict[str, float]) -> list[str]:
    """Return the lines that were not kept."""
    pages = [name for name in ("too_many_queries", "grow", "read_in_proportion") if figures[name]]
    return pages + [f"{name} {ratios[name]}, at most {most}" for name, most in LINES.items() if ratios[name] > most]


@contextmanager
def _filled(rows: int, *, like: Processes | None = None) -> Iterator[Processes]:
    """Yield a house with its tree and so many credentials, a new one or what became of a copy of another."""
    origin = like.environment["DATABASE_URL"] if like else ""
    with (
        tempfile.TemporaryDirectory(prefix="testamur-bench-") as folder,
        scratch_database(Path(folder), like=origin) as url,
    ):
        run = Processes(environment_of(folder, url))
        if like is None:
            run.finish(run.start("prepare"))
            run.finish(run.start("tree", str(FACULTIES), str(ACHIEVEMENTS)))
        workers = [run.start("work") for _ in range(WORKERS)]
        try:
            run.finish(run.start("spread", str(rows)))
        finally:
            for worker in workers:
                run.stop(worker)
        if like is None:
            run.finish(run.start("furnish"))
        run.finish(run.start("settle"))
        yield run


@contextmanager
def _at_work(run: Processes) -> Iterator[ActingHouse]:
    process = run.start_module("bench.console_process")
    try:
        yield ActingHouse(process)
    finally:
        process.kill()
        process.communicate()


class ActingHouse:
    """The process that acts in a house."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Keep the process, which has pipes."""
        self.process = process

    def begin(self, do: str, **asked: Any) -> None:
        """Ask for something; `answer` waits for it."""
        assert self.process.stdin is not None  # noqa: S101 - for the types: the process has pipes
        self.process.stdin.write(json.dumps({"do": do, **asked}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Return what was asked for."""
        assert self.process.stdout is not None  # noqa: S101 - as above
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the bench's process ended")
        return json.loads(line)

    def ask(self, do: str, **asked: Any) -> Any:
        """Ask for something and return it."""
        self.begin(do, **asked)
        return self.answer()


def _pages(few: ActingHouse, many: ActingHouse) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return the pages that both houses have, with their addresses in each, and the names of those that one alone has.

    Raises:
        CommandError: one that cannot be measured.
    """
    little, much = few.ask("pages"), many.ask("pages")
    unmeasured = little["unmeasured"] | much["unmeasured"]
    if unmeasured:
        raise CommandError("Not measured: " + "; ".join(f"{name}: {why}" for name, why in sorted(unmeasured.items())))
    here, there = little["pages"], much["pages"]
    return {name: (here[name], there[name]) for name in here if name in there}, sorted(set(here) ^ set(there))


def _measure(few: ActingHouse, many: ActingHouse, addresses: tuple[str, str], rounds: int) -> Measured:
    """Look at one page in both houses in turns; each half is measured right before the other."""
    here, there = few.ask("reads", address=addresses[0]), many.ask("reads", address=addresses[1])
    for desk, address in zip((few, many), addresses, strict=True):
        desk.ask("look", address=address, times=WARMING)
    pairs = [
        (few.ask("look", address=addresses[0], times=AT_ONCE), many.ask("look", address=addresses[1], times=AT_ONCE))
        for _round in range(rounds)
    ]
    grows = {
        table: [here["rows"].get(table, 0), rows]
        for table, rows in there["rows"].items()
        if rows > 2 * here["rows"].get(table, 0) + MAY_READ.get(table, SPREAD_ROWS)
    }
    return {
        "queries": max(here["queries"], there["queries"]),
        "cpu_growth": round(statistics.median(large / small for small, large in pairs), 3),
        "milliseconds": round(statistics.median(large for _small, large in pairs) / AT_ONCE * 1000, 2),
        "grows": grows,
    }


def _exports(little: Processes, much: Processes) -> Measured:
    """Write the list of all awards as a file in both houses, each in a new process, as a worker is; tell what it took."""
    told = []
    for run in (little, much):
        with _at_work(run) as worker:
            told.append(worker.ask("export"))
    return {f"export_{name}": [one[name] for one in told] for name in ("rows", "megabytes")}


def _files(run: Processes, desk: ActingHouse, *, rows: int, first: int) -> dict[str, Measured]:
    """Award a file both ways, and another one by as many workers as a house has while a page is asked for."""
    spent = dict.fromkeys(TURNS, 0.0)
    for turn, way in enumerate(TURNS):
        spent[way] += desk.ask(f"file_by_{way}", first=first + turn * rows, rows=rows)
    shell, console = (spent[way] / TURNS.count(way) for way in ("shell", "console"))
    page = desk.ask("pages")["pages"]["awards"]
    with ExitStack() as stack:
        others = [stack.enter_context(_at_work(run)) for _ in range(WORKERS)]
        for number, other in enumerate(others):
            other.begin("file_by_console", first=first + (len(TURNS) + number) * rows, rows=rows)
        beside_files = desk.ask("walls", address=page, seconds=max(3, min(shell, 30)))
        for other in others:
            other.answer()
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(WORKERS)]
    try:
        beside_busy = desk.ask("walls", address=page, seconds=max(3, min(shell, 30)))
    finally:
        for process in busy:
            process.kill()
            process.wait()
    return {
        "figures": {
            "file_rows": rows,
            "file_by_shell_cpu_seconds": round(shell, 2),
            "file_by_console_cpu_seconds": round(console, 2),
            "page_beside_files_milliseconds": beside_files,
            "page_beside_busy_milliseconds": beside_busy,
        },
        "ratios": {
            "file_console_of_shell": round(console / shell, 3),
            "page_beside_files_of_busy": round(beside_files / beside_busy, 3),
        },
    }
