"""Taking a published vocabulary over."""

from __future__ import annotations

import json as json_lines
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalogue.services import VocabularyOutcome, import_terms
from catalogue.vocabularies import read_vocabulary
from registry.actors import SYSTEM
from registry.management.acting import add_encoding


class Command(BaseCommand):
    """`manage.py import_vocabulary FILE`."""

    help = (
        "Take a vocabulary over: a CSV as ESCO publishes it (conceptType, conceptUri, preferredLabel[, reuseLevel, "
        'broaderUri]) or JSON {"vocabulary", "terms": [{"uri", "kind", "labels"[, "reuse_level", "broader"]}]}. The '
        "whole file is checked first: with one refused row nothing is taken. The same file twice changes nothing; a "
        "file in another language adds its labels. An alignment of an entry that gives only the address of a term "
        "then gets its name from here. Exit code: 0 taken, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, what it is of, and how to report."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--vocabulary", default="ESCO", help="of a CSV; default ESCO")
        parser.add_argument("--language", default="", help="of a CSV's labels; default: as in NAME_de.csv, else en")
        parser.add_argument("--json", action="store_true", help="one JSON line per refusal, or one with the counts")
        add_encoding(parser)

    def handle(self, *, file: Path, json: bool, **options: str) -> None:
        """Report to standard output; exit 1 when the file was refused."""
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        read = read_vocabulary(
            data, name=file.name, **{name: options[name] for name in ("vocabulary", "language", "encoding")}
        )
        outcome = import_terms(file=read, actor=SYSTEM)
        for line in _json_lines(outcome) if json else _sentences(outcome):
            self.stdout.write(line)
        if outcome.refusals:
            raise SystemExit(1)


def _json_lines(outcome: VocabularyOutcome) -> list[str]:
    if outcome.refusals:
        refusals = [{**one.as_row_json(), "state": "refused"} for one in outcome.refusals]
        return [json_lines.dumps(refusal, ensure_ascii=False) for refusal in refusals]
    facts = asdict(outcome)
    del facts["refusals"]
    return [json_lines.dumps(facts, ensure_ascii=False)]


def _sentences(outcome: VocabularyOutcome) -> list[str]:
    if outcome.refusals:
        return [*(one.line() for one in outcome.refusals), "Nothing was taken over."]
    return [
        f"{outcome.vocabulary}: {outcome.created:,} terms new, {outcome.changed:,} changed, "
        f"{outcome.unchanged:,} unchanged."
    ]
