"""Checking a credential from the shell."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from verification.access import Access
from verification.checks import Verdict
from verification.formats import MAX_UPLOAD_BYTES
from verification.resolve import verify_source

EXIT_CODES = {
    Verdict.GENUINE: 0,
    Verdict.COULD_NOT_CONFIRM: 2,
    Verdict.ISSUER_NOT_KNOWN: 2,
    Verdict.PRIVATE_OR_UNKNOWN: 2,
}


class Command(BaseCommand):
    """`manage.py verify FILE|URL|-`."""

    help = (
        "Check a credential: a file (JSON, JWT, baked PNG or SVG), an address, a number of ours, or - for standard "
        "input. Credentials of this installation are told whatever their visibility. "
        "With --holder somebody else's certificate is 1. Exit code: 0 genuine and current, 1 not, 2 could not tell."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to check, and how to report."""
        parser.add_argument("source", help="file, address, number, or -")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")
        parser.add_argument("--holder", default="", help="name, e-mail address or number to compare with the holder's")

    def handle(self, *, source: str, json: bool, holder: str, **_options: object) -> None:
        """Check and report."""
        report = verify_source(_content(source), at=timezone.now(), asked=holder, access=Access.OPERATOR)
        self.stdout.write(report.as_json() if json else report.as_text())
        if code := EXIT_CODES.get(report.verdict, 1):
            raise SystemExit(code)


def _content(source: str) -> bytes | str:
    """Return what to check; a name that is no file is an address or a number."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_UPLOAD_BYTES + 1)
    path = Path(source)
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(MAX_UPLOAD_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{source} cannot be read: {error.strerror}.") from error
    return source
