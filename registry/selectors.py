"""Reading the registry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from registry.actors import ANONYMOUS, Actor, actor_for_machine
from registry.hosts import DEFAULT_PORTS
from registry.models import (
    ApiKey,
    HostAlias,
    Invitation,
    Issuer,
    IssuerProfile,
    Membership,
    Node,
    OAuthClient,
    Organisation,
    OrganisationIdentifier,
    OrganisationIdentifierType,
    OutboxMessage,
    Role,
    TrustedIssuer,
    User,
)
from registry.organisation_numbers import NumberFormError, kept_number
from registry.permissions import live_memberships


def canonical_base_url() -> str:
    """Return the address under which new DIDs and ids are built: the registered one, else PUBLIC_URL."""
    host = HostAlias.objects.filter(canonical=True).values_list("base_url", flat=True).first()
    return host or settings.PUBLIC_URL


def first_base_url() -> str:
    """Return the address under which this installation was first known; its own DID keeps that one for good."""
    first = HostAlias.objects.order_by("pk").values_list("base_url", flat=True).first()
    return first or settings.PUBLIC_URL


def link_base_url() -> str:
    """Return the address that links, codes and mails use: where this installation answers now.

    It may differ from `canonical_base_url`, which ids keep: after a start on another port, say.
    """
    return str(settings.PUBLIC_URL)


def own_base_urls() -> list[str]:
    """Return every address under which this installation's ids may stand."""
    return list({settings.PUBLIC_URL, *HostAlias.objects.values_list("base_url", flat=True)})


def own_places() -> frozenset[str]:
    """Return the hosts that lead to this installation, and those with their port; `.example.org` means all below it."""
    parts = [urlsplit(base.lower()) for base in own_base_urls()]
    hosts = {part.hostname or "" for part in parts} | {host.lower() for host in settings.ALLOWED_HOSTS}
    ports = {f"{part.hostname}:{part.port or DEFAULT_PORTS.get(part.scheme)}" for part in parts}
    return frozenset(hosts | ports) - {"", "*"}


def latest_profile(issuer: Issuer) -> IssuerProfile:
    """Return the profile that new credentials carry."""
    return IssuerProfile.objects.filter(issuer=issuer).latest("version")


def profiles_of(issuers: Iterable[Issuer]) -> QuerySet[IssuerProfile]:
    """Return every profile of issuers, the newest of each last."""
    return IssuerProfile.objects.filter(issuer__in=issuers).order_by("issuer", "version")


def trust_in(did: str, *, on: dt.date) -> QuerySet[TrustedIssuer]:
    """Return who vouched for an issuer on a day, the longest-standing first."""
    return TrustedIssuer.objects.filter(Q(until=None) | Q(until__gte=on), did=did, since__lte=on).order_by("since")


def organisation_by_identifier(value: str, kind: str = "") -> Organisation | None:
    """Return the organisation with an official number, None where there is none; `kind` as OrganisationIdentifierType.

    Without a kind the number is looked for among all; None also where two organisations have it under different kinds.
    """
    numbers = OrganisationIdentifier.objects.select_related("organisation").filter(_numbered(value, kind))
    found = {number.organisation for number in numbers}
    return found.pop() if len(found) == 1 else None


def _numbered(value: str, kind: str) -> Q:
    """Match a number under each kind whose form it has."""
    matching = Q(pk__in=list[uuid.UUID]())
    for one in [kind] if kind else OrganisationIdentifierType.values:
        with suppress(NumberFormError):
            matching |= Q(type=one, value=kept_number(one, value))
    return matching


def live_api_key(secret_sha256: str) -> ApiKey | None:
    """Return the key with this hash unless it was revoked, has ended, or nobody is left who answers for it."""
    rows = ApiKey.objects.filter(not_ended(), answered_for(), hash=secret_sha256, revoked_at=None)
    return rows.select_related("node", "organisation").first()


def not_ended() -> Q:
    """Match keys and clients whose time is not over."""
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def answered_for() -> Q:
    """Match keys and clients whose maker still holds a role in their organisation, or runs this installation.

    What the shell made, and clients of before this was written down, have no maker who could leave.
    """
    here = live_memberships().filter(user=OuterRef("created_by"), node__organisation=OuterRef("organisation"))
    operator = Q(created_by__is_superuser=True, created_by__is_active=True)
    return Q(created_by=None) | operator | Q(Exists(here))


def live_oauth_client(client_id: str) -> OAuthClient | None:
    """Return the binding of an OAuth client to its organisation; None as for keys."""
    rows = OAuthClient.objects.filter(not_ended(), answered_for(), client_id=client_id, revoked_at=None)
    return rows.select_related("node").first()


def maker_left(*, secret_sha256: str = "", client_id: str = "") -> bool:
    """Tell whether a key or client would work if somebody were left who answers for it."""
    keys = ApiKey.objects.filter(not_ended(), hash=secret_sha256, revoked_at=None)
    clients = OAuthClient.objects.filter(not_ended(), client_id=client_id, revoked_at=None)
    rows = keys.exclude(answered_for()) if secret_sha256 else clients.exclude(answered_for())
    return rows.exists()


def actor_again(kind: str, actor_id: str, scopes: Iterable[str] = ()) -> Actor:
    """Return who asked for something before, as they stand now; whose key or client has ended may do nothing.

    A key has the scopes that it had and still has; roles of people are looked up where they are needed.
    """
    if kind == "system":
        return Actor(kind="system", id=actor_id)
    if kind == "user":
        return Actor(kind="user", id=actor_id, user_id=uuid.UUID(actor_id))
    if kind == "api_key":
        keys = ApiKey.objects.filter(not_ended(), answered_for(), pk=actor_id, revoked_at=None)
        key = keys.select_related("node").first()
        return (
            actor_for_machine(key, kind="api_key", scopes=frozenset(scopes) & frozenset(key.scopes))
            if key
            else ANONYMOUS
        )
    clients = OAuthClient.objects.filter(not_ended(), answered_for(), pk=actor_id, revoked_at=None)
    client = clients.select_related("node").first()
    return actor_for_machine(client, kind="oauth_client", scopes=frozenset(scopes)) if client else ANONYMOUS


def as_now(actor: Actor) -> Actor:
    """Return an actor as they stand at this moment: what an act asks again once it holds what it had to wait for."""
    return actor_again(actor.kind, actor.id, actor.scopes) if actor.kind in {"api_key", "oauth_client"} else actor


def memberships_shown_to(user_id: uuid.UUID | None) -> QuerySet[Membership]:
    """Return a user's own roles with the places where they hold; none without a user."""
    if user_id is None:
        return Membership.objects.none()
    return Membership.objects.filter(user=user_id).select_related("node__organisation").order_by("node__path", "role")


def invitations_to(user: User) -> QuerySet[Invitation]:
    """Return the open invitations to the addresses that a user has confirmed, with their organisations."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values("email")
    waiting = Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    return waiting.filter(email__in=confirmed).select_related("organisation").order_by("invited_at")


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """How many messages of a topic are not done in a lane, and how long the oldest has been due (seconds)."""

    topic: str
    lane: str
    count: int
    oldest_seconds: float


def waiting_work() -> list[WaitingWork]:
    """Return what the outbox still has to do, by topic and lane."""
    rows = (
        OutboxMessage.objects.filter(done_at=None, given_up_at=None)
        .values_list("topic", "lane")
        .annotate(Count("id"), Min("not_before"))
        .order_by("topic", "lane")
    )
    now = timezone.now()
    return [
        WaitingWork(topic, lane, count, max(0.0, (now - oldest).total_seconds()))
        for topic, lane, count, oldest in rows
    ]


def given_up_work() -> dict[str, int]:
    """Return {lane: how many messages were put aside and wait for an operator}."""
    rows = OutboxMessage.objects.filter(done_at=None, given_up_at__isnull=False).values_list("lane")
    return dict(rows.annotate(Count("id")).order_by("lane"))


def users_with_second_step(user_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which accounts have set up a second step of signing in; one query."""
    steps = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return set(Authenticator.objects.filter(user__in=list(user_ids), type__in=steps).values_list("user_id", flat=True))


def lasting_owners(organisation: Organisation) -> list[Membership]:
    """Return the roles of owners at the top that end by nothing: there is one at least, and the last one stays."""
    rows = Membership.objects.filter(
        node__organisation=organisation,
        node__parent=None,
        role=Role.OWNER,
        valid_until=None,
        user__is_active=True,
    )
    return list(rows.order_by("pk")[:2])


def open_invitations() -> QuerySet[Invitation]:
    """Return what was neither used nor withdrawn, what has ended included."""
    return Invitation.objects.filter(used_at=None, withdrawn_at=None)


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that somebody holds at a place: given there, or inherited from `node`; None in `until` is for good."""

    role: str
    user: User
    node: Node
    inherited: bool
    until: dt.datetime | None
    membership: Membership


def roles_at(node: Node) -> list[RoleHeld]:
    """Return who holds which role at a place, inherited ones included, in the order of the roles; one query."""
    parts = node.path.split("/")[:-1]
    paths = ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    standing = Q(valid_until=None) | Q(valid_until__gt=timezone.now())
    rows = Membership.objects.filter(standing, node__path__in=paths, user__is_active=True)
    return [
        RoleHeld(row.get_role_display(), row.user, row.node, row.node_id != node.pk, row.valid_until, row)
        for row in sorted(
            rows.select_related("user", "node__organisation", "stands_in_for"),
            key=lambda row: (Role.values.index(row.role), row.user.email),
        )
    ]
