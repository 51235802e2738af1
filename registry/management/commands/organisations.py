"""`manage.py organisations`: tenants of this installation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser

from registry.actors import SYSTEM
from registry.errors import DiffersError
from registry.language_maps import text_in
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import NamingParser, add_names, names_of, organisation_named
from registry.models import Organisation, OrganisationKind, SigningPolicy, Visibility
from registry.services import (
    OrganisationOrder,
    close_organisation,
    create_organisation,
    reopen_organisation,
    stop_organisation,
)
from registry.services.official_numbers import Whereabouts, numbers_from, state_whereabouts


class Command(ActingCommand):
    """Make, list, stop, reopen and close organisations."""

    help = (
        "Organisations: each owns its issuers, entries, people and awards, and sees nobody else's. `create` a second "
        "time changes nothing but country and official numbers. `stop` lets nothing new be awarded until `reopen`, `close` "
        "does for good; what was awarded before stays checkable. Exit code: 0 done, 1 refused."
    )

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Read names in any language."""
        parser = super().create_parser(prog_name, subcommand, **options)
        parser.__class__ = NamingParser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make an organisation")
        create.add_argument("slug", help="small letters, digits and hyphens; it never changes")
        add_names(create, meaning="as people know it")
        create.add_argument("--kind", required=True, choices=OrganisationKind.values)
        create.add_argument("--country", required=True, metavar="CC", help="ISO 3166-1, two letters")
        create.add_argument("--region", default="", help="of the country, as it is officially called")
        create.add_argument("--timezone", default="UTC", metavar="TZ", help="its days; default UTC")
        create.add_argument("--identifier", action="append", default=[], metavar="TYPE=VALUE", help="official number")
        create.add_argument("--visibility", choices=Visibility.values, default="private", help="of its credentials")
        create.add_argument("--signing-policy", choices=SigningPolicy.values, default="at_award")
        shown = actions.add_parser("list", help="show all organisations")
        stop = actions.add_parser("stop", help="let nothing new be awarded, nor signed, until it is reopened")
        reopen = actions.add_parser("reopen", help="let a stopped one award again")
        close = actions.add_parser("close", help="close for good")
        for one in (stop, reopen, close):
            one.add_argument("slug")
        close.add_argument("--successor", default="", metavar="NAME", help="who has taken over from it")
        close.add_argument("--successor-url", default="", metavar="URL")
        add_json(create, shown, stop, reopen, close)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Run one action."""
        if options["action"] == "list":
            return _list()
        return _create(options) if options["action"] == "create" else _moved(options)

    def words(self, facts: Facts) -> str:
        """Return an organisation as a line."""
        state = f" ({facts['state']})" if "state" in facts else ""
        return f"{facts['slug']}{state}: {text_in(facts['name'], 'en')}, {facts['kind']}, {facts['country'] or '–'}"


def _create(options: dict[str, Any]) -> Iterator[Facts]:
    order = OrganisationOrder(
        slug=options["slug"],
        name=names_of(options),
        kind=OrganisationKind(options["kind"]),
        timezone=options["timezone"],
        default_visibility=Visibility(options["visibility"]),
        signing_policy=SigningPolicy(options["signing_policy"]),
        whereabouts=Whereabouts(
            country=options["country"], region=options["region"], numbers=numbers_from(options["identifier"])
        ),
    )
    standing = Organisation.objects.filter(slug=order.slug).first()
    if standing is None:
        yield _facts(create_organisation(order=order, owner=None, actor=SYSTEM)) | {"state": "created"}
    else:
        yield _again(standing, order)


def _again(standing: Organisation, order: OrganisationOrder) -> Facts:
    """Return what a repeated `create` answers; country and numbers are stated anew where they are given.

    Raises:
        DiffersError: the organisation of this slug is another one.
    """
    same = ("name", "kind", "timezone", "default_visibility", "signing_policy")
    differing = [part for part in same if getattr(standing, part) != getattr(order, part)]
    if differing:
        raise DiffersError(value=order.slug, differing=", ".join(differing))
    before = _facts(standing)
    if order.whereabouts != Whereabouts():
        standing = state_whereabouts(organisation=standing, whereabouts=order.whereabouts, actor=SYSTEM)
    after = _facts(standing)
    return after | {"state": "unchanged" if after == before else "changed"}


def _moved(options: dict[str, Any]) -> Iterator[Facts]:
    organisation = organisation_named(options["slug"])
    if options["action"] == "close":
        successor = {"successor_name": options["successor"], "successor_url": options["successor_url"]}
        moved = close_organisation(organisation=organisation, actor=SYSTEM, **successor)
    else:
        act = stop_organisation if options["action"] == "stop" else reopen_organisation
        moved = act(organisation=organisation, actor=SYSTEM)
    yield _facts(moved) | {"state": moved.state}


def _list() -> Iterator[Facts]:
    for organisation in Organisation.objects.prefetch_related("identifiers", "nodes").order_by("slug"):
        nodes = {node.path: node.name for node in sorted(organisation.nodes.all(), key=lambda node: node.path)}
        yield _facts(organisation) | {"nodes": nodes, "state": organisation.state}


def _facts(organisation: Organisation) -> dict[str, Any]:
    return {
        "id": str(organisation.pk),
        "slug": organisation.slug,
        "name": organisation.name,
        "kind": organisation.kind,
        "country": organisation.country,
        "region": organisation.region,
        "identifiers": sorted([one.type, one.value] for one in organisation.identifiers.all()),
        "timezone": organisation.timezone,
        "visibility": organisation.default_visibility,
        "signing_policy": organisation.signing_policy,
    }
