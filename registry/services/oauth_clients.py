"""Acts on OAuth 2 clients: made for a place of an organisation, with a secret that is shown once, and revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from allauth.idp.oidc.models import Client
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import AlreadyEndingError, DiffersError
from registry.models import Node, OAuthClient, Organisation, Role
from registry.permissions import Scope, require_role
from registry.services.bearer_secrets import check_machine


@transaction.atomic
def create_oauth_client(
    *, node: Node, name: str, scopes: Iterable[Scope], actor: Actor, expires_at: dt.datetime | None = None
) -> tuple[OAuthClient, str | None]:
    """Make a client for a machine and return it with its secret, which is shown this once; safe to repeat.

    A client of this name that stands already is returned without a secret.

    Raises:
        RoleRequiredError: `actor` is not an administrator at `node`.
        OrderRefusedError: no name, no scope, or an end that is over.
        DiffersError: the organisation has a client of this name for another place, other scopes or another end.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=node.organisation_id)
    require_role(actor, node, Role.ADMIN)
    wanted = sorted(set(scopes))
    check_machine(name, wanted, expires_at)
    standing = OAuthClient.objects.filter(organisation=organisation, name=name, revoked_at=None).first()
    if standing is not None:
        if (standing.node_id, scopes_of(standing), standing.expires_at) != (node.pk, wanted, expires_at):
            raise DiffersError(value=name, differing=_("place, scopes or end"))
        return standing, None
    return _made(node, name, wanted, actor, expires_at)


def _made(
    node: Node, name: str, scopes: list[Scope], actor: Actor, expires_at: dt.datetime | None
) -> tuple[OAuthClient, str]:
    secret = secrets.token_urlsafe(32)
    client = Client(name=name, type=Client.Type.CONFIDENTIAL)
    client.set_secret(secret)
    client.set_scopes(scopes)
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.save()
    bound = OAuthClient.objects.create(
        client_id=client.id,
        name=name,
        organisation=node.organisation,
        node=node,
        created_by_id=actor.user_id,
        expires_at=expires_at,
    )
    record_act(actor, "oauth_client.created", bound, organisation=node.organisation)
    return bound, secret


@transaction.atomic
def rotate_oauth_client(*, client: OAuthClient, actor: Actor, overlap: dt.timedelta) -> tuple[OAuthClient, str]:
    """Make a client in another one's place, which goes on working for a while; returns it with its secret.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the client's node.
        AlreadyEndingError: the older one was stopped, or ends by then anyway: it was replaced a moment ago.
    """
    held = OAuthClient.objects.select_for_update(of=("self",)).select_related("node__organisation").get(pk=client.pk)
    require_role(actor, held.node, Role.ADMIN)
    end = timezone.now() + overlap
    if held.revoked_at is not None or (held.expires_at is not None and held.expires_at <= end):
        raise AlreadyEndingError
    newer, secret = _made(held.node, held.name, [Scope(scope) for scope in scopes_of(held)], actor, held.expires_at)
    held.expires_at = end
    held.save(update_fields=["expires_at"])
    record_act(actor, "oauth_client.rotated", held, organisation=held.organisation, by=str(newer.pk))
    return newer, secret


@transaction.atomic
def revoke_oauth_client(*, client: OAuthClient, actor: Actor) -> bool:
    """Stop a client and its tokens at once; False where it was stopped before.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the client's node.
    """
    require_role(actor, client.node, Role.ADMIN)
    Client.objects.filter(pk=client.client_id).delete()
    stopped = OAuthClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=timezone.now())
    if stopped:
        record_act(actor, "oauth_client.revoked", client, organisation=client.organisation)
    return bool(stopped)


def scopes_of(client: OAuthClient) -> list[str]:
    """Return what a client may ask for; nothing where it was revoked."""
    return scopes_by_client([client]).get(client.client_id, [])


def scopes_by_client(clients: Iterable[OAuthClient]) -> dict[str, list[str]]:
    """Return {client id: what it may ask for} of those that were not revoked; one query."""
    rows = Client.objects.filter(pk__in=[one.client_id for one in clients])
    return {one.pk: sorted(one.get_scopes()) for one in rows}
