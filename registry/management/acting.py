"""Commands that act for people: what they answer, as words or as JSON lines, and how they refuse."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.errors import RegistryError

Facts = Mapping[str, Any]


class ActingCommand(BaseCommand):
    """A command whose acts answer facts: `--json` writes an object a line, else `words` makes a line of each.

    A refusal is told on standard error with exit code 1, with `--json` as an object with `state` = `refused` too.
    """

    nothing = "There are none yet."

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Do what was asked and return its facts; raises RegistryError."""
        raise NotImplementedError

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what names the matter in a refusal."""
        del options
        return {}

    def words(self, facts: Facts) -> str:
        """Return facts as a line for people."""
        return "  ".join(f"{name}: {in_words(value)}" for name, value in facts.items() if value not in (None, "", []))

    def handle(self, *, json: bool, **options: Any) -> None:
        """Act, and tell the result."""
        try:
            rows = list(self.acts(options))
        except RegistryError as refusal:
            if json:
                self.stdout.write(json_format.dumps(self.about(options) | refused(refusal), ensure_ascii=False))
            raise CommandError(refusal.sentence()) from refusal
        for facts in rows:
            self.stdout.write(json_format.dumps(facts, ensure_ascii=False) if json else self.words(facts))
        if not rows and not json:
            self.stdout.write(self.nothing)


def refused(refusal: RegistryError) -> dict[str, Any]:
    """Return a refusal as `--json` tells it: state, stable code, what to do, and each fault where there are several."""
    told = {"state": "refused", "code": refusal.code, "remedy": refusal.sentence()}
    faults = refusal.refusals
    return told | ({"problems": [fault.as_json() for fault in faults]} if faults else {})


def add_json(*parsers: ArgumentParser) -> None:
    """Let each of the actions answer JSON."""
    for parser in parsers:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")


def add_encoding(parser: ArgumentParser) -> None:
    """Let a person say in which encoding a CSV is; the reader refuses what it does not know."""
    parser.add_argument(
        "--encoding", default="", metavar="NAME", help="of a CSV that is not UTF-8, such as windows-1250 or iso-8859-2"
    )


def in_words(value: Any) -> str:
    """Write a value as a person would: a list with commas, a map as name=value."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={in_words(item)}" for name, item in value.items())
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
