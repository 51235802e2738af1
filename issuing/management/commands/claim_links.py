"""`manage.py claim_links`: the link in a learner's mail is withdrawn, or sent anew."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from issuing.management.status import id_in
from issuing.services import send_claim_link, withdraw_claim_link
from registry.actors import SYSTEM
from registry.management.acting import ActingCommand, Facts, add_json


class Command(ActingCommand):
    """`manage.py claim_links withdraw|send ID`."""

    help = (
        "Withdraw the links that an award's mails carried so far, or send its person a mail with the link that opens "
        "now (once a day at most). Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the act and the award."""
        parser.add_argument("act", choices=["withdraw", "send"])
        parser.add_argument("id", help="the award's id, or its credential's address")
        add_json(parser)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Withdraw or send, and say so."""
        award_id = id_in(options["id"])
        if options["act"] == "withdraw":
            withdraw_claim_link(award_id=award_id, actor=SYSTEM)
            yield {"id": str(award_id), "state": "withdrawn"}
        else:
            queued = send_claim_link(award_id=award_id, actor=SYSTEM)
            yield {"id": str(award_id), "state": "queued" if queued else "unchanged"}

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """Name the award in a refusal too."""
        return {"id": options["id"]}

    def words(self, facts: Facts) -> str:
        """Return what was done as a sentence."""
        sentences = {
            "withdrawn": "The links of {id} open nothing any more; `claim_links send {id}` sends another.",
            "queued": "A mail with the link of {id} is on its way.",
            "unchanged": "Today's mail with the link of {id} was sent already.",
        }
        return sentences[str(facts["state"])].format(**facts)
