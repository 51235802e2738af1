"""Awarding many: a file is sent, checked by the worker, looked at, confirmed, and awarded by the worker."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.selectors import titles_of
from console.forms import FileForm
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, entry_of, place_of
from console.views.frame import console_page, page
from issuing.formats import award_template
from issuing.models import Batch, BatchState
from issuing.selectors import batches_for
from issuing.services import (
    AT_WORK,
    BatchOptions,
    BatchOrder,
    cancel_batch,
    confirm_batch,
    failed_rows_of,
    make_batch,
    read_as,
    reported_groups,
    reported_rows,
    send_batch,
    undo_batch,
    waits_until,
)
from registry.actors import Actor
from registry.errors import NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.workbooks import is_workbook

NEWEST = 50
ENDED = {
    "by-hand": _("It was forgotten by hand. Nothing of it was awarded."),
    "not-confirmed": _("Nobody confirmed it in time, so it was forgotten."),
    "file-refused": _("The file could not be read as a whole."),
    "rows-refused": _("Some rows were refused, so none was awarded."),
    "version-replaced": _("The achievement has a newer version since. Send the file again."),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """How many rows of a file ended how; they add up to `rows`. `good` could be awarded."""

    rows: int
    good: int
    accepted: int
    refused: int
    held: int
    others: int


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def award_many(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Take a file; the same file for the same achievement is the same batch, whoever sends it."""
    place, achievement, title = entry_of(actor_in(request), slug, achievement_id)
    sent, begun = request.method == "POST", timezone.now()
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    if sent and form.is_valid():
        data = form.cleaned_data["file"].read()
        order = BatchOrder(
            achievement=achievement,
            content=data,
            kind="xlsx" if is_workbook(data) else "csv",
            options=BatchOptions(on_error="skip", encoding=form.cleaned_data["encoding"]),
            confirm=False,
        )
        with refusals_shown_on(form):
            batch = make_batch(order=order, actor=place.actor)
            if batch.created_at < begun:
                messages.info(request, str(_("This very file was sent before: here is what became of it.")))
            return redirect("console:batch", slug, batch.pk)
    context = {"form": form, "achievement": achievement, "title": title}
    crumbs = (Crumb(title, entry_address(place.organisation, achievement)), Crumb(str(_("Award many"))))
    return page(request, "console/award_many.html", place, context, crumbs=crumbs, status=422 if form.errors else 200)


@console_page
@require_safe
def template(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Return the table to fill in, with a column for all that an award can state."""
    entry_of(actor_in(request), slug, achievement_id)
    return _file(award_template(), "awards.csv")


@console_page
@require_safe
def batch(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Show where a file stands: progress while the worker is at it, then what became of its rows."""
    place, shown, title = _seen_batch(request, slug, batch_id)
    context = {
        "batch": shown,
        "title": title,
        "sums": sums_of(shown),
        "groups": reported_groups(shown),
        "held": reported_rows(shown, "already-awarded")[:100],
        "read_as": read_as(shown, with_rows=place.may_award),
        "at_work": shown.state in {*AT_WORK, BatchState.DRAFT},
        "may_confirm": shown.state == BatchState.READY and place.may_award,
        "undoable": waits_until(shown) if place.may_award else None,
        "has_file": place.may_award and hasattr(shown, "file"),
        "ended": ENDED.get(shown.ended_code, _("It could not go on: {code}.").format(code=shown.ended_code)),
    }
    achievement = shown.version.achievement
    crumbs = (Crumb(title, entry_address(place.organisation, achievement)), Crumb(str(_("Award many"))))
    return page(request, "console/batch.html", place, context, crumbs=crumbs, nav="batches")


@console_page
@require_safe
def batches(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest files of awards."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    rows = list(batches_for(actor).filter(organisation__slug=slug)[:NEWEST])
    titles = titles_of({row.version.achievement_id for row in rows}, get_language() or "")
    named = [{"batch": row, "title": titles[row.version.achievement_id]} for row in rows]
    context = {"batches": named}
    return page(request, "console/batches.html", place, context, crumbs=(Crumb(str(_("Files"))),), nav="batches")


@console_page
@require_POST
def confirm_many(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let the worker award the rows that can be awarded; they wait until they can no longer be undone."""

    def confirm(*, batch: Batch, actor: Actor) -> None:
        minutes = batch.organisation.undo_minutes
        until = timezone.now() + dt.timedelta(minutes=minutes) if minutes else None
        confirm_batch(batch=batch, actor=actor, on_error="skip", send_at=until)

    return _done(request, slug, batch_id, confirm)


@console_page
@require_POST
def undo_many(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Take back every award of a file before it is signed."""
    return _done(request, slug, batch_id, undo_batch)


@console_page
@require_POST
def send_many(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let the awards of a file go out that wait until they can no longer be undone."""
    return _done(request, slug, batch_id, send_batch)


@console_page
@require_POST
def cancel_many(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Forget a file; nothing of it is awarded any more."""
    return _done(request, slug, batch_id, cancel_batch)


@console_page
@require_safe
def failed_rows(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Return the rows that were refused as a file that can be mended and sent again."""
    place, shown, _title = _seen_batch(request, slug, batch_id)
    if not place.may_award:
        raise NotFoundError
    return _file(failed_rows_of(shown), "failed.csv")


def sums_of(shown: Batch) -> Sums:
    """Return how many rows of a file ended how."""
    counts: dict[str, int] = dict(shown.counts)
    rows = sum(counts.values())
    refused, held = counts.pop("refused", 0), counts.pop("already-awarded", 0)
    accepted, good = counts.pop("accepted", 0), counts.pop("good", 0)
    return Sums(rows, good, accepted, refused, held, sum(counts.values()))


def _done(request: HttpRequest, slug: str, batch_id: uuid.UUID, act: Callable[..., Any]) -> HttpResponse:
    place, shown, _title = _seen_batch(request, slug, batch_id)
    try:
        act(batch=shown, actor=place.actor)
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:batch", slug, shown.pk)


def _seen_batch(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> tuple[SeenNode, Batch, str]:
    actor = actor_in(request)
    shown = batches_for(actor).select_related("file").filter(organisation__slug=slug, pk=batch_id).first()
    if shown is None:
        raise NotFoundError
    achievement = shown.version.achievement
    titles = titles_of([achievement.pk], get_language() or "")
    return place_of(actor, slug, achievement.issuer.node_id), shown, str(titles[achievement.pk])


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
