"""Who acts: a user, an API key, an OAuth client, the system itself, or whoever bears the claim link of an award."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.http import HttpRequest

    from registry.models import ApiKey, OAuthClient, User

ActorKind = Literal["user", "api_key", "oauth_client", "system", "holder", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an act. Machines carry the organisation, node path and scopes that they are bound to.

    `used_at` is when a machine was last noted to act, to the hour. `read` keeps the roles of somebody who only reads
    a page, so that it asks for them once; who acts is asked anew each time.
    """

    kind: ActorKind
    id: str = ""
    user_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    node_path: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    used_at: dt.datetime | None = field(default=None, compare=False)
    read: dict[str, list[tuple[str, str]]] | None = field(default=None, compare=False, repr=False)


SYSTEM = Actor(kind="system", id="shell")
ANONYMOUS = Actor(kind="anonymous")


def user_in(request: HttpRequest) -> User:
    """Return who is signed in, for pages that let nobody else in.

    Raises:
        PermissionDenied: nobody is.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def actor_for_user(user: User, *, reads_only: bool = False) -> Actor:
    """Return the actor of a signed-in user; `reads_only` for one page that is looked at and changes nothing."""
    return Actor(kind="user", id=str(user.id), user_id=user.id, read={} if reads_only else None)


def actor_for_machine(credential: ApiKey | OAuthClient, *, kind: ActorKind, scopes: frozenset[str]) -> Actor:
    """Return the actor of an API key or OAuth client; its node must be loaded."""
    return Actor(
        kind=kind,
        id=str(credential.pk),
        organisation_id=credential.organisation_id,
        node_path=credential.node.path,
        scopes=scopes,
        used_at=credential.last_used_at,
    )
