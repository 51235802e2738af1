"""Telling the installation that its database is an older one."""

from __future__ import annotations

import json as json_lines
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand

from issuing.services import ClosedList, close_open_lists
from registry.actors import SYSTEM


class Command(BaseCommand):
    """`manage.py after_restore`."""

    help = (
        "Run it after restoring an older backup of the database, before the worker starts. It closes every open "
        "status list, so that no place given out since that backup is used twice; the next awards open new lists. "
        "(Where var/given-out/ is still there, each list notices by itself; keep that folder out of the backup.) "
        "What the backup cannot know has to be done again by hand: revocations, key rotations, marks of compromised "
        "keys. No journal of erasures is kept, since nothing erases yet. Then run fsck. Exit code: 0 done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how to report."""
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *, json: bool, **_options: object) -> None:
        """Close the lists, and say how many awards the backup did not know."""
        closed = close_open_lists(actor=SYSTEM)
        lost = sum(one.lost_places for one in closed)
        if json:
            facts = {"closed": [asdict(one) for one in closed], "lost_places": lost}
            self.stdout.write(json_lines.dumps(facts))
            return
        for line in _sentences(closed, lost):
            self.stdout.write(line)


def _sentences(closed: list[ClosedList], lost: int) -> list[str]:
    lines = [
        f"{one.issuer}: {one.lost_places:,} places were given out after the backup; those awards are lost here."
        for one in closed
        if one.lost_places
    ]
    known = "" if lost else " No award is known to be lost."
    return [*lines, f"{len(closed):,} status lists closed; the next awards open new ones.{known}"]
