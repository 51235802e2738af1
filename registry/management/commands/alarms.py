"""`manage.py alarms`: what is wrong, and closing what somebody has seen to."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from registry.actors import SYSTEM
from registry.alarms import CLOSED_BY_A_PERSON, MEANINGS
from registry.errors import NotFoundError
from registry.models import Alarm
from registry.services import close_alarms


class Command(BaseCommand):
    """List open alarms and close them."""

    help = (
        "What is wrong (docs/operators.md says of each alarm what to do). Most close themselves two hours after they "
        "were told last; the others stay until `close ID …`. Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        shown = actions.add_parser("list", help="the open ones, the oldest first")
        close = actions.add_parser("close", help="what you have seen to; what is still wrong opens a new one")
        close.add_argument("ids", nargs="+", type=int, metavar="ID", help="as shown by list")
        for action in (shown, close):
            action.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *, action: str, json: bool, **options: object) -> None:
        """Run one action and tell its result."""
        if action == "close":
            rows = [{"id": number, "state": "closed"} for number in _close(options["ids"])]
        else:
            rows = [_facts(alarm) for alarm in Alarm.objects.filter(resolved_at=None).order_by("first_at")]
        for row in rows:
            self.stdout.write(json_format.dumps(row) if json else "  ".join(str(value) for value in row.values()))
        if not rows and not json:
            self.stdout.write("No alarm is open.")


def _close(ids: object) -> list[int]:
    named = sorted(set(ids)) if isinstance(ids, list) else []
    try:
        close_alarms(ids=named, actor=SYSTEM)
    except NotFoundError as refusal:
        raise CommandError(refusal.sentence()) from refusal
    return named


def _facts(alarm: Alarm) -> dict[str, object]:
    return {
        "id": alarm.pk,
        "code": alarm.code,
        "subject": alarm.subject,
        "count": alarm.count,
        "first_at": alarm.first_at.isoformat(timespec="seconds"),
        "last_at": alarm.last_at.isoformat(timespec="seconds"),
        "closes": "by you" if alarm.code in CLOSED_BY_A_PERSON else "by itself",
        "meaning": str(MEANINGS.get(alarm.code, "")),
    }
