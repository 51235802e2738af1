"""The process of `bench console` that acts in one house: reads JSON requests line by line, answers each by one line."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

import django

from bench.history_process import cpu_seconds

GROWING_NODES = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


def main() -> None:
    """Answer until there are no more requests."""
    django.setup()
    import_module("config.celery")
    house = Registrar()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(house, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Registrar:
    """A registrar at a desk, in a house with a history."""

    def __init__(self) -> None:
        """Sign the owner in."""
        from bench.console_pages import signed_in
        from bench.console_scene import OWNER

        self.client = signed_in(OWNER)

    def pages(self) -> dict[str, dict[str, str]]:
        """Return every page with its address, and what cannot be measured."""
        from bench.console_pages import sampled_pages
        from bench.console_things import own_values

        found = sampled_pages(self.client, "bench", own_values())
        return {"pages": found.pages, "unmeasured": found.unmeasured}

    def look(self, address: str, times: int) -> float:
        """Ask for a page so many times; returns the CPU seconds of this process and of the database for it."""
        before = cpu_seconds()
        for _ in range(times):
            self._get(address)
        return cpu_seconds() - before

    def walls(self, address: str, seconds: float) -> float:
        """Ask for a page again and again for so many seconds; returns the median of the answers, in milliseconds."""
        taken, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            self._get(address)
            taken.append(time.monotonic() - began)
        return round(median(taken) * 1000, 3)

    def reads(self, address: str) -> dict[str, Any]:
        """Return how many statements a page needs, and how many rows of each table they look at."""
        from django.db import connection

        statements: list[tuple[str, Any]] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
            statements.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            self._get(address)
        return {"queries": len(statements), "rows": dict(_rows_read(statements))}

    def file_by_shell(self, first: int, rows: int) -> float:
        """Award a file as `manage.py award` does: a dry run, then the awards; returns the CPU seconds."""
        from bench.console_files import by_shell

        return _spent(lambda: by_shell(first, rows))

    def file_by_console(self, first: int, rows: int) -> float:
        """Award a file by the console's pages and the worker; returns the CPU seconds."""
        from bench.console_files import by_console

        return _spent(lambda: by_console(self.client, first, rows))

    def export(self) -> dict[str, int]:
        """Ask for the list of all awards as a file, and write it; returns its rows and this process's peak of memory."""
        from bench.console_files import by_export

        rows = by_export(self.client)
        return {"rows": rows, "megabytes": round(getrusage(RUSAGE_SELF).ru_maxrss / 1024)}

    def _get(self, address: str) -> None:
        answer = self.client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP OK
            raise RuntimeError(f"{address} answered {answer.status_code}")


def _spent(act: Callable[[], None]) -> float:
    before = cpu_seconds()
    act()
    return cpu_seconds() - before


def _rows_read(statements: list[tuple[str, Any]]) -> Counter[str]:
    """Return table → rows that statements look at, as PostgreSQL tells; elsewhere nothing."""
    from django.db import connection, transaction

    found: Counter[str] = Counter()
    if connection.vendor != "postgresql":
        return found
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            if not sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
                continue
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            _add(found, (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
        transaction.set_rollback(True)
    return found


def _add(read: Counter[str], node: dict[str, Any]) -> None:
    if "Relation Name" in node:
        rows = sum(node.get(name, 0) for name in GROWING_NODES) * node.get("Actual Loops", 1)
        read[node["Relation Name"]] += round(rows)
    for below in node.get("Plans", ()):
        _add(read, below)


if __name__ == "__main__":
    main()
