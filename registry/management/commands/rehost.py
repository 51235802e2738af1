"""Moving to another address."""

from __future__ import annotations

import json as json_lines
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.actors import SYSTEM
from registry.errors import HostRefusedError
from registry.hosts import base_url_from
from registry.models import HostAlias, Issuer
from registry.selectors import canonical_base_url
from registry.services import register_host


class Command(BaseCommand):
    """`manage.py rehost NEW_URL`."""

    help = (
        "Make another address the main one: new credentials and new issuers are built under it. The old one stays an "
        "alias: DIDs and ids under it never change, and are found and verified here. Doing it again changes nothing. "
        "Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the new address."""
        parser.add_argument("new_url", metavar="NEW_URL", help="https://host[:port]; never an IP address")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *, new_url: str, json: bool, **_options: object) -> None:
        """Move, and say what stays, what changes and what is left to do."""
        try:
            base_url = base_url_from(new_url, https_only=settings.TESTAMUR_MODE == "production")
        except HostRefusedError as refusal:
            if json:
                facts = {"state": "refused", "code": refusal.code, "remedy": refusal.sentence()}
                self.stdout.write(json_lines.dumps(facts, ensure_ascii=False))
            raise CommandError(refusal.sentence()) from refusal
        before = canonical_base_url()
        register_host(base_url=base_url, actor=SYSTEM, make_canonical=True)
        facts = _facts(base_url, before)
        self.stdout.write(json_lines.dumps(facts) if json else "\n".join(_sentences(facts)))


def _facts(base_url: str, before: str) -> dict[str, Any]:
    aliases = HostAlias.objects.filter(canonical=False).order_by("pk").values_list("base_url", flat=True)
    return {
        "state": "unchanged" if base_url == before else "moved",
        "canonical": base_url,
        "before": before,
        "aliases": list(aliases),
        "issuers_that_keep_their_did": Issuer.objects.count(),
        "public_url": settings.PUBLIC_URL,
    }


def _sentences(facts: dict[str, Any]) -> list[str]:
    if facts["state"] == "unchanged":
        return [f"{facts['canonical']} is the main address already; nothing was changed.", *_left_to_do(facts)]
    return [
        f"{facts['canonical']} is the main address now; {facts['before']} stays an alias.",
        f"What stays: the DIDs of this installation and of its {facts['issuers_that_keep_their_did']} issuers, and "
        "every id built so far. They are found and verified here as before.",
        "What changes: ids of new credentials, their status lists and the DIDs of new issuers carry the new address.",
        *_left_to_do(facts),
    ]


def _left_to_do(facts: dict[str, Any]) -> list[str]:
    steps = []
    if facts["public_url"] != facts["canonical"]:
        steps.append(f"Set PUBLIC_URL={facts['canonical']} and restart: links, codes and mails follow PUBLIC_URL.")
    if facts["aliases"]:
        hosts = ",".join(str(urlsplit(alias).hostname) for alias in facts["aliases"])
        steps.append(
            f"Let the old host lead here for good (DNS and certificate; ALLOWED_HOSTS={hosts}): verifiers elsewhere "
            "read DIDs, status lists and credentials there. A permanent redirect serves people, not every verifier."
        )
    return [f"To do: {step}" for step in steps]
