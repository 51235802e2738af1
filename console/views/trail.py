"""The audit trail of an organisation: who did what and when, filtered, and taken along as a file."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.exports import count_asked
from console.views.frame import console_page, page
from issuing.models import ExportFormat
from issuing.services import ExportOrder, ask_export
from registry.dates import read_day
from registry.errors import NotFoundError
from registry.models import AuditEntry, Role
from registry.permissions import require_role
from registry.trail import TrailFilter, names_of_actors, trail_page

ROWS = 50
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
        "rows": [(one, names.get(one.actor_id, ""), _details(one)) for one in found.entries],
        "groups": GROUPS.items(),
        "wanted": wanted,
        "kept": kept,
        "older": f"?{urlencode({**kept, 'before': found.older})}" if found.older else "",
        "newest": f"?{urlencode(kept)}" if request.GET.get("before") else "",
    }
    return page(
        request, "console/trail.html", place, context, crumbs=(Crumb(str(_("Audit trail"))),), nav="administration"
    )


@console_page
@require_POST
def export_trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for all that match as a file; taking them along is an act in the trail itself."""
    place = _place(request, slug)
    wanted, _kept = _wanted(request.POST)
    if request.POST.get("format") not in ExportFormat.values:
        raise NotFoundError
    count_asked(request)
    order = ExportOrder(
        node=place.root,
        format=ExportFormat(request.POST["format"]),
        trail=wanted,
        language=get_language() or "en",
    )
    return redirect("console:export", slug, ask_export(order=order, actor=place.actor).pk)


def _details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return what an act says beside itself, several of a kind parted by commas."""
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in entry.detail.items()
    ]


def _place(request: HttpRequest, slug: str) -> SeenNode:
    """Return the organisation, to who administers all of it: the trail tells of every faculty."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
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
