"""Reading an organisation's audit trail: newest first, filtered within windows of bounded size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from registry.models import ApiKey, AuditEntry, OAuthClient, Organisation, User

WINDOW = 2_000
"""So many entries are looked through at a time: a filter that matches nothing must not read a table of millions."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What entries are narrowed to; empty members narrow nothing. Days are those of UTC, both of them included."""

    act: str = ""
    actor_id: str = ""
    object_id: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Entries, newest first, and the id before which one goes on; None where the trail begins."""

    entries: list[AuditEntry]
    older: int | None


def trail_page(organisation: Organisation, wanted: TrailFilter, *, before: int | None, size: int) -> TrailPage:
    """Return entries that match among the next 2,000 before an id; two queries."""
    rows = AuditEntry.objects.filter(organisation=organisation).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    ids = list(rows.values_list("id", flat=True)[: WINDOW + 1])
    window, more = ids[:WINDOW], len(ids) > WINDOW
    if not window:
        return TrailPage([], None)
    among = AuditEntry.objects.filter(organisation=organisation, id__lte=window[0], id__gte=window[-1])
    found = list(_narrowed(among, wanted).order_by("-id")[: size + 1])
    if len(found) > size:
        return TrailPage(found[:size], found[size - 1].pk)
    return TrailPage(found, window[-1] if more else None)


def _narrowed(rows: QuerySet[AuditEntry], wanted: TrailFilter) -> QuerySet[AuditEntry]:
    if wanted.act:
        rows = rows.filter(act__startswith=f"{wanted.act}.")
    if wanted.actor_id:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.object_id:
        rows = rows.filter(object_id=wanted.object_id)
    if wanted.since:
        rows = rows.filter(at__gte=dt.datetime.combine(wanted.since, dt.time(), dt.UTC))
    if wanted.until:
        rows = rows.filter(at__lt=dt.datetime.combine(wanted.until + dt.timedelta(days=1), dt.time(), dt.UTC))
    return rows


def names_of_actors(entries: list[AuditEntry]) -> dict[str, str]:
    """Return {actor id: what people call it} of people, keys and clients; three queries."""
    by_kind: dict[str, set[str]] = {"user": set(), "api_key": set(), "oauth_client": set()}
    for entry in entries:
        by_kind.get(entry.actor_kind, set()).add(entry.actor_id)
    people = User.objects.filter(pk__in=by_kind["user"])
    keys = ApiKey.objects.filter(pk__in=by_kind["api_key"])
    clients = OAuthClient.objects.filter(pk__in=by_kind["oauth_client"])
    return {
        **{str(one.pk): one.name or one.email for one in people},
        **{str(one.pk): one.name for one in keys},
        **{str(one.pk): one.name for one in clients},
    }
