"""Approving, or refusing, what waits for that, from the shell."""

from __future__ import annotations

import json as json_lines
import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from issuing.services import RecordedDecision, approve_awards, refuse_awards
from registry.actors import SYSTEM, Actor, actor_for_user
from registry.dates import read_day
from registry.errors import RegistryError
from registry.models import User


class Command(BaseCommand):
    """`manage.py approve AWARD_OR_BATCH`."""

    help = (
        "Approve an award, or all awards of a file that wait for it, or refuse them. Without --party it is a second "
        "person's approval: name the person with --by; the shell cannot approve what the shell awarded. With --party it "
        "is that of a body that awards jointly; of one without an organisation here record --ground, --date and "
        "--reference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what is decided, and how."""
        parser.add_argument(
            "subject", metavar="AWARD_OR_BATCH", help="id of an award or a batch, or an award's address"
        )
        parser.add_argument("--party", default="", metavar="SLUG", help="the co-awarding body")
        parser.add_argument("--refuse", action="store_true", help="refuse instead; needs --reason")
        parser.add_argument("--reason", default="")
        parser.add_argument("--by", metavar="EMAIL", help="the account that decides; default: the shell")
        parser.add_argument("--ground", default="", help="on what a recorded decision rests")
        parser.add_argument("--date", type=read_day, help="its day, YYYY-MM-DD")
        parser.add_argument("--reference", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, subject: str, party: str, refuse: bool, reason: str, json: bool, **options: Any) -> None:
        """Decide, and tell how many awards went on and how many wait for somebody else."""
        about: dict[str, Any] = {"subject_id": _id_in(subject), "actor": _actor(options["by"]), "party": party}
        about["recorded"] = _recorded(options)
        try:
            decided = refuse_awards(reason=reason, **about) if refuse else approve_awards(**about)
        except RegistryError as refusal:
            if json:
                self.stdout.write(json_lines.dumps({"state": "refused", "code": refusal.code}))
            raise CommandError(refusal.sentence()) from refusal
        moved, waiting = len(decided.moved), len(decided.waiting)
        queued = {"queued": decided.queued} if decided.queued else {}
        if json:
            self.stdout.write(json_lines.dumps({"moved": moved, "waiting": waiting} | queued))
            return
        if decided.queued:
            self.stdout.write(f"Decided on {decided.queued:,} awards; the worker goes through them.")
            return
        self.stdout.write(f"{moved} {'refused' if refuse else 'went on'}, {waiting} wait for somebody else.")


def _id_in(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise CommandError(f"{text} is neither an id nor an address of an award.") from error


def _actor(email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no account of {email}.")
    return actor_for_user(user)


def _recorded(options: dict[str, Any]) -> RecordedDecision | None:
    said = [options[name] for name in ("ground", "date", "reference")]
    if not any(said):
        return None
    if not all(said):
        raise CommandError("Give --ground, --date and --reference together.")
    return RecordedDecision(ground=said[0], decided_on=said[1], reference=said[2])
