"""How far an organisation has been set up: its issuers' keys, and the way to the first award. Reads alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, Q, Subquery
from django.utils import timezone

from catalogue.models import Achievement, AchievementState
from issuing.models import Credential, SigningKey, StatusList, TrialIssuer
from registry.agreed import AgreementSeen, agreements_seen_by
from registry.lanes import Lane
from registry.models import (
    Invitation,
    Issuer,
    IssuerProfile,
    Organisation,
    OrganisationIdentifier,
    OutboxMessage,
    Role,
    TrustedIssuer,
)
from registry.outbox import Topic
from registry.selectors import lasting_owners, open_invitations, trust_in

LATE_AFTER = dt.timedelta(minutes=5)
"""A key is made within a minute; who has waited so long is told whom to ask."""
RETRIED_WITHIN = dt.timedelta(minutes=10)
"""What fails is tried again every five minutes at the latest; what has its day later is not looked through."""


class KeyStage(StrEnum):
    """How far a key is that was asked for."""

    MADE = "made"
    MAKING = "making"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class KeyWait:
    """The key of an issuer: its stage, and since when it is so (made, or asked for). `key` is the one that signs now."""

    stage: KeyStage
    since: dt.datetime
    key: SigningKey | None


def key_waits(issuers: Iterable[Issuer], *, signing: Iterable[SigningKey] | None = None) -> dict[uuid.UUID, KeyWait]:
    """Return how far the key of each issuer is, one that is to replace another included; two queries.

    `signing`: their keys that sign now, where they were read already; that saves a query.
    """
    listed = list(issuers)
    if signing is None:
        signing = SigningKey.objects.select_related("issuer").filter(issuer__in=listed, retired_at=None)
    current = {key.issuer_id: key for key in signing}
    asked = _asked_at(listed)
    return {one.pk: _wait(one, current.get(one.pk), asked.get(str(one.pk))) for one in listed}


def _wait(issuer: Issuer, current: SigningKey | None, asked: dt.datetime | None) -> KeyWait:
    if current is not None and asked is None:
        return KeyWait(KeyStage.MADE, current.valid_from, current)
    since = (asked if current else None) or issuer.created_at
    late = timezone.now() - since > LATE_AFTER
    return KeyWait(KeyStage.LATE if late else KeyStage.MAKING, since, current)


def _asked_at(issuers: list[Issuer]) -> dict[str, dt.datetime]:
    """Return since when the worker is asked for another key of issuers, by their ids; only those that wait."""
    due = timezone.now() + RETRIED_WITHIN
    waiting = OutboxMessage.objects.filter(lane=Lane.STATUS, done_at=None, not_before__lte=due)
    found = waiting.filter(topic=Topic.KEY_REQUESTED, payload__issuer_id__in=[str(one.pk) for one in issuers])
    return {row.payload["issuer_id"]: row.failing_since or row.not_before for row in found.order_by("-not_before")}


def places_given_out(organisation: Organisation) -> int:
    """Return how many awards and statements an organisation ever accepted: each took a place in a status list."""
    return sum(StatusList.objects.filter(issuer__organisation=organisation).values_list("next", flat=True))


@dataclass(frozen=True, slots=True)
class IssuerAsSetUp:
    """An issuer on the way to the first award: what it says of itself, how far its key is, and who vouches for it."""

    issuer: Issuer
    profile: IssuerProfile
    wait: KeyWait
    vouched: TrustedIssuer | None


@dataclass(frozen=True, slots=True)
class WayToFirstAward:
    """How far an organisation has come, from what is true now; `invited` are the open invitations of owners."""

    numbers: list[OrganisationIdentifier]
    issuer: IssuerAsSetUp | None
    owners: int
    invited: list[Invitation]
    draft: Achievement | None
    published: Achievement | None
    tried: bool
    awarded: bool
    agreements: list[AgreementSeen]


def way_to_first_award(organisation: Organisation) -> WayToFirstAward:
    """Return how far an organisation is: nine queries at most, each along an index or of few rows."""
    profile, tried, awarded = _first_profile(organisation)
    draft, published = _first_entries(organisation)
    invited = open_invitations().filter(organisation=organisation, role=Role.OWNER)
    return WayToFirstAward(
        numbers=list(organisation.identifiers.order_by("type", "value")),
        issuer=_as_set_up(profile) if profile else None,
        owners=len(lasting_owners(organisation)),
        invited=list(invited.order_by("invited_at")[:5]),
        draft=draft,
        published=published,
        tried=tried,
        awarded=awarded,
        agreements=agreements_seen_by(organisation),
    )


def _first_entries(organisation: Organisation) -> tuple[Achievement | None, Achievement | None]:
    """Return the oldest achievement that is no published one, and the oldest published one; one query."""
    entries = Achievement.objects.filter(organisation=organisation).order_by("created_at", "pk")
    parts = (entries.exclude(state=AchievementState.PUBLISHED), entries.filter(state=AchievementState.PUBLISHED))
    first = [Q(pk=Subquery(part.values("pk")[:1])) for part in parts]
    found = {one.state == AchievementState.PUBLISHED: one for one in Achievement.objects.filter(first[0] | first[1])}
    return found.get(False), found.get(True)


def _first_profile(organisation: Organisation) -> tuple[IssuerProfile | None, bool, bool]:
    """Return what the oldest issuer says of itself now, and whether its organisation has tried and has signed; one query."""
    profiles = IssuerProfile.objects.filter(issuer__organisation=organisation).select_related("issuer")
    first = (
        profiles.annotate(
            tried=Exists(TrialIssuer.objects.filter(organisation=organisation)),
            awarded=Exists(Credential.objects.filter(organisation=organisation)),
        )
        .order_by("issuer__created_at", "issuer_id", "-version")
        .first()
    )
    return (first, first.tried, first.awarded) if first else (None, False, False)


def _as_set_up(profile: IssuerProfile) -> IssuerAsSetUp:
    issuer = profile.issuer
    vouched = trust_in(issuer.did, on=timezone.localdate()).first()
    return IssuerAsSetUp(issuer, profile, key_waits([issuer])[issuer.pk], vouched)
