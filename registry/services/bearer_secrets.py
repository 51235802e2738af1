"""Acts on access: one-time sign-in links and API keys. Only hashes of secrets are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import AlreadyEndingError, NotFoundError, OrderRefusedError
from registry.models import ApiKey, Node, OAuthClient, Role, SignInToken, User
from registry.permissions import Scope, require_role
from registry.refusals import Faults, gettext_noop

SIGN_IN_HOURS = 1
NOTED_EVERY = dt.timedelta(hours=1)
LONGEST_NAME = 100


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
def create_api_key(
    *,
    node: Node,
    name: str,
    scopes: Iterable[Scope],
    actor: Actor,
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for a machine and return it with its secret, which is shown this once.

    Raises:
        RoleRequiredError: `actor` is not an administrator at `node`.
        OrderRefusedError: no name, no scope, or an end that is over.
    """
    Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    require_role(actor, node, Role.ADMIN)
    wanted = sorted(set(scopes))
    check_machine(name, wanted, expires_at)
    secret = f"tm_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organisation=node.organisation,
        node=node,
        name=name,
        prefix=secret[:11],
        hash=secret_hash(secret),
        scopes=wanted,
        created_by_id=actor.user_id,
        expires_at=expires_at,
    )
    record_act(actor, "api_key.created", key, organisation=node.organisation)
    return key, secret


@transaction.atomic
def rotate_api_key(*, key: ApiKey, actor: Actor, overlap: dt.timedelta) -> tuple[ApiKey, str]:
    """Make a key in another one's place, which goes on working for a while; returns it with its secret.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the key's node.
        AlreadyEndingError: the older one was stopped, or ends by then anyway: it was replaced a moment ago.
    """
    held = ApiKey.objects.select_for_update(of=("self",)).select_related("node__organisation").get(pk=key.pk)
    require_role(actor, held.node, Role.ADMIN)
    end = timezone.now() + overlap
    if held.revoked_at is not None or (held.expires_at is not None and held.expires_at <= end):
        raise AlreadyEndingError
    scopes = [Scope(scope) for scope in held.scopes]
    newer, secret = create_api_key(
        node=held.node, name=held.name, scopes=scopes, actor=actor, expires_at=held.expires_at
    )
    held.expires_at = end
    held.save(update_fields=["expires_at"])
    record_act(actor, "api_key.rotated", held, organisation=held.organisation, by=str(newer.pk))
    return newer, secret


def note_use(machine: Actor) -> None:
    """Note when a key or client was last used, once an hour at most: the note is for people, and costs a write."""
    model = {"api_key": ApiKey, "oauth_client": OAuthClient}.get(machine.kind)
    if model is None:
        return
    now = timezone.now()
    if machine.used_at is not None and machine.used_at >= now - NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    model._default_manager.filter(stale, pk=machine.id).update(last_used_at=now)


def check_machine(name: str, scopes: Sequence[Scope], expires_at: dt.datetime | None) -> None:
    """Refuse what no machine's access can be made with.

    Raises:
        OrderRefusedError: code `client-refused`, with every fault.
    """
    faults = Faults()
    if not name.strip() or len(name) > LONGEST_NAME:
        faults.add("name", "name", gettext_noop("Give the client a name of 1 to 100 characters."))
    if not scopes:
        faults.add("scopes", "missing", gettext_noop("Name at least one scope: a client without one can do nothing."))
    if expires_at is not None and expires_at <= timezone.now():
        faults.add("expires_at", "over", gettext_noop("Name an end that is still to come: this one is over already."))
    if faults.refusals:
        raise OrderRefusedError("client-refused", faults.refusals)


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
