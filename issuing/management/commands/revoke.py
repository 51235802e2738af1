"""Revoking from the shell."""

from __future__ import annotations

import json as json_lines
import uuid
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from issuing.services import revoke_credential
from registry.actors import SYSTEM
from registry.errors import RegistryError


class Command(BaseCommand):
    """`manage.py revoke ID --reason TEXT`."""

    help = (
        "Revoke a credential for good. Its page says so at once, its status list within ten seconds. "
        "Exit code: 0 revoked, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the credential and the reason that those who check will read."""
        parser.add_argument("id", help="the credential's id, or its address")
        parser.add_argument("--reason", required=True, help="1 to 500 characters, shown to those who check")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *, id: str, reason: str, json: bool, **_options: object) -> None:
        """Revoke, and say so."""
        credential_id = _id_in(id)
        try:
            revoke_credential(credential_id=credential_id, reason=reason, actor=SYSTEM)
        except RegistryError as refusal:
            if json:
                self.stdout.write(
                    json_lines.dumps({"id": str(credential_id), "state": "refused", "code": refusal.code})
                )
            raise CommandError(refusal.sentence()) from refusal
        self.stdout.write(
            json_lines.dumps({"id": str(credential_id), "state": "revoked"})
            if json
            else f"{credential_id} is revoked."
        )


def _id_in(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise CommandError(f"{text} is neither an id nor an address of a credential.") from error
