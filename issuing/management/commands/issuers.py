"""`manage.py issuers`: the offices whose signature stands on credentials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from issuing.progress import wait_until
from issuing.selectors import keys_of
from registry.actors import SYSTEM
from registry.errors import DiffersError
from registry.language_maps import text_in
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import NamingParser, add_names, names_of, node_named, organisation_named
from registry.models import Issuer, Organisation
from registry.selectors import latest_profile
from registry.services import ProfileOrder, TrustOrder, create_issuer, trust_issuer

PATIENCE_SECONDS = 60
VOUCHED_BY = "This installation"


class Command(ActingCommand):
    """Make and list issuers."""

    help = (
        "Issuers of an organisation; slug and DID never change. The worker makes the key, --wait waits for it. `create` "
        "a second time changes nothing. Exit code: 0 done, 1 refused, 2 the worker has not answered yet."
    )

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Read names in any language."""
        parser = super().create_parser(prog_name, subcommand, **options)
        parser.__class__ = NamingParser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make an issuer")
        create.add_argument("organisation", help="slug")
        create.add_argument("slug", help="small letters, digits and hyphens; it stands in the DID")
        add_names(create, meaning="as it stands on credentials")
        create.add_argument("--url", default="", help="its pages elsewhere")
        create.add_argument("--email", default="", help="for questions; stands on credentials' pages")
        create.add_argument("--node", metavar="PATH", help="place in the organisation's tree; default: all of it")
        create.add_argument("--trusted", action="store_true", help="enter it in the register of trusted issuers")
        create.add_argument("--wait", action="store_true", help="until its key is made")
        shown = actions.add_parser("list", help="show issuers")
        shown.add_argument("organisation", nargs="?", help="slug; default: of all organisations")
        add_json(create, shown)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Run one action."""
        return _create(options) if options["action"] == "create" else _list(options)

    def handle(self, *, json: bool, **options: Any) -> None:
        """Act, and wait for the key where that was asked for."""
        super().handle(json=json, **options)
        if options.get("wait"):
            issuer = Issuer.objects.get(slug=options["slug"])
            if not wait_until(lambda: keys_of(issuer).exists(), seconds=PATIENCE_SECONDS):
                self.stderr.write("The worker has made no key yet: is it running?")
                raise SystemExit(2)

    def words(self, facts: Facts) -> str:
        """Return an issuer as a line."""
        return f"{facts['slug']} ({facts['state']}): {text_in(facts['name'], 'en')}, {facts['did']}"


def _create(options: dict[str, Any]) -> Iterator[Facts]:
    organisation = organisation_named(options["organisation"])
    node = node_named(organisation, options["node"])
    profile = ProfileOrder(name=names_of(options), url=options["url"], email=options["email"])
    issuer, state = Issuer.objects.filter(slug=options["slug"]).first(), "unchanged"
    if issuer is None:
        issuer, state = create_issuer(node=node, slug=options["slug"], profile=profile, actor=SYSTEM), "created"
    else:
        _refuse_others(issuer, organisation, profile)
    if options["trusted"]:
        _vouch(issuer, profile)
    yield _facts(issuer) | {"state": state}


def _refuse_others(issuer: Issuer, organisation: Organisation, profile: ProfileOrder) -> None:
    shown = latest_profile(issuer)
    differing = [part for part in ("name", "url", "email") if getattr(shown, part) != getattr(profile, part)]
    if issuer.organisation_id != organisation.pk:
        differing.insert(0, "organisation")
    if differing:
        raise DiffersError(value=issuer.slug, differing=", ".join(differing))


def _vouch(issuer: Issuer, profile: ProfileOrder) -> None:
    trust_issuer(
        order=TrustOrder(
            did=issuer.did,
            name=profile.name,
            vouched_by=VOUCHED_BY,
            since=timezone.localdate(issuer.created_at),
            source="its operator",
        ),
        actor=SYSTEM,
    )


def _list(options: dict[str, Any]) -> Iterator[Facts]:
    rows = Issuer.objects.select_related("organisation", "node").order_by("organisation__slug", "slug")
    if options["organisation"]:
        rows = rows.filter(organisation=organisation_named(options["organisation"]))
    for issuer in rows:
        yield _facts(issuer) | {"state": issuer.state}


def _facts(issuer: Issuer) -> dict[str, Any]:
    profile = latest_profile(issuer)
    return {
        "slug": issuer.slug,
        "organisation": issuer.organisation.slug,
        "did": issuer.did,
        "name": profile.name,
        "url": profile.url,
        "email": profile.email,
        "node": issuer.node.path,
    }
