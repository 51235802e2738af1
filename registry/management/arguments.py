"""Organisations, places in their trees, names and days as commands name them."""

from __future__ import annotations

import datetime as dt
import re
from argparse import ArgumentTypeError
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_noop

from registry.dates import end_of_day as day_over
from registry.dates import read_day
from registry.errors import NotFoundError
from registry.models import Node, Organisation

MOST_TOLD = 20
_NAME_IN = re.compile(r"--name-([A-Za-z0-9-]+)(?:=(.*))?", re.DOTALL)


class NamingParser(CommandParser):
    """Reads `--name-de TEXT` for whatever language."""

    def parse_args(self, args: Iterable[str] | None = None, namespace: Any = None) -> Any:
        """Read the names of every language as pairs, then all the rest."""
        return super().parse_args(_paired(args or ()), namespace)


def _paired(args: Iterable[str]) -> list[str]:
    """Write `--name-de TEXT` and `--name-de=TEXT` as `--name-in de TEXT`."""
    read: list[str] = []
    for argument in args:
        found = _NAME_IN.fullmatch(str(argument))
        if found is None or found[0] == "--name-in":
            read.append(argument)
        else:
            read += ["--name-in", found[1], *([found[2]] if found[2] is not None else [])]
    return read


def add_names(parser: CommandParser, *, meaning: str) -> None:
    """Take a name in English and in any other language, `--name NAME --name-de NAME`."""
    parser.add_argument("--name", required=True, help=meaning)
    parser.add_argument(
        "--name-in", nargs=2, action="append", default=[], metavar=("LANG", "NAME"), help="also as --name-LANG NAME"
    )


def names_of(options: dict[str, Any]) -> dict[str, str]:
    """Return the language map of the names given."""
    return {"en": options["name"]} | dict(options["name_in"])


def organisation_named(slug: str) -> Organisation:
    """Return an organisation by its slug.

    Raises:
        NotFoundError: there is none; the sentence tells some of those there are.
    """
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True)[:MOST_TOLD])
        message = gettext_noop("There is no organisation “{named}”. Known: {known}.")
        raise NotFoundError("organisation-unknown", message, named=slug, known=known or "–")
    return found


def node_named(organisation: Organisation, path: str | None) -> Node:
    """Return a place in an organisation's tree by its path or id, the root where none is given.

    Raises:
        NotFoundError: the organisation has no such place.
    """
    if path is None:
        return organisation.nodes.get(parent=None)
    wanted = path.strip().replace("-", "").rstrip("/") + "/"
    found = organisation.nodes.filter(path__endswith=wanted).first() if len(wanted) > len("/") else None
    if found is None:
        message = gettext_noop("{organisation} has no place {named}. `organisations list --json` shows them.")
        raise NotFoundError("node-unknown", message, organisation=organisation.slug, named=path)
    return found


def day(text: str) -> dt.date:
    """Read a day of the command line."""
    try:
        return read_day(text)
    except ValueError as error:
        raise ArgumentTypeError("write a day as year-month-day, for example 2027-09-30") from error


def end_of_day(last: dt.date | None, organisation: Organisation) -> dt.datetime | None:
    """Return when a day is over where the organisation is."""
    if last is None:
        return None
    return day_over(last, organisation.timezone)
