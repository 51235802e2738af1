"""Reading mandates: on whose behalf an issuer may award on a day, and what an organisation holds and gave."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from registry.models import Issuer, Mandate, Organisation


def mandated_bodies(issuer_id: uuid.UUID, bodies: Iterable[uuid.UUID], *, on: dt.date) -> set[uuid.UUID]:
    """Return which of these organisations an issuer may award on behalf of on a day; one query."""
    live = Mandate.objects.filter(
        Q(until=None) | Q(until__gte=on), since__lte=on, confirmed_at__isnull=False, ended_at=None
    )
    own = live.filter(issuer=issuer_id, on_behalf_of__in=list(bodies))
    return set(own.values_list("on_behalf_of_id", flat=True))


def bodies_named(slugs: Iterable[str]) -> dict[str, uuid.UUID]:
    """Return slug → id of organisations; unknown slugs are left out."""
    return dict(Organisation.objects.filter(slug__in=list(slugs)).values_list("slug", "pk"))


def mandates_of(organisation: Organisation) -> QuerySet[Mandate]:
    """Return the mandates that an organisation's issuers hold, and those that it gave, the newest first."""
    own = Mandate.objects.filter(Q(organisation=organisation) | Q(on_behalf_of=organisation))
    people = ("asked_by", "confirmed_by", "ended_by")
    return own.select_related("issuer", "organisation", "on_behalf_of", *people).order_by("-asked_at", "pk")


def published_mandates(issuer: Issuer) -> list[tuple[Mandate, dt.date | None]]:
    """Return the mandates of an issuer that were confirmed, each with the last day on which it held or will hold.

    All of them, those that nobody ended first: two owners make each of them by hand.
    """
    rows = Mandate.objects.filter(issuer=issuer, confirmed_at__isnull=False).select_related("on_behalf_of")
    return [(one, last_day_of(one)) for one in rows.order_by(F("ended_at").desc(nulls_first=True), "-since", "pk")]


def last_day_of(mandate: Mandate) -> dt.date | None:
    """Return the last day of a mandate: the one agreed on, or that on which somebody ended it; None while it is open."""
    if mandate.ended_at is None:
        return mandate.until
    ended = timezone.localdate(mandate.ended_at)
    return min(ended, mandate.until) if mandate.until else ended
