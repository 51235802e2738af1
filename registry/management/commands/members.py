"""`manage.py members`: who may do what in an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from registry.actors import SYSTEM
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import day, end_of_day, node_named, organisation_named
from registry.models import Membership, Organisation, Role
from registry.services import add_member, ensure_account, remove_member


class Command(ActingCommand):
    """Give, take and list roles."""

    help = (
        "Roles in an organisation; they hold at a place of its tree and below. `add` makes an account where the address "
        "has none: it signs in by a code sent there. An organisation keeps an owner. Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="give a role")
        remove = actions.add_parser("remove", help="take a role, or all of them")
        shown = actions.add_parser("list", help="show who has which role")
        for action in (add, remove, shown):
            action.add_argument("organisation", help="slug")
        for action in (add, remove):
            action.add_argument("email", help="of the account")
            action.add_argument(
                "--node", metavar="PATH", help="place in the tree; default: add all of it, remove anywhere"
            )
        add.add_argument("role", choices=Role.values)
        add.add_argument("--until", type=day, metavar="DATE", help="the last day on which it holds")
        add.add_argument("--name", default="", help="of a new account")
        add.add_argument("--language", default="en", help="of a new account's pages and mails")
        remove.add_argument("role", nargs="?", choices=Role.values)
        add_json(add, remove, shown)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Run one action."""
        return {"add": _add, "remove": _remove, "list": _list}[options["action"]](options)

    def words(self, facts: Facts) -> str:
        """Return a role as a line."""
        until = f", until {facts['until']}" if facts["until"] else ""
        return f"{facts['email']}: {facts['role'] or 'no role'} ({facts['state']}{until})"


@transaction.atomic
def _add(options: dict[str, Any]) -> list[Facts]:
    organisation = organisation_named(options["organisation"])
    node = node_named(organisation, options["node"])
    until = end_of_day(options["until"], organisation)
    user = ensure_account(email=options["email"], name=options["name"], language=options["language"], actor=SYSTEM)
    standing = Membership.objects.filter(user=user, node=node, role=options["role"]).first()
    if standing is not None and standing.valid_until == until:
        return [_facts(standing, "unchanged")]
    given = add_member(user=user, node=node, role=Role(options["role"]), valid_until=until, actor=SYSTEM)
    return [_facts(given, "added" if standing is None else "changed")]


@transaction.atomic
def _remove(options: dict[str, Any]) -> list[Facts]:
    organisation = organisation_named(options["organisation"])
    held = _memberships(organisation).filter(user__email=options["email"].strip().lower())
    if options["role"]:
        held = held.filter(role=options["role"])
    if options["node"]:
        held = held.filter(node=node_named(organisation, options["node"]))
    told: list[Facts] = []
    for membership in held:
        told.append(_facts(membership, "removed"))
        remove_member(membership=membership, actor=SYSTEM)
    nothing = {"email": options["email"], "role": options["role"], "node": None, "until": None, "state": "unchanged"}
    return told or [nothing]


def _list(options: dict[str, Any]) -> Iterator[Facts]:
    now = timezone.now()
    for membership in _memberships(organisation_named(options["organisation"])):
        ended = membership.valid_until is not None and membership.valid_until <= now
        yield _facts(membership, "ended" if ended or not membership.user.is_active else "holds")


def _memberships(organisation: Organisation) -> Any:
    rows = Membership.objects.filter(node__organisation=organisation).select_related("user", "node")
    return rows.order_by("user__email", "role", "node__path")


def _facts(membership: Membership, state: str) -> dict[str, Any]:
    return {
        "email": membership.user.email,
        "name": membership.user.name,
        "role": str(membership.role),
        "node": membership.node.path,
        "until": membership.valid_until and membership.valid_until.isoformat(),
        "state": state,
    }
