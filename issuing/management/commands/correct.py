"""`manage.py correct`: a credential with another name, address or fact takes the old one's place."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from issuing.formats import read_fact
from issuing.management.status import id_in
from issuing.models import Award, AwardState
from issuing.progress import wait_until
from issuing.services import Correction, correct_credential
from issuing.services.awarding import refusal_of
from registry.actors import SYSTEM
from registry.management.acting import ActingCommand, Facts, add_json
from registry.refusals import Faults, RuleBrokenError
from registry.selectors import link_base_url

PATIENCE_SECONDS = 120
EXIT_CODES = {AwardState.ACCEPTED: 2, AwardState.REFUSED: 1}
"""Of a correction that was waited for; whatever waits for a person or a day is as far as it comes."""


class Command(ActingCommand):
    """`manage.py correct ID [--name N] [--email A] [--set FIELD=VALUE]… --reason TEXT`."""

    help = (
        "Correct a credential: a new one takes its place, and the old one's page leads to it. What still waits to be "
        "signed is corrected under its id. FIELD is a column of a file of awards; an empty VALUE takes a fact away. "
        "Exit code: 0 done, 1 refused, 2 still waiting for the worker."
    )
    state = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the credential, what is to be different, and why."""
        parser.add_argument("id", help="the credential's id, or its address")
        parser.add_argument("--name", help="as it shall stand on the credential")
        parser.add_argument("--email", help="of the recipient; empty takes it away")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="for example result=87.5"
        )
        parser.add_argument("--reason", required=True, help="1 to 500 characters")
        parser.add_argument("--wait", action="store_true", help="until it is signed")
        add_json(parser)

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """Name the credential in a refusal too."""
        return {"id": options["id"]}

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Correct it, wait where that was asked for, and tell the id that stands now."""
        old = id_in(options["id"])
        award = correct_credential(
            credential_id=old, correction=_correction(options), reason=options["reason"], actor=SYSTEM
        )
        if options["wait"]:
            wait_until(lambda: _state(award.pk) != AwardState.ACCEPTED, seconds=PATIENCE_SECONDS)
        self.state = _state(award.pk)
        yield {
            "id": str(award.pk),
            "state": self.state,
            "replaces": None if award.pk == old else str(old),
            "url": f"{link_base_url()}/c/{award.pk}",
        }

    def handle(self, *, json: bool, **options: Any) -> None:
        """Act, and end as far as it came."""
        super().handle(json=json, **options)
        if options["wait"] and self.state in EXIT_CODES:
            raise SystemExit(EXIT_CODES[AwardState(self.state)])

    def words(self, facts: Facts) -> str:
        """Say where the corrected one stands."""
        return f"Corrected: {facts['url']} ({facts['state']})"


def _correction(options: dict[str, Any]) -> Correction:
    """Read what is to be different; every fault of it is told."""
    stated: dict[str, Any] = {}
    faults = Faults()
    for pair in options["set"]:
        column, _equals, text = pair.partition("=")
        with faults:
            fact, value = read_fact(column.strip(), text)
            stated[fact] = value
    try:
        faults.tell()
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    return Correction(name=options["name"], email=options["email"], stated=stated)


def _state(award_id: uuid.UUID) -> str:
    return Award.objects.values_list("state", flat=True).get(pk=award_id)
