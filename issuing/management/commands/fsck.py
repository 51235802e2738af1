"""`manage.py fsck`: the invariants on live data."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from issuing.fsck import INVARIANTS, check_everything


class Command(BaseCommand):
    """Check N1-N8 and tell every breach."""

    help = (
        "Check the invariants N1-N8 on live data, read by code that shares nothing with the code that wrote it. "
        "Exit code: 0 all hold, 1 a breach. Nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="write one JSON object")
        parser.add_argument("--full", action="store_true", help="check every signature, not 1,000 at random")

    def handle(self, *, json: bool, full: bool, **_options: object) -> None:
        """Run the checks and report."""
        breaches = list(check_everything(full=full))
        if json:
            report = {"ok": not breaches, "invariants": INVARIANTS, "breaches": [b.as_json() for b in breaches]}
            self.stdout.write(json_format.dumps(report, indent=2))
        else:
            for breach in breaches:
                self.stdout.write(
                    f"{breach.invariant}: {breach.problem}: {breach.count}, first: {', '.join(breach.ids)}"
                )
            self.stdout.write(_summary([breach.invariant for breach in breaches]))
        if breaches:
            raise SystemExit(1)


def _summary(broken: list[str]) -> str:
    """Name the invariants that broke, and no other; `broken` has one for each breach."""
    if not broken:
        return f"{INVARIANTS[0]}-{INVARIANTS[-1]} hold."
    kinds = [name for name in INVARIANTS if name in broken]
    return f"{len(broken)} breach{'es' if len(broken) > 1 else ''} of {', '.join(kinds)}."
