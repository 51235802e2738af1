"""What tests of the machine interfaces need: an organisation with something to award, and keys to call with."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind, DuplicatePolicy
from catalogue.services import AchievementOrder, create_achievement, publish_achievement
from registry.actors import SYSTEM
from registry.models import ApiKey, Issuer, Node, Organisation
from registry.permissions import Scope
from registry.services import create_api_key
from tests.registry.builders import build_issuer, root_of

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Tenant:
    """An organisation with an issuer, a published achievement and a draft."""

    organisation: Organisation
    issuer: Issuer
    published: Achievement
    draft: Achievement

    @property
    def root(self) -> Node:
        """Return the root of its tree."""
        return root_of(self.organisation)

    @property
    def name(self) -> str:
        """Return the published achievement as requests name it."""
        return f"{self.issuer.slug}/{self.published.slug}"


def build_achievement(issuer: Issuer, *, publish: bool = True, **fields: Any) -> Achievement:
    """Create an entry of the catalogue through the services."""
    suspendable = fields.pop("suspendable", False)
    order = AchievementOrder(
        issuer=issuer,
        slug=fields.pop("slug", f"entry-{next(_numbers)}"),
        kind=fields.pop("kind", AchievementKind.DOCUMENT),
        duplicates=fields.pop("duplicates", DuplicatePolicy.DENY),
        content=AchievementContent(
            texts={"name": {"en": "Basics"}, "description": {"en": "What it is."}, "criteria": {"en": "Attend."}},
            suspendable=suspendable,
        ),
    )
    achievement = create_achievement(order=order, actor=SYSTEM).achievement
    if publish:
        publish_achievement(achievement=achievement, actor=SYSTEM)
        achievement.refresh_from_db()
    return achievement


def build_tenant(**fields: Any) -> Tenant:
    """Create an organisation that can award."""
    issuer = build_issuer()
    published = build_achievement(issuer, **fields)
    return Tenant(issuer.organisation, issuer, published, build_achievement(issuer, publish=False))


def build_key(node: Node, *scopes: Scope) -> tuple[ApiKey, str]:
    """Create an API key with all scopes unless some are named; return it with its secret."""
    return create_api_key(node=node, name="test", scopes=scopes or tuple(Scope), actor=SYSTEM)


class Machine:
    """A caller of the API: JSON in, answer out."""

    def __init__(self, secret: str | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, address: str, **query: Any) -> Any:
        """GET an address."""
        return self.client.get(address, query, headers=self.headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        """POST a body: bytes as they are, anything else as JSON."""
        return self.send("POST", address, body, **headers)

    def patch(self, address: str, body: Any) -> Any:
        """PATCH with a body."""
        return self.send("PATCH", address, body)

    def send(self, method: str, address: str, body: Any, **headers: str) -> Any:
        """Send a body with a method."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, address, data, content_type="application/json", headers={**self.headers, **named}
        )


def build_machine(tenant: Tenant, *scopes: Scope) -> Machine:
    """Return a caller with a key of the tenant."""
    return Machine(build_key(tenant.root, *scopes)[1])


def an_award(tenant: Tenant, **fields: Any) -> dict[str, Any]:
    """Return the body of an award request."""
    person = {"email": f"learner{next(_numbers)}@example.org", "name": "Ada Lovelace"}
    return {"achievement": tenant.name, "recipient": person} | fields
