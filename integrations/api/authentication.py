"""Who calls: an API key or an OAuth 2 client, by the Authorization header alone. Sessions do not count here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from integrations.errors import InvalidKeyError, KeyInAddressError, MakerLeftError
from integrations.selectors import KEY_PREFIX, actor_for_secret, has_no_maker
from registry.actors import ANONYMOUS, Actor
from registry.services import note_use

SECRET_PARAMETERS = frozenset({"access_token", "api_key", "apikey", "key", "token"})
LONGEST_SECRET = 4096


class MachineAuthentication(BaseAuthentication):
    """`Authorization: Bearer tm_…` or an access token (RFC 6750 §2.1); the actor becomes `request.auth`."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Actor] | None:
        """Return the calling machine, or None for a visitor.

        Raises:
            KeyInAddressError: a secret in the query string, whatever else is sent (RFC 6750 §2.3).
            InvalidKeyError: another scheme, or a secret that is unknown, revoked or expired.
            MakerLeftError: who made it holds no role any more.
        """
        refuse_secrets_in_address(request)
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _space, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST_SECRET:
            raise InvalidKeyError
        actor = actor_for_secret(secret.strip())
        if actor is None:
            raise refusal_of(secret.strip())
        note_use(actor)
        return AnonymousUser(), actor

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Bearer realm="api"'


def refusal_of(secret: str) -> InvalidKeyError:
    """Return why a secret opens nothing."""
    return MakerLeftError() if has_no_maker(secret) else InvalidKeyError()


def refuse_secrets_in_address(request: Request) -> None:
    """Refuse parameters that are made for secrets, and anything that looks like one of our keys."""
    for name, values in request.query_params.lists():
        if name.lower() in SECRET_PARAMETERS or any(value.startswith(KEY_PREFIX) for value in values):
            raise KeyInAddressError


def actor_of(request: Request) -> Actor:
    """Return who calls; a visitor without a key is anonymous."""
    return request.auth if isinstance(request.auth, Actor) else ANONYMOUS
