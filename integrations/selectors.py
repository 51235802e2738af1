"""Reading for machines: who a key or token belongs to, and what it names."""

from __future__ import annotations

import uuid
from contextlib import suppress

from allauth.idp.oidc.models import Token
from django.db.models import Prefetch, Q, QuerySet

from catalogue.errors import NoSuchAchievementError
from catalogue.models import Achievement, Audience
from catalogue.selectors import PUBLIC_STATES, versions
from issuing.models import Award
from registry.actors import Actor, actor_for_machine
from registry.errors import NotFoundError
from registry.models import Issuer, OAuthClient, Role
from registry.permissions import Scope, nodes_of
from registry.selectors import live_api_key, live_oauth_client, maker_left, own_base_urls
from registry.services import secret_hash

KEY_PREFIX = "tm_"


def actor_for_secret(secret: str) -> Actor | None:
    """Return the machine that a bearer secret stands for: an API key, or an access token of our identity server."""
    return _actor_for_key(secret) if secret.startswith(KEY_PREFIX) else _actor_for_token(secret)


def has_no_maker(secret: str) -> bool:
    """Tell whether a secret would open something if somebody were left who answers for it."""
    if secret.startswith(KEY_PREFIX):
        return maker_left(secret_sha256=secret_hash(secret))
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, secret)
    return token is not None and bool(token.client_id) and maker_left(client_id=token.client_id)


def _actor_for_key(secret: str) -> Actor | None:
    key = live_api_key(secret_hash(secret))
    return actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes)) if key else None


def _actor_for_token(value: str) -> Actor | None:
    """Only clients bound to an organisation may act, and only tokens of their own (no user's)."""
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    if token is None or token.user_id is not None or not _meant_for_us(token.get_resources()):
        return None
    client = live_oauth_client(token.client_id)
    if client is None:
        return None
    return actor_for_machine(client, kind="oauth_client", scopes=frozenset(token.get_scopes()))


def client_of_token(value: str) -> OAuthClient | None:
    """Return the client whose access token this is, unless it was revoked, has ended or is bound to nobody."""
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    return live_oauth_client(token.client_id) if token is not None and token.client_id else None


def _meant_for_us(resources: list[str]) -> bool:
    """Tell whether a token without resource indicators, or with ours among them, was presented (RFC 8707 §2)."""
    if not resources:
        return True
    addresses = [f"{base_url}/api/v1/" for base_url in own_base_urls()]
    return any(address.startswith(resource) for address in addresses for resource in resources)


def achievement_among(rows: QuerySet[Achievement], name: str) -> Achievement:
    """Return the entry called `issuer-slug/slug` or by its id among `rows`; whose rows they are, the caller decides.

    Raises:
        NoSuchAchievementError: not among them; another organisation's entry is told the same way.
    """
    issuer, slash, slug = name.partition("/")
    found = None
    if slash:
        found = rows.filter(issuer__slug=issuer, slug=slug).first()
    else:
        with suppress(ValueError):
            found = rows.filter(pk=uuid.UUID(name)).first()
    if found is None:
        raise NoSuchAchievementError(named=name)
    return found


def revocable_awards(actor: Actor) -> QuerySet[Award]:
    """Return the awards whose credentials `actor` may revoke."""
    nodes = nodes_of(actor, Role.AWARDER, scope=Scope.CREDENTIALS_REVOKE)
    return Award.objects.filter(version__achievement__issuer__node__in=nodes)


def listed_achievements(actor: Actor) -> QuerySet[Achievement]:
    """Return the entries that everybody may see, `actor`'s own with their drafts, and its organisation's internal ones."""
    shown = Q(state__in=PUBLIC_STATES, audience__in=_open_audiences())
    if Scope.CATALOGUE_READ in actor.scopes:
        shown |= Q(issuer__node__in=nodes_of(actor, scope=Scope.CATALOGUE_READ))
        shown |= Q(state__in=PUBLIC_STATES, organisation=actor.organisation_id)
    return (
        Achievement.objects.filter(shown)
        .select_related("issuer")
        .prefetch_related(Prefetch("versions", queryset=versions().order_by("-number")))
    )


def _open_audiences() -> list[str]:
    return [Audience.PUBLIC]


def issuer_named(slug: str, actor: Actor) -> Issuer:
    """Return an issuer for which `actor` may write entries.

    Raises:
        NotFoundError: code `issuer-unknown`; another organisation's issuer is told the same way.
    """
    nodes = nodes_of(actor, Role.EDITOR)
    issuer = Issuer.objects.select_related("organisation", "node").filter(node__in=nodes, slug=slug).first()
    if issuer is None:
        raise NotFoundError(code="issuer-unknown")
    return issuer
