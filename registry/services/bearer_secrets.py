"""Acts on access: one-time sign-in links and API keys. Only hashes of secrets are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import NotFoundError
from registry.models import ApiKey, Node, Role, SignInToken, User
from registry.permissions import Scope, require_role

SIGN_IN_HOURS = 1


def secret_hash(secret: str) -> str:
    """Return the SHA-256 (hex) under which a random secret of 128 bits or more is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def one_time_sign_in_url(user: User) -> str:
    """Return an absolute address that signs `user` in once within the hour."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + dt.timedelta(hours=SIGN_IN_HOURS)
    SignInToken.objects.create(user=user, token_hash=secret_hash(token), expires_at=expires_at)
    return f"{settings.PUBLIC_URL}/account/sign-in/{token}"


def user_of_sign_in_token(token: str) -> User | None:
    """Return whom a one-time link would sign in; None when it is unknown, used or expired, or the account is closed."""
    row = _fresh(token).select_related("user").first()
    return row.user if row else None


def redeem_sign_in_token(token: str) -> User:
    """Use a one-time link up and return its user; of two parallel uses one wins.

    Raises:
        NotFoundError: unknown, used, expired, or the account is closed.
    """
    if not _fresh(token).update(used_at=timezone.now()):
        raise NotFoundError(code="sign-in-link-used")
    return SignInToken.objects.select_related("user").get(token_hash=secret_hash(token)).user


def _fresh(token: str) -> QuerySet[SignInToken]:
    return SignInToken.objects.filter(
        token_hash=secret_hash(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=True
    )


@transaction.atomic
def create_api_key(*, node: Node, name: str, scopes: Iterable[Scope], actor: Actor) -> tuple[ApiKey, str]:
    """Make a key for a machine and return it with its secret, which is shown this once.

    Raises:
        RoleRequiredError: `actor` is not an administrator at `node`.
    """
    require_role(actor, node, Role.ADMIN)
    secret = f"tm_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organisation=node.organisation,
        node=node,
        name=name,
        prefix=secret[:11],
        hash=secret_hash(secret),
        scopes=sorted(scopes),
        created_by_id=actor.user_id,
    )
    record_act(actor, "api_key.created", key, organisation=node.organisation)
    return key, secret


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: Actor) -> bool:
    """Stop a key at once; False where it was stopped before.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the key's node.
    """
    require_role(actor, key.node, Role.ADMIN)
    stopped = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if stopped:
        record_act(actor, "api_key.revoked", key, organisation=key.organisation)
    return bool(stopped)
