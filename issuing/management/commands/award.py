"""The main job from the shell: a file of people becomes signed, delivered credentials."""

from __future__ import annotations

import json as json_lines
import sys
import uuid
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.models import Achievement
from catalogue.selectors import achievement_named
from issuing.formats import MAX_ROWS, AwardTable, read_award_file, rows_up_to
from issuing.progress import bar, wait_until
from issuing.rules import read_day_or_moment
from issuing.selectors import batch_progress, batch_to_follow, states_of
from issuing.services import (
    DUPLICATES,
    BatchOptions,
    BatchOrder,
    BatchOutcome,
    RowOutcome,
    make_batch,
    mapping_for,
    run_batch,
)
from issuing.written_files import FailedRow, write_failed_rows
from registry.actors import SYSTEM
from registry.encodings import GUESSED
from registry.errors import RegistryError
from registry.management.acting import add_encoding
from registry.refusals import RuleBrokenError
from registry.selectors import link_base_url
from registry.workbooks import is_workbook

PATIENCE_SECONDS = 120
_LOOK_AT_NAMES = (
    "The file does not say how its letters are written: they were read as windows-1252, as for Western Europe. "
    "Look at the names; where they are wrong, name the encoding with --encoding."
)


class Command(BaseCommand):
    """`manage.py award ACHIEVEMENT --csv FILE`."""

    help = (
        "Award an achievement to everyone in a CSV or XLSX file (email, name and what else an award states). The whole file "
        "is checked first: with one refused row nobody is awarded, unless --take-good is given. The same file can be "
        "sent twice. Exit code: 0 done, 1 refused, 2 still waiting for the worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the achievement, the file, and how to go on."""
        parser.add_argument("achievement", help="issuer-slug/slug, or the id")
        parser.add_argument("--csv", type=Path, required=True, metavar="FILE", help="- for standard input")
        parser.add_argument(
            "--map",
            action="append",
            type=_mapped,
            metavar="HEADING=COLUMN",
            help="what a heading means, or nothing to leave it out; may be repeated",
        )
        add_encoding(parser)
        parser.add_argument(
            "--duplicates",
            choices=DUPLICATES,
            default="policy",
            help="people who hold the award: as the achievement says, left alone (skip), refused, awarded again (allow), "
            "or replaced where the row says something else",
        )
        parser.add_argument(
            "--send-at",
            type=read_day_or_moment,
            metavar="DAY",
            help="a day, or a time with its zone, that awards wait for whose row names none",
        )
        parser.add_argument(
            "--valid-until", type=read_day_or_moment, metavar="DAY", help="the end of validity for rows that name none"
        )
        parser.add_argument("--follows", type=uuid.UUID, metavar="BATCH", help="the file that this one corrects")
        parser.add_argument("--wait", action="store_true", help="until everything is signed and delivered")
        parser.add_argument("--take-good", action="store_true", help="award the good rows, write the others to a file")
        parser.add_argument("--failed-rows", type=Path, metavar="FILE", help="default: FILE.failed.csv, or failed.csv")
        parser.add_argument("--json", action="store_true", help="one JSON line per row")

    def handle(self, *, achievement: str, csv: Path, json: bool, **options: Any) -> None:
        """Report to standard output, progress to standard error."""
        data, mapping = _content(csv), dict(options["map"] or ())
        try:
            awarded = achievement_named(achievement)
            used = mapping_for(awarded.organisation, data, mapping=mapping, encoding=options["encoding"])
            outcome = self._award(awarded, data, (mapping, used), options)
        except RuleBrokenError as broken:
            self._tell_refused_file(broken, json=json)
            raise SystemExit(1) from broken
        except RegistryError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        finished = not options["wait"] or self._wait(outcome)
        self._tell(outcome, json=json)
        refused = [row for row in outcome.rows if row.state == "refused"]
        if refused and options["take_good"]:
            beside = "failed.csv" if str(csv) == "-" else f"{csv}.failed.csv"
            table = read_award_file(data, mapping=used, encoding=options["encoding"])
            self._write_failed(table, refused, Path(options["failed_rows"] or beside))
        elif refused:
            raise SystemExit(1)
        if not finished:
            raise SystemExit(2)

    def _award(
        self, achievement: Achievement, data: bytes, mappings: tuple[dict[str, str], ...], options: dict[str, Any]
    ) -> BatchOutcome:
        """Make a draft of the file and work it off here, as the worker does for the API.

        `mappings` are the one that was given and the one that is used, where it was given or is remembered.
        """
        mapping, used = mappings
        workbook = is_workbook(data)
        rows = 0 if workbook else rows_up_to(data, MAX_ROWS, mapping=used, encoding=options["encoding"])
        order = BatchOrder(
            achievement=achievement,
            content=data,
            kind="xlsx" if workbook else "csv",
            options=BatchOptions(
                on_error="skip" if options["take_good"] else "refuse",
                duplicates=options["duplicates"],
                send_at=options["send_at"],
                valid_until=options["valid_until"],
                encoding=options["encoding"],
            ),
            mapping=mapping,
            follows=batch_to_follow(options["follows"], SYSTEM),
        )
        batch = make_batch(order=order, actor=SYSTEM, by_worker=False)
        outcome = run_batch(batch_id=batch.pk, progress=bar(sys.stderr, total=rows))
        batch.refresh_from_db()
        if outcome.rows and outcome.rows[0].row == 0:
            raise RuleBrokenError.of(outcome.rows[0].faults)
        if GUESSED in batch.options.get("read_as", {}).get("notes", ()):
            self.stderr.write(_LOOK_AT_NAMES)
        if not outcome.rows and batch.ended_code:
            raise CommandError(f"This file was not awarded: {batch.ended_code}.")
        return outcome

    def _wait(self, outcome: BatchOutcome) -> bool:
        """Wait for the worker; False when it did nothing for two minutes."""
        batch_id = outcome.batch_id
        if batch_id is None:
            return True
        draw = bar(sys.stderr, total=sum(batch_progress(batch_id)))

        def finished() -> bool:
            waiting, done = batch_progress(batch_id)
            draw("delivered", done)
            return not waiting

        return wait_until(finished, seconds=PATIENCE_SECONDS, moved=lambda: batch_progress(batch_id))

    def _tell(self, outcome: BatchOutcome, *, json: bool) -> None:
        base_url = link_base_url()
        states = states_of(outcome.batch_id) if outcome.batch_id else {}
        for row in outcome.rows:
            if json:
                self.stdout.write(json_lines.dumps(_json_row(row, states, base_url), ensure_ascii=False))
            elif row.state == "refused":
                for fault in row.faults:
                    self.stdout.write(fault.in_row(row.row).line())
            elif row.id:
                self.stdout.write(f"Row {row.row}: {base_url}/c/{row.id}")
        if not json:
            self.stdout.write(", ".join(f"{count:,} {state}" for state, count in sorted(outcome.counts.items())) + ".")

    def _tell_refused_file(self, broken: RuleBrokenError, *, json: bool) -> None:
        refused = RowOutcome(row=0, state="refused", faults=broken.refusals)
        if json:
            self.stdout.write(json_lines.dumps(refused.as_json(), ensure_ascii=False))
            return
        for fault in refused.faults:
            where = f"Column {fault.place}: " if fault.place else ""
            self.stdout.write(f"{where}{fault.sentence()} ({fault.code})")

    def _write_failed(self, table: AwardTable, refused: Iterable[RowOutcome], path: Path) -> None:
        cells = {row.number: row.cells for row in table.rows}
        rows = [FailedRow(r.row, cells[r.row], r.faults) for r in refused]
        path.write_bytes(write_failed_rows(table.columns, rows))
        self.stderr.write(f"{len(rows):,} rows were not awarded; they stand in {path}.")


def _mapped(pair: str) -> tuple[str, str]:
    """Return a heading and its column; a heading may hold the sign, a column does not."""
    heading, sign, column = pair.rpartition("=")
    if not sign:
        raise ArgumentTypeError(f"“{pair}”: write HEADING=COLUMN, or HEADING= to leave it out.")
    return heading.strip(), column.strip()


def _content(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def _json_row(row: RowOutcome, states: dict[uuid.UUID, str], base_url: str) -> dict[str, object]:
    """Return a row as CONTRACT names it; a row awarded now shows how far its award is."""
    state = states.get(row.id, row.state) if row.state == "accepted" and row.id else row.state
    facts: dict[str, object] = {"row": row.row, "state": state, "id": row.id and str(row.id)}
    facts["url"] = f"{base_url}/c/{row.id}" if row.id else None
    return row.as_json() | facts
