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
from registry.errors import DiffersError, OrderRefusedError
from registry.models import Node, OAuthClient, Organisation, Role
from registry.permissions import Scope, require_role
from registry.refusals import Faults, gettext_noop

LONGEST_NAME = 100


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
    _check(name, wanted, expires_at)
    standing = OAuthClient.objects.filter(organisation=organisation, name=name, revoked_at=None).first()
    if standing is not None:
        if (standing.node_id, scopes_of(standing), standing.expires_at) != (node.pk, wanted, expires_at):
            raise DiffersError(value=name, differing=_("place, scopes or end"))
        return standing, None
    secret = secrets.token_urlsafe(32)
    client = Client(name=name, type=Client.Type.CONFIDENTIAL)
    client.set_secret(secret)
    client.set_scopes(wanted)
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.save()
    bound = OAuthClient.objects.create(
        client_id=client.id, name=name, organisation=organisation, node=node, expires_at=expires_at
    )
    record_act(actor, "oauth_client.created", bound, organisation=organisation)
    return bound, secret


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
    found = Client.objects.filter(pk=client.client_id).first()
    return sorted(found.get_scopes()) if found else []


def _check(name: str, scopes: list[Scope], expires_at: dt.datetime | None) -> None:
    faults = Faults()
    if not name.strip() or len(name) > LONGEST_NAME:
        faults.add("name", "name", gettext_noop("Give the client a name of 1 to 100 characters."))
    if not scopes:
        faults.add("scopes", "missing", gettext_noop("Name at least one scope: a client without one can do nothing."))
    if expires_at is not None and expires_at <= timezone.now():
        faults.add("expires_at", "over", gettext_noop("Name an end that is still to come: this one is over already."))
    if faults.refusals:
        raise OrderRefusedError("client-refused", faults.refusals)
