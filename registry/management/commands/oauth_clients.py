"""`manage.py oauth_clients`: OAuth 2 clients for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext_noop

from registry.actors import SYSTEM
from registry.errors import NotFoundError
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import day, end_of_day, node_named, organisation_named
from registry.models import OAuthClient
from registry.permissions import Scope
from registry.services.oauth_clients import create_oauth_client, revoke_oauth_client, scopes_of


class Command(ActingCommand):
    """Make, list and revoke OAuth 2 clients."""

    help = (
        "Clients for machines that speak OAuth 2 client credentials (/identity/o/api/token). `create` shows the secret "
        "once; a second time it answers the client that there is, without a secret. Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a client for an organisation")
        create.add_argument("organisation", help="slug")
        create.add_argument("name", help="what the client is for, for example the campus system's name")
        create.add_argument("--scope", nargs="+", action="extend", required=True, choices=[str(s) for s in Scope])
        create.add_argument("--node", metavar="PATH", help="place in the organisation's tree; default: all of it")
        create.add_argument("--expires", type=day, metavar="DATE", help="the last day on which it works")
        shown = actions.add_parser("list", help="show clients, without secrets")
        shown.add_argument("organisation", nargs="?", help="slug; default: of all organisations")
        revoke = actions.add_parser("revoke", help="stop a client and its tokens at once")
        revoke.add_argument("client_id", help="as shown by list")
        add_json(create, shown, revoke)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Run one action."""
        return {"create": _create, "list": _list, "revoke": _revoke}[options["action"]](options)


def _create(options: dict[str, Any]) -> Iterator[Facts]:
    organisation = organisation_named(options["organisation"])
    client, secret = create_oauth_client(
        node=node_named(organisation, options["node"]),
        name=options["name"],
        scopes=[Scope(text) for text in options["scope"]],
        expires_at=end_of_day(options["expires"], organisation),
        actor=SYSTEM,
    )
    state = "created" if secret else "unchanged"
    yield {"state": state, "client_id": client.client_id, "client_secret": secret} | _facts(client)


def _list(options: dict[str, Any]) -> Iterator[Facts]:
    rows = OAuthClient.objects.select_related("organisation", "node").order_by("organisation__slug", "name", "pk")
    if options["organisation"]:
        rows = rows.filter(organisation=organisation_named(options["organisation"]))
    for client in rows:
        yield {"client_id": client.client_id} | _facts(client) | {"state": _state(client)}


def _revoke(options: dict[str, Any]) -> Iterator[Facts]:
    wanted = OAuthClient.objects.select_related("organisation", "node").filter(client_id=options["client_id"])
    client = wanted.first()
    if client is None:
        message = gettext_noop("There is no client {named}. `oauth_clients list` shows them.")
        raise NotFoundError("client-unknown", message, named=options["client_id"])
    stopped = revoke_oauth_client(client=client, actor=SYSTEM)
    yield {"state": "revoked" if stopped else "unchanged", "client_id": client.client_id}


def _facts(client: OAuthClient) -> dict[str, Any]:
    return {
        "organisation": client.organisation.slug,
        "name": client.name,
        "scopes": scopes_of(client),
        "node": client.node.path,
        "expires_at": client.expires_at and client.expires_at.isoformat(),
    }


def _state(client: OAuthClient) -> str:
    if client.revoked_at:
        return "revoked"
    return "ended" if client.expires_at and client.expires_at <= timezone.now() else "in use"
