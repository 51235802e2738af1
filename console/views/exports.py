"""Lists as files, of awards or of the trail: asked for, written by the worker where they are long, offered for a day."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from console.views.lists import AskedList, entry_named
from issuing.models import Export, ExportFormat, ExportState
from issuing.services import ExportOrder, ask_export, take_export
from registry.disk_files import DiskFileResponse
from registry.errors import NotFoundError
from registry.throttle import Rate, count_request

ASKED = Rate("export", requests=60, seconds=3_600)
TAKEN = Rate("export-taken", requests=120, seconds=3_600)
"""So often one person asks for lists, and takes them along: each is up to 100,000 rows on our disk."""
TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@console_page
@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the list as it is narrowed on the page."""
    actor = actor_in(request)
    place, asked = place_of(actor, slug), AskedList.of(request.POST)
    if request.POST.get("format") not in ExportFormat.values:
        raise NotFoundError
    count_asked(request)
    order = ExportOrder(
        node=place.node,
        format=ExportFormat(request.POST["format"]),
        narrowing=asked.show,
        achievement=entry_named(actor, slug, asked.achievement) if asked.achievement else None,
        text=asked.text,
        language=get_language() or "en",
    )
    return redirect("console:export", slug, ask_export(order=order, actor=actor).pk)


@console_page
@require_safe
def export(request: HttpRequest, slug: str, export_id: uuid.UUID) -> HttpResponse:
    """Show whether the file is ready, and offer it."""
    place, shown = _own(request, slug, export_id)
    above, nav = (_("Awards"), "awards") if shown.trail is None else (_("Audit trail"), "administration")
    back = reverse("console:awards" if shown.trail is None else "console:trail", args=[slug])
    context = {"export": shown, "at_work": shown.state == ExportState.ASKED, "back": back}
    crumbs = (Crumb(str(above), back), Crumb(str(_("Export"))))
    return page(request, "console/export.html", place, context, crumbs=crumbs, nav=nav)


@console_page
@require_POST
def export_file(request: HttpRequest, slug: str, export_id: uuid.UUID) -> DiskFileResponse:
    """Return the file: the server reads it from the disk, and no thread of ours waits for a slow reader."""
    place, shown = _own(request, slug, export_id)
    if shown.state != ExportState.DONE:
        raise NotFoundError
    count_request(rate=TAKEN, caller=f"user:{request.user.pk}", at=timezone.now())
    file = take_export(export_id=shown.pk, actor=place.actor)
    name = "awards" if shown.trail is None else "audit"
    answer = DiskFileResponse(file, content_type=TYPES[ExportFormat(shown.format)])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{shown.format}"'
    return answer


def count_asked(request: HttpRequest) -> None:
    """Count that somebody asks for a list as a file. Raises LimitError: too often."""
    count_request(rate=ASKED, caller=f"user:{request.user.pk}", at=timezone.now())


def _own(request: HttpRequest, slug: str, export_id: uuid.UUID) -> tuple[SeenNode, Export]:
    """Return a file that is kept still, for who asked for it and holds a role at its place still."""
    actor = actor_in(request)
    own = Export.objects.filter(made_by_kind=actor.kind, made_by=actor.id, expires_at__gt=timezone.now())
    shown = own.filter(pk=export_id, organisation__slug=slug).first()
    if shown is None:
        raise NotFoundError
    place = place_of(actor, slug, shown.node_id)
    if not (place.may_award if shown.trail is None else place.may_run):
        raise NotFoundError
    return place, shown
