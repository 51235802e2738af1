"""Reading an organisation's audit trail: newest first, filtered within windows of bounded size."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
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

    def as_json(self) -> dict[str, str]:
        """Return what it narrows to, to be kept."""
        days = {"since": self.since, "until": self.until}
        kept = {"act": self.act, "actor_id": self.actor_id, "object_id": self.object_id}
        return kept | {name: day.isoformat() for name, day in days.items() if day}

    @staticmethod
    def of_json(kept: Mapping[str, str]) -> TrailFilter:
        """Return what was kept."""
        since, until = (dt.date.fromisoformat(kept[name]) if name in kept else None for name in ("since", "until"))
        return TrailFilter(kept["act"], kept["actor_id"], kept["object_id"], since, until)


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


def trail_rows(organisation: Organisation, wanted: TrailFilter) -> Iterator[list[str]]:
    """Yield the heading and a row for each entry that matches, newest first, a window in memory at a time."""
    yield ["number", "at", "act", "by_kind", "by", "name", "object", "object_id", "detail"]
    before: int | None = None
    while True:
        found = trail_page(organisation, wanted, before=before, size=WINDOW)
        names = names_of_actors(found.entries)
        for one in found.entries:
            at, detail = one.at.astimezone(dt.UTC).isoformat(), json.dumps(one.detail, sort_keys=True)
            by = [one.actor_kind, one.actor_id, names.get(one.actor_id, "")]
            yield [str(one.pk), at, one.act, *by, one.object_kind, one.object_id, detail]
        before = found.older
        if before is None:
            return
