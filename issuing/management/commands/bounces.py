"""`manage.py bounces`: what a mail server says later about a mail that left, noted with its letter."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from issuing.models import BounceKind
from issuing.services import record_bounce
from registry.management.acting import ActingCommand, Facts, add_json


class Command(ActingCommand):
    """`manage.py bounces record MESSAGE_ID`."""

    help = (
        "Note that a mail came back, by the Message-ID that its server names: no reminder follows it. "
        "Exit code: 0 noted, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the mail and how it came back."""
        parser.add_argument("act", choices=["record"])
        parser.add_argument("message_id", help="with or without its angle brackets")
        kinds = [BounceKind.RETURNED.value, BounceKind.COMPLAINT.value]
        parser.add_argument(
            "--kind", choices=kinds, default=kinds[0], help="returned for good, or reported as unwanted"
        )
        add_json(parser)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Note it, and say so."""
        record_bounce(message_id=options["message_id"], kind=BounceKind(options["kind"]), at=timezone.now())
        yield {"message_id": options["message_id"], "state": options["kind"]}

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """Name the mail in a refusal too."""
        return {"message_id": options["message_id"]}

    def words(self, facts: Facts) -> str:
        """Return what was noted as a sentence."""
        return f"{facts['message_id']} is noted as {facts['state']}."
