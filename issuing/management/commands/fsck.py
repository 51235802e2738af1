"""`manage.py fsck`: the invariants on live data."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from issuing.fsck import INVARIANTS, check_everything
from registry.alarms import open_alarms
from registry.selectors import given_up_work
from registry.upkeep import Chore, note_upkeep


class Command(BaseCommand):
    """Check N1-N8 and tell every breach."""

    help = (
        "Check the invariants N1-N8 on live data, read by code that shares nothing with the code that wrote it. "
        "Open alarms and work that was put aside are counted, and are no breach. Exit code: 0 all hold, 1 a breach. "
        "Nothing is changed but the note of when it ran, for the operator's page of health."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="write one JSON object")
        parser.add_argument("--full", action="store_true", help="check every signature, not 1,000 at random")

    def handle(self, *, json: bool, full: bool, **_options: object) -> None:
        """Run the checks and report."""
        breaches = list(check_everything(full=full))
        note_upkeep(Chore.FSCK, well=not breaches, breaches=len(breaches))
        alarms, given_up = open_alarms(), given_up_work()
        if json:
            report = {
                "ok": not breaches,
                "invariants": INVARIANTS,
                "breaches": [b.as_json() for b in breaches],
                "alarms": alarms,
                "given_up": given_up,
            }
            self.stdout.write(json_format.dumps(report, indent=2))
        else:
            for breach in breaches:
                self.stdout.write(
                    f"{breach.invariant}: {breach.problem}: {breach.count}, first: {', '.join(breach.ids)}"
                )
            for code, count in alarms.items():
                self.stdout.write(f"Open alarm: {code}: {count}.")
            for lane, count in given_up.items():
                self.stdout.write(f"Put aside in the lane {lane}: {count}. `manage.py outbox list` shows what.")
            self.stdout.write(_summary([breach.invariant for breach in breaches]))
        if breaches:
            raise SystemExit(1)


def _summary(broken: list[str]) -> str:
    """Name the invariants that broke, and no other; `broken` has one for each breach."""
    if not broken:
        return f"{INVARIANTS[0]}-{INVARIANTS[-1]} hold."
    kinds = [name for name in INVARIANTS if name in broken]
    return f"{len(broken)} breach{'es' if len(broken) > 1 else ''} of {', '.join(kinds)}."
