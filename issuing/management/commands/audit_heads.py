"""The audit trail's signed heads: written out to be kept elsewhere, and checked when they come back."""

from __future__ import annotations

import json as json_lines
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from issuing.audit_heads import CheckedHead, HeadState, check_head
from registry.models import AuditHead

SENTENCES = {
    HeadState.HOLDS: "holds: the audit trail still runs through it.",
    HeadState.NOT_IN_CHAIN: "does not hold: the audit trail was changed since, or comes from an older backup.",
    HeadState.NOT_OURS: "is no head that a good key of this installation signed.",
}


class Command(BaseCommand):
    """`manage.py audit_heads`."""

    help = (
        "Write the signed head of the audit trail of each day, one token (JWS) a line, the newest last. Keep them where "
        "nobody who runs this machine can change them; --check FILE tells later whether the trail still runs through "
        "them. Exit code: 0 written, or every head holds; 1 a head does not hold, or there is none to check."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do and how to report."""
        parser.add_argument("--check", metavar="FILE", type=Path, help="kept heads; - for standard input")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *, check: Path | None, json: bool, **_options: object) -> None:
        """Write, or check."""
        if check is None:
            self._write(json=json)
            return
        checked = [check_head(token) for token in _kept_heads(check)]
        for number, head in enumerate(checked, start=1):
            self.stdout.write(json_lines.dumps(asdict(head)) if json else _line(number, head))
        if any(head.state is not HeadState.HOLDS for head in checked):
            sys.exit(1)

    def _write(self, *, json: bool) -> None:
        for head in AuditHead.objects.order_by("day"):
            facts = {
                "day": head.day.isoformat(),
                "position": head.position,
                "hash": head.hash,
                "token": head.signature,
            }
            self.stdout.write(json_lines.dumps(facts) if json else head.signature)
        if not AuditHead.objects.exists():
            self.stderr.write(
                "No head yet: the worker signs one when a day (UTC) is over on which something happened."
            )


def _kept_heads(path: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"This file cannot be read: {path}") from error
    if not (heads := text.split()):
        raise CommandError("There is no head in this file. Write some with: manage.py audit_heads > FILE")
    return heads


def _line(number: int, head: CheckedHead) -> str:
    named = f"{head.day}, position {head.position:,}," if head.day else "what stands here"
    return f"head {number}: {named} {SENTENCES[head.state]}"
