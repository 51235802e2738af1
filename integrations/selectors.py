"""Reading for machines: who a key or token belongs to."""

from __future__ import annotations

from allauth.idp.oidc.models import Token

from registry.actors import Actor, actor_for_machine
from registry.models import OAuthClient
from registry.selectors import canonical_base_url, live_api_key
from registry.services import secret_hash

KEY_PREFIX = "tm_"


def actor_for_secret(secret: str) -> Actor | None:
    """Return the machine that a bearer secret stands for: an API key, or an access token of our identity server."""
    return _actor_for_key(secret) if secret.startswith(KEY_PREFIX) else _actor_for_token(secret)


def _actor_for_key(secret: str) -> Actor | None:
    key = live_api_key(secret_hash(secret))
    return actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes)) if key else None


def _actor_for_token(value: str) -> Actor | None:
    """Only clients bound to an organisation may act, and only tokens of their own (no user's)."""
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    if token is None or token.user_id is not None or not _meant_for_us(token.get_resources()):
        return None
    client = OAuthClient.objects.select_related("node").filter(client_id=token.client_id).first()
    if client is None:
        return None
    return actor_for_machine(client, kind="oauth_client", scopes=frozenset(token.get_scopes()))


def _meant_for_us(resources: list[str]) -> bool:
    """Tell whether a token without resource indicators, or with ours among them, was presented (RFC 8707 §2)."""
    address = f"{canonical_base_url()}/api/v1/" if resources else ""
    return not resources or any(address.startswith(resource) for resource in resources)
