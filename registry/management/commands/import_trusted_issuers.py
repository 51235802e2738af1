"""Entering a published list of trusted issuers into the register."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from registry.actors import SYSTEM
from registry.management.acting import add_encoding
from registry.services import TrustOrder, trust_issuer
from registry.trust_lists import TrustLine, TrustList, read_trust_list


class Command(BaseCommand):
    """`manage.py import_trusted_issuers FILE`."""

    help = (
        "Enter a list of trusted issuers (JSON, CSV or XLSX: did, name, vouched_by, since, source[, host, for_what, until]). "
        "The whole list is checked first. The same list twice changes nothing but the date of renewal in the audit "
        "trail. Exit code: 0 entered, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the list, and how to report."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")
        add_encoding(parser)

    def handle(self, *, file: Path, json: bool, encoding: str, **_options: object) -> None:
        """Enter every line or none."""
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        listed = read_trust_list(data, name=file.name, encoding=encoding)
        if not listed.refusals:
            with transaction.atomic():
                for line in listed.lines:
                    trust_issuer(order=_order(line), actor=SYSTEM)
        self._report(listed, as_json=json)
        if listed.refusals:
            raise SystemExit(1)

    def _report(self, listed: TrustList, *, as_json: bool) -> None:
        if as_json:
            refusals = [refusal.as_row_json() for refusal in listed.refusals]
            self.stdout.write(json.dumps({"entered": 0 if refusals else len(listed.lines), "refusals": refusals}))
            return
        for refusal in listed.refusals:
            self.stdout.write(refusal.line())
        done = "Nothing was entered." if listed.refusals else f"{len(listed.lines)} lines entered."
        self.stdout.write(done)


def _order(line: TrustLine) -> TrustOrder:
    return TrustOrder(
        did=line.did,
        name=line.name,
        vouched_by=line.vouched_by,
        since=line.since,
        source=line.source,
        host=line.host,
        for_what=line.for_what,
        until=line.until,
    )
