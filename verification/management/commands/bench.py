"""Measuring: every figure beside the limit that was measured in the same run."""

from __future__ import annotations

import json as json_text
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

Measured = dict[str, Any]


class Command(BaseCommand):
    """`manage.py bench NAME`."""

    help = (
        "Measure sign, verify, bulk or page, and print the figures with their ratio to a limit measured in the same "
        "run. bulk and page use a scratch database of the configured kind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to measure."""
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds of sign, verify and page")
        parser.add_argument("--rows", type=int, default=100_000, help="awards of bulk")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, name: str, rounds: int, rows: int, json: bool, **_options: object) -> None:
        """Measure and report."""
        measured = BENCHES[name](rounds, rows)
        if json:
            self.stdout.write(json_text.dumps(measured))
            return
        for part in ("figures", "ratios"):
            for key, value in measured[part].items():
                self.stdout.write(f"{key:<34} {value}")


def _sign(rounds: int, _rows: int) -> Measured:
    from credentials.bench.rates import bench_sign
    from verification.bench.richest import richest_published

    return bench_sign(rounds, richest_published())


def _verify(rounds: int, _rows: int) -> Measured:
    from credentials.bench.rates import bench_verify

    return bench_verify(rounds)


def _bulk(_rounds: int, rows: int) -> Measured:
    from issuing.bench import measure_bulk

    return measure_bulk(rows)


def _page(rounds: int, _rows: int) -> Measured:
    from verification.bench import measure_page

    return measure_page(rounds)


BENCHES: dict[str, Callable[[int, int], Measured]] = {"sign": _sign, "verify": _verify, "bulk": _bulk, "page": _page}
