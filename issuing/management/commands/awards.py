"""`manage.py awards`: what waits for a body that awards jointly."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from issuing.waiting import told_for_release, versions_released_by, waiting_for
from registry.actors import SYSTEM
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import organisation_named

MOST_TOLD = 1_000


class Command(ActingCommand):
    """`manage.py awards list --waiting-for ORG`."""

    help = (
        "List the awards of others that wait for an organisation's release, the oldest first, at most 1,000: what it has "
        "decided is no longer among them. `approve ID --party ORG` releases one, with --refuse it ends. "
        "Exit code: 0 done, 1 refused."
    )
    nothing = "Nothing waits for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whose release is asked for."""
        parser.add_argument("act", choices=["list"])
        parser.add_argument("--waiting-for", required=True, metavar="ORG", help="slug of the co-awarding organisation")
        add_json(parser)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Tell each award with what is needed to decide."""
        body = organisation_named(options["waiting_for"])
        rows = waiting_for(body).filter(version__in=versions_released_by(body, SYSTEM))
        for award in rows.order_by("accepted_at", "pk")[:MOST_TOLD]:
            yield told_for_release(award)
