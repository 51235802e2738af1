"""Keys from the shell: listed here, made and replaced by the worker."""

from __future__ import annotations

import datetime as dt
import json as json_lines
from argparse import ArgumentParser
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError

from issuing.models import SigningKey
from issuing.progress import wait_until
from issuing.selectors import keys_of, method_of
from issuing.services import mark_key_compromised, request_key_rotation, resume_signing
from registry.actors import SYSTEM
from registry.dates import meant_day
from registry.errors import RegistryError
from registry.models import Issuer

PATIENCE_SECONDS = 60
PLATFORM = "platform"


class Command(BaseCommand):
    """`manage.py keys list|rotate|compromised|resume ISSUER`."""

    help = (
        "Show an issuer's keys, replace the current one, declare it compromised, or let an issuer sign again after a "
        "failed self-check. The worker makes keys; --wait waits for it. ISSUER is a slug, or `platform`. "
        "Exit code: 0 done, 1 refused, 2 the worker has not answered yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the act and the issuer."""
        parser.add_argument("act", choices=("list", "rotate", "compromised", "resume"))
        parser.add_argument("issuer", help="slug of the issuer, or platform")
        parser.add_argument("--at", type=_moment, help="compromised: since when, ISO 8601; default now")
        parser.add_argument("--key", help="compromised: public key (multibase) where it is not the current one")
        parser.add_argument("--wait", action="store_true", help="until the worker has made the new key")
        parser.add_argument("--json", action="store_true", help="one JSON line per key")

    def handle(self, *, act: str, issuer: str, json: bool, wait: bool, **options: object) -> None:
        """Do it, then show the keys."""
        found = _issuer_named(issuer)
        newest = keys_of(found).first()
        acts: dict[str, Callable[[], object]] = {
            "list": lambda: None,
            "rotate": lambda: request_key_rotation(issuer=found, actor=SYSTEM),
            "compromised": lambda: _mark(found, options),
            "resume": lambda: resume_signing(issuer=found, actor=SYSTEM) if found else None,
        }
        try:
            acts[act]()
        except RegistryError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        waits = wait and act in {"rotate", "compromised"}
        answered = not waits or wait_until(lambda: keys_of(found).first() != newest, seconds=PATIENCE_SECONDS)
        for key in keys_of(found):
            self.stdout.write(json_lines.dumps(_facts(key)) if json else _line(key))
        if not answered:
            raise SystemExit(2)


def _issuer_named(slug: str) -> Issuer | None:
    if slug == PLATFORM:
        return None
    found = Issuer.objects.select_related("node", "organisation").filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no issuer “{slug}”.")
    return found


def _mark(issuer: Issuer | None, options: dict[str, object]) -> None:
    at, public = options["at"], options["key"]
    key = keys_of(issuer).filter(public_multibase=public).first() if public else None
    if public and key is None:
        raise CommandError("This issuer has no such key.")
    mark_key_compromised(issuer=issuer, actor=SYSTEM, at=at if isinstance(at, dt.datetime) else None, key=key)


def _moment(text: str) -> dt.datetime:
    moment = meant_day(dt.datetime.fromisoformat(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _facts(key: SigningKey) -> dict[str, object]:
    return {
        "method": method_of(key),
        "kind": key.kind,
        "state": _state(key),
        "valid_from": key.valid_from.isoformat(),
        "retired_at": key.retired_at and key.retired_at.isoformat(),
        "compromised_at": key.compromised_at and key.compromised_at.isoformat(),
    }


def _state(key: SigningKey) -> str:
    if key.compromised_at:
        return "compromised"
    return "retired" if key.retired_at else "current"


def _line(key: SigningKey) -> str:
    return f"{_state(key):<11} since {key.valid_from:%Y-%m-%d %H:%M} UTC  {method_of(key)}"
