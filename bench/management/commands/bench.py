"""Measuring: every figure beside the limit that was measured in the same run."""

from __future__ import annotations

import json as json_text
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

Measured = dict[str, Any]
Options = Mapping[str, Any]

LONGEST_PART_SECONDS = 60


class Command(BaseCommand):
    """`manage.py bench NAME`."""

    help = (
        "Measure sign, verify, bulk or page, and print the figures with their ratio to a limit measured in the same "
        "run. bulk and page use a scratch database of the configured kind. idle starts a demo house of its own and "
        "leaves it alone. hostile has one visitor try to stop a house, and tells what others notice. history tells "
        "what acts cost with so many stored credentials beside 10,000, console what every page of the issuers' console does. seed fills the configured database, which must "
        "hold no other awards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to measure."""
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds of sign, verify and page")
        parser.add_argument(
            "--rows", type=int, default=100_000, help="awards of bulk; credentials of history and seed"
        )
        parser.add_argument("--seconds", type=int, default=300, help="of idle; hostile: of each part, 60 at most")
        parser.add_argument("--small", type=int, default=10_000, help="credentials of console's small house")
        parser.add_argument("--file-rows", type=int, default=100_000, help="rows of console's file")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, name: str, json: bool, **options: Any) -> None:
        """Measure and report; what is told meanwhile goes to standard error."""
        measured = BENCHES[name](options | {"tell": self.stderr.write})
        if json:
            self.stdout.write(json_text.dumps(measured))
        else:
            self._tell(measured)
        if missed := measured["figures"].get("missed"):
            raise CommandError("Not kept: " + "; ".join(missed))

    def _tell(self, measured: Measured) -> None:
        for part in ("figures", "ratios"):
            for key, value in measured[part].items():
                self.stdout.write(f"{key:<34} {value}")


def _sign(options: Options) -> Measured:
    from bench.rates import bench_sign
    from bench.richest import richest_published

    return bench_sign(options["rounds"], richest_published())


def _verify(options: Options) -> Measured:
    from bench.rates import bench_verify

    return bench_verify(options["rounds"])


def _bulk(options: Options) -> Measured:
    from bench.bulk import measure_bulk

    return measure_bulk(options["rows"])


def _page(options: Options) -> Measured:
    from bench.page import measure_page

    return measure_page(options["rounds"])


def _hostile(options: Options) -> Measured:
    from bench.hostile import measure_hostile

    return measure_hostile(min(options["seconds"], LONGEST_PART_SECONDS))


def _idle(options: Options) -> Measured:
    from bench.idle import measure_idle

    return measure_idle(options["seconds"])


def _history(options: Options) -> Measured:
    from bench.history import measure_history

    return measure_history(options["rows"])


def _seed(options: Options) -> Measured:
    from bench.history import seed

    return seed(options["rows"])


def _console(options: Options) -> Measured:
    from bench.console import measure_console

    sizes = {"small": options["small"], "file_rows": options["file_rows"]}
    return measure_console(options["rows"], rounds=options["rounds"], tell=options["tell"], **sizes)


BENCHES: dict[str, Callable[[Options], Measured]] = {
    "sign": _sign,
    "verify": _verify,
    "bulk": _bulk,
    "page": _page,
    "idle": _idle,
    "hostile": _hostile,
    "history": _history,
    "console": _console,
    "seed": _seed,
}
