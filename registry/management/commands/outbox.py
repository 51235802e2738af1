"""`manage.py outbox`: work in the background that fails, waits or was put aside, and how to have it tried again."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, Q

from registry.actors import SYSTEM
from registry.errors import NotFoundError
from registry.models import OutboxMessage
from registry.services import retry_messages

MOST_SHOWN = 200


class Command(BaseCommand):
    """Show what fails, and try again what was put aside."""

    help = (
        "Work in the background. `list` shows what fails, waits for what is not there, or was put aside after failing "
        "ten times and for a day; `retry ID …` or `retry --all` has what was put aside tried at once. "
        "Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        shown = actions.add_parser("list", help=f"the oldest {MOST_SHOWN} that are in trouble, those put aside first")
        retry = actions.add_parser("retry", help="try again what was put aside")
        retry.add_argument("ids", nargs="*", type=int, metavar="ID", help="as shown by list")
        retry.add_argument("--all", action="store_true", help="everything that was put aside")
        for action in (shown, retry):
            action.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *, action: str, json: bool, **options: object) -> None:
        """Run one action and tell its result."""
        if action == "list":
            rows = [_facts(message) for message in _in_trouble()]
        else:
            rows = [{"id": number, "state": "waits"} for number in _retry(options)]
        for row in rows:
            self.stdout.write(json_format.dumps(row) if json else "  ".join(str(value) for value in row.values()))
        if not rows and not json:
            self.stdout.write("Nothing fails and nothing was put aside.")


def _in_trouble() -> list[OutboxMessage]:
    rows = OutboxMessage.objects.filter(Q(given_up_at__isnull=False) | Q(failing_since__isnull=False), done_at=None)
    return list(rows.order_by(F("given_up_at").asc(nulls_last=True), "id")[:MOST_SHOWN])


def _retry(options: dict[str, object]) -> list[int]:
    named, every = options["ids"], options["all"]
    ids = set(named) if isinstance(named, list) else set()
    if bool(ids) == bool(every):
        raise CommandError("Name the ids that `outbox list` shows, or say --all.")
    try:
        return retry_messages(ids=ids or None, actor=SYSTEM)
    except NotFoundError as refusal:
        raise CommandError(refusal.sentence()) from refusal


def _facts(message: OutboxMessage) -> dict[str, object]:
    return {
        "id": message.pk,
        "state": "put aside" if message.given_up_at else "waits",
        "lane": message.lane,
        "topic": message.topic,
        "task": message.task,
        "failures": message.failures,
        "last_error": message.last_error,
        "since": message.failing_since and message.failing_since.isoformat(timespec="seconds"),
    }
