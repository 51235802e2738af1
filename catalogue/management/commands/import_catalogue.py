"""Taking entries over from a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalogue.blank_table import blank_csv
from catalogue.formats import read_catalogue
from catalogue.services import ImportOutcome, import_entries
from registry.actors import SYSTEM
from registry.management.acting import add_encoding


class Command(BaseCommand):
    """`manage.py import_catalogue FILE`."""

    help = (
        "Take catalogue entries over from a JSON, CSV or XLSX file. The whole file is checked first: with one refused row "
        "nothing is taken. The same file twice changes nothing; a changed entry becomes the next version. "
        "Exit code: 0 taken, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and how to report; or the wish for a template."""
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument("file", type=Path, nargs="?")
        wish.add_argument("--template", action="store_true", help="write a CSV with every column and one example row")
        parser.add_argument("--json", action="store_true", help="one JSON line per row and per refusal")
        add_encoding(parser)

    def handle(self, *, file: Path | None, json: bool, encoding: str, **_options: object) -> None:
        """Report to standard output; exit 1 when the file was refused."""
        if file is None:
            self.stdout.write(blank_csv(), ending="")
            return
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        outcome = import_entries(file=read_catalogue(data, name=file.name, encoding=encoding), actor=SYSTEM)
        for line in _json_lines(outcome) if json else _sentences(outcome):
            self.stdout.write(line)
        if outcome.refusals:
            raise SystemExit(1)


def _json_lines(outcome: ImportOutcome) -> list[str]:
    refusals = [{**refusal.as_row_json(), "state": "refused"} for refusal in outcome.refusals]
    told = {refusal.row for refusal in outcome.refusals}
    rows = [asdict(row) for row in outcome.rows if row.row not in told]
    return [json.dumps(line, ensure_ascii=False) for line in sorted([*refusals, *rows], key=lambda line: line["row"])]


def _sentences(outcome: ImportOutcome) -> list[str]:
    if outcome.refusals:
        return [*(refusal.line() for refusal in outcome.refusals), "Nothing was taken over."]
    counts = Counter(row.state for row in outcome.rows)
    return [", ".join(f"{count} {state}" for state, count in sorted(counts.items()))]
