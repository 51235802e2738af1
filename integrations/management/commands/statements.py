"""Signed statements from the shell: asked for here, signed by the worker."""

from __future__ import annotations

import hashlib
import json as json_text
import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from issuing.models import SignedDocument, StatementKind, StatementState
from issuing.progress import wait_until
from issuing.services import (
    EndorsementOrder,
    PresentationOrder,
    ReportOrder,
    request_endorsement,
    request_presentation,
    request_report,
    withdraw_statement,
)
from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.models import Issuer
from registry.selectors import canonical_base_url
from verification.access import Access
from verification.resolve import verify_source

PATIENCE_SECONDS = 60
STANDARD_INPUT = "-"


class Command(BaseCommand):
    """`manage.py statements endorse|report|present|withdraw|show …`."""

    help = (
        "Ask for a signed statement: endorse ISSUER ADDRESS, report FILE (what our own checks find about a file, or - for "
        "standard input), present CREDENTIAL … (for one recipient who asked). withdraw ID takes an endorsement or a "
        "release back for good; show ID writes where it stands. The worker signs; --wait waits for it. "
        "Exit code: 0 done, 1 refused, 2 the worker has not answered yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the act and what it is about."""
        parser.add_argument("act", choices=("endorse", "report", "present", "withdraw", "show"))
        parser.add_argument("about", nargs="+", help="issuer and address · file · credentials · the statement's id")
        parser.add_argument("--comment", default="", help="endorse: in the issuer's words")
        parser.add_argument("--language", default="en", choices=("en", "de"), help="endorse: of the comment")
        parser.add_argument("--domain", default="", help="present: who asked, as an address")
        parser.add_argument("--challenge", default="", help="present: what they asked with")
        parser.add_argument("--minutes", type=int, default=60, help="present: for how long it counts")
        parser.add_argument("--reason", default="", help="withdraw: 1 to 500 characters, shown to those who check")
        parser.add_argument("--wait", action="store_true", help="until the worker has signed or refused it")
        parser.add_argument("--json", action="store_true", help="one JSON object, with the document once it is signed")

    def handle(self, *, act: str, about: list[str], json: bool, wait: bool, **options: Any) -> None:
        """Do it, then tell where the statement stands."""
        acts = {"endorse": _endorse, "report": _report, "present": _present, "withdraw": _withdraw, "show": _shown}
        try:
            number = acts[act](about, options)
        except RegistryError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        rows = SignedDocument.objects.filter(pk=number)
        waiting = rows.filter(state=StatementState.ASKED)
        if wait:
            wait_until(lambda: not waiting.exists(), seconds=PATIENCE_SECONDS)
        statement = rows.get()
        self.stdout.write(json_text.dumps(_facts(statement), ensure_ascii=False) if json else _line(statement))
        if statement.state == StatementState.REFUSED:
            raise SystemExit(1)
        if wait and statement.state == StatementState.ASKED:
            raise SystemExit(2)


def _endorse(about: list[str], options: dict[str, Any]) -> uuid.UUID:
    if len(about) != len(("issuer", "address")):
        raise CommandError("endorse takes the slug of an issuer and the address of what is endorsed.")
    issuer = Issuer.objects.select_related("node", "organisation").filter(slug=about[0]).first()
    if issuer is None:
        raise CommandError(f"There is no issuer “{about[0]}”.")
    order = EndorsementOrder(issuer=issuer, about=about[1], comment=options["comment"], language=options["language"])
    return request_endorsement(order=order, actor=SYSTEM)


def _report(about: list[str], _options: dict[str, Any]) -> uuid.UUID:
    """Check a file as the desk does, and ask for the report of that."""
    try:
        content = sys.stdin.buffer.read() if about == [STANDARD_INPUT] else Path(about[0]).read_bytes()
    except OSError as error:
        raise CommandError(f"“{about[0]}” cannot be read: {error.strerror}.") from error
    found = verify_source(content, at=timezone.now(), access=Access.OPERATOR)
    order = ReportOrder(
        document_sha256=hashlib.sha256(content).hexdigest(),
        checked_at=found.checked_at,
        verdict=str(found.verdict),
        findings=[(str(one.check), str(one.outcome), one.reason) for one in found.findings],
    )
    return request_report(order=order, actor=SYSTEM)


def _present(about: list[str], options: dict[str, Any]) -> uuid.UUID:
    order = PresentationOrder(
        credential_ids=[_number(text) for text in about],
        domain=options["domain"],
        challenge=options["challenge"],
        minutes=options["minutes"],
    )
    return request_presentation(order=order, actor=SYSTEM)


def _withdraw(about: list[str], options: dict[str, Any]) -> uuid.UUID:
    number = _number(about[0])
    withdraw_statement(document_id=number, reason=options["reason"], actor=SYSTEM)
    return number


def _shown(about: list[str], _options: dict[str, Any]) -> uuid.UUID:
    number = _number(about[0])
    if not SignedDocument.objects.filter(pk=number).exists():
        raise CommandError("There is no such statement.")
    return number


def _number(text: str) -> uuid.UUID:
    """Return the number at the end of an address, or the number itself."""
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise CommandError(f"“{text}” is no number.") from error


def _facts(statement: SignedDocument) -> dict[str, Any]:
    """Return what `--json` tells; a presentation has no address, so its document is the only way to it."""
    public = statement.state == StatementState.SIGNED and statement.kind != StatementKind.PRESENTATION
    return {
        "id": str(statement.pk),
        "kind": statement.kind,
        "state": statement.state,
        "refused_code": statement.refused_code,
        "withdrawn": statement.withdrawn_at is not None,
        "url": f"{canonical_base_url()}/statements/{statement.pk}" if public else "",
        "document": json_text.loads(statement.document) if statement.document else None,
    }


def _line(statement: SignedDocument) -> str:
    facts = _facts(statement)
    withdrawn = "withdrawn" if facts["withdrawn"] else ""
    return " ".join(
        filter(None, (facts["id"], facts["kind"], facts["state"], facts["refused_code"], withdrawn, facts["url"]))
    )
