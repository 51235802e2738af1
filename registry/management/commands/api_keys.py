"""`manage.py api_keys`: keys for machines, until the console makes them."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.management.acting import refused
from registry.management.arguments import organisation_named
from registry.models import ApiKey
from registry.permissions import Scope
from registry.services import create_api_key, revoke_api_key


class Command(BaseCommand):
    """Make, list and revoke API keys."""

    help = (
        "Keys for machines (Authorization: Bearer tm_…). `create ORGANISATION NAME` shows the secret once; only its hash "
        "is kept. Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a key for an organisation")
        create.add_argument("organisation", help="slug")
        create.add_argument("name", help="what the key is for, for example the LMS's name")
        create.add_argument("--scope", action="append", choices=[str(s) for s in Scope], help="default: all scopes")
        shown = actions.add_parser("list", help="show an organisation's keys, without secrets")
        shown.add_argument("organisation", help="slug")
        revoke = actions.add_parser("revoke", help="stop a key at once")
        revoke.add_argument("prefix", help="the key's first characters, as shown by list")
        for action in (create, shown, revoke):
            action.add_argument("--json", action="store_true", help="write one JSON object")

    def handle(self, *, action: str, json: bool, **options: str) -> None:
        """Run one action and tell its result."""
        try:
            result = {"create": self._create, "list": self._list, "revoke": self._revoke}[action](options)
        except RegistryError as refusal:
            if json:
                self.stdout.write(json_format.dumps(refused(refusal)))
            raise CommandError(refusal.sentence()) from refusal
        self.stdout.write(json_format.dumps(result) if json else _as_text(result))

    def _create(self, options: dict[str, str]) -> dict[str, object]:
        node = organisation_named(options["organisation"]).nodes.get(parent=None)
        scopes = [Scope(text) for text in options["scope"] or list(Scope)]
        key, secret = create_api_key(node=node, name=options["name"], scopes=scopes, actor=SYSTEM)
        return {"key": secret, "prefix": key.prefix, "scopes": key.scopes}

    def _list(self, options: dict[str, str]) -> dict[str, object]:
        keys = ApiKey.objects.filter(organisation=organisation_named(options["organisation"])).order_by("created_at")
        return {key.prefix: {"name": key.name, "scopes": key.scopes, "revoked": bool(key.revoked_at)} for key in keys}

    def _revoke(self, options: dict[str, str]) -> dict[str, object]:
        key = ApiKey.objects.select_related("node", "organisation").filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandError("There is no key with this prefix. `api_keys list ORGANISATION` shows them.")
        revoke_api_key(key=key, actor=SYSTEM)
        return {"revoked": key.prefix}


def _as_text(result: dict[str, object]) -> str:
    return "\n".join(f"{name}: {_in_words(value)}" for name, value in result.items()) or "No keys yet."


def _in_words(value: object) -> str:
    """Write a value as a person would: a list with commas, a key's facts in one line."""
    if isinstance(value, dict):
        revoked = "revoked" if value["revoked"] else "in use"
        return f"{value['name']} ({revoked}; {_in_words(value['scopes'])})"
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
