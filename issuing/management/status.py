"""Commands that change the status of a credential: one act, one reason, one answer."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, Protocol

from issuing.errors import CredentialNotFoundError
from registry.actors import SYSTEM, Actor
from registry.management.acting import ActingCommand, Facts, add_json


class StatusAct(Protocol):
    """A service that changes a credential's status."""

    def __call__(self, *, credential_id: uuid.UUID, reason: str, actor: Actor) -> None:
        """Do it."""


class StatusCommand(ActingCommand):
    """Takes a credential and a reason; a status that the credential has already is refused, as by the API."""

    act: StatusAct
    state = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the credential and the reason that those who check will read."""
        parser.add_argument("id", help="the credential's id, or its address")
        parser.add_argument("--reason", required=True, help="1 to 500 characters, shown to those who check")
        add_json(parser)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Change the status, and say so."""
        credential_id = id_in(options["id"])
        self.act(credential_id=credential_id, reason=options["reason"], actor=SYSTEM)
        yield {"id": str(credential_id), "state": self.state}

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """Name the credential in a refusal too."""
        return {"id": options["id"]}

    def words(self, facts: Facts) -> str:
        """Return the new status as a sentence."""
        return f"{facts['id']} is {facts['state']}."


def id_in(text: str) -> uuid.UUID:
    """Return the id of a credential that is named by it or by its address.

    Raises:
        CredentialNotFoundError: it is neither.
    """
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise CredentialNotFoundError from error
