"""The audit trail of an organisation: who did what and when, filtered, and taken along as CSV."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from registry.audit import record_act
from registry.dates import read_day
from registry.errors import NotFoundError
from registry.models import AuditEntry, Role
from registry.permissions import require_role
from registry.spreadsheets import spreadsheet
from registry.trail import TrailFilter, names_of_actors, trail_page

ROWS, MOST_EXPORTED = 50, 1_000
LONGEST_ID = 64
GROUPS = {
    "": _("Everything"),
    "award": _("Awards"),
    "batch": _("Files"),
    "credential": _("Corrected and revoked"),
    "approval": _("Rules of approval"),
    "membership": _("Roles"),
    "invitation": _("Invitations"),
    "node": _("Faculties"),
    "achievement": _("Achievements"),
    "api_key": _("API keys"),
    "oauth_client": _("OAuth clients"),
    "key": _("Signing keys"),
    "organisation": _("The organisation"),
}
"""What a trail can be narrowed to: the beginning of an act's name, and its words."""


@console_page
@require_safe
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest acts, narrowed as asked; every act has its number in the trail."""
    place = _place(request, slug)
    wanted, kept = _wanted(request.GET)
    found = trail_page(place.organisation, wanted, before=_number(request.GET.get("before", "")), size=ROWS)
    names = names_of_actors(found.entries)
    context = {
        "rows": [(one, names.get(one.actor_id, "")) for one in found.entries],
        "groups": GROUPS.items(),
        "wanted": wanted,
        "kept": kept,
        "older": f"?{urlencode({**kept, 'before': found.older})}" if found.older else "",
        "newest": f"?{urlencode(kept)}" if request.GET.get("before") else "",
        "most": MOST_EXPORTED,
    }
    return page(
        request, "console/trail.html", place, context, crumbs=(Crumb(str(_("Audit trail"))),), nav="administration"
    )


@console_page
@require_POST
def export_trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest acts that match as CSV, a thousand at most; taking them along is an act in the trail itself."""
    place = _place(request, slug)
    wanted, _kept = _wanted(request.POST)
    entries: list[AuditEntry] = []
    before: int | None = None
    for _window in range(MOST_EXPORTED // ROWS):
        found = trail_page(place.organisation, wanted, before=before, size=MOST_EXPORTED - len(entries))
        entries += found.entries
        before = found.older
        if before is None or len(entries) >= MOST_EXPORTED:
            break
    record_act(place.actor, "audit.exported", place.organisation, organisation=place.organisation, count=len(entries))
    answer = HttpResponse(_csv(entries), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{place.organisation.slug}.csv"'
    return answer


def _csv(entries: list[AuditEntry]) -> bytes:
    names = names_of_actors(entries)
    rows = [["number", "at", "act", "by_kind", "by", "name", "object", "object_id", "detail"]]
    for one in entries:
        who = names.get(one.actor_id, "")
        detail = json.dumps(one.detail, sort_keys=True)
        at = one.at.astimezone(dt.UTC).isoformat()
        rows.append(
            [str(one.pk), at, one.act, one.actor_kind, one.actor_id, who, one.object_kind, one.object_id, detail]
        )
    return spreadsheet(rows).encode("utf-8-sig")


def _place(request: HttpRequest, slug: str) -> SeenNode:
    """Return the organisation, to who administers all of it: the trail tells of every faculty."""
    place = place_of(actor_in(request), slug)
    root = place.organisation.nodes.get(parent=None)
    require_role(place.actor, root, Role.ADMIN)
    return place


def _wanted(said: dict[str, str]) -> tuple[TrailFilter, dict[str, str]]:
    """Return the filter that an address or a form names, and what it was named with."""
    kept = {name: said.get(name, "").strip()[:LONGEST_ID] for name in ("act", "by", "object", "since", "until")}
    if kept["act"] not in GROUPS:
        raise NotFoundError
    wanted = TrailFilter(kept["act"], kept["by"], kept["object"], _day(kept["since"]), _day(kept["until"]))
    return wanted, {name: text for name, text in kept.items() if text}


def _day(text: str) -> dt.date | None:
    try:
        return read_day(text) if text else None
    except ValueError as error:
        raise NotFoundError from error


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_ID // 4):
        raise NotFoundError
    return int(text)
