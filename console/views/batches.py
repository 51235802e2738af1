"""Awarding many: a file is sent, checked by the worker, looked at, confirmed, and awarded by the worker."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.selectors import titles_of
from console.cut_lists import keyset_asked
from console.forms import FileForm
from console.seen_batches import Sums, ended_words, findings_of, seen_batch, shown_uses, was_sent_before
from console.seen_nodes import Crumb, actor_in, entry_address, entry_of, place_of
from console.views.frame import console_page, page
from issuing.batch_selectors import outcome_rule_of, refusals_of, waits_for_approval, was_decided
from issuing.models import Batch, BatchState
from issuing.selectors import batches_for
from issuing.services import (
    AT_WORK,
    STOPPED_ON_THEIR_DAY,
    BatchOptions,
    BatchOrder,
    cancel_batch,
    confirm_batch,
    failed_rows_of,
    make_batch,
    read_as,
    reported_rows,
    same_file_under_way,
    send_batch,
    undo_batch,
    waits_until,
)
from issuing.waiting import asked_for_file
from issuing.written_files import award_template
from registry.actors import Actor
from registry.errors import NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.keyset import Sorting
from registry.paging import page_of
from registry.workbooks import is_workbook

FILES_OF_PAGE, HELD_OF_PAGE = 50, 100


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def award_many(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Take a file; the same file for the same achievement is the same batch, whoever sends it."""
    place, achievement, title = entry_of(actor_in(request), slug, achievement_id)
    sent, begun = request.method == "POST", timezone.now()
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    if sent and form.is_valid():
        data = form.cleaned_data["file"].read()
        if (same := same_file_under_way(achievement, data)) is not None:
            return _told_of(request, slug, same)
        order = BatchOrder(
            achievement=achievement,
            content=data,
            kind="xlsx" if is_workbook(data) else "csv",
            options=BatchOptions(on_error="skip", encoding=form.cleaned_data["encoding"], ask_columns=True),
            confirm=False,
        )
        with refusals_shown_on(form):
            batch = make_batch(order=order, actor=place.actor)
            if was_sent_before(batch, place.actor, begun=begun):
                return _told_of(request, slug, batch)
            return redirect("console:batch", slug, batch.pk)
    context = {"form": form, "achievement": achievement, "title": title, "rule": bool(outcome_rule_of(achievement))}
    crumbs = (Crumb(title, entry_address(place.organisation, achievement)), Crumb(str(_("Award many"))))
    return page(request, "console/award_many.html", place, context, crumbs=crumbs, status=422 if form.errors else 200)


def _told_of(request: HttpRequest, slug: str, same: Batch) -> HttpResponse:
    """Lead to the file that somebody has sent before, and say so."""
    messages.info(request, str(_("This very file was sent before: here is what became of it.")))
    return redirect("console:batch", slug, same.pk)


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
    place, shown, title = seen_batch(request, slug, batch_id)
    draft = shown.confirmed_at is None and shown.state != BatchState.CANCELLED
    awaits = shown.state == BatchState.DONE and waits_for_approval(shown)
    asked = asked_for_file(shown) if awaits or was_decided(shown) else []
    context = {
        "batch": shown,
        "title": title,
        "sums": Sums.of(shown),
        "findings": findings_of(shown),
        "held": page_of(reported_rows(shown, "already-awarded"), HELD_OF_PAGE, request.GET.get("page", "")),
        "read_as": read_as(shown, with_rows=place.may_award),
        "uses": shown_uses(shown) if place.may_award and draft else [],
        "options": BatchOptions.of(shown),
        "at_work": shown.state in {*AT_WORK, BatchState.DRAFT},
        "may_confirm": shown.state == BatchState.READY and place.may_award and shown.results_file_id is None,
        "may_choose": shown.state == BatchState.COLUMNS and place.may_award,
        "stopped": place.may_award and shown.ended_code in STOPPED_ON_THEIR_DAY,
        "undoable": waits_until(shown) if place.may_award and shown.results_file_id is None else None,
        "awaits": awaits,
        "asked": asked,
        "second": any(one.party is None and one.approval is None for one in asked),
        "can_record": awaits and place.may_award,
        "house": place.name,
        "refusals": refusals_of(shown) if asked else [],
        "has_file": place.may_award and hasattr(shown, "file"),
        "ended": ended_words(shown),
    }
    achievement = shown.version.achievement
    crumbs = (Crumb(title, entry_address(place.organisation, achievement)), Crumb(str(_("Award many"))))
    return page(request, "console/batch.html", place, context, crumbs=crumbs, nav="batches")


@console_page
@require_safe
def batches(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the files of awards, the newest first."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    rows = batches_for(actor).filter(organisation__slug=slug)
    listed = keyset_asked(request, rows, Sorting("created_at"), size=FILES_OF_PAGE)
    titles = titles_of({row.version.achievement_id for row in listed.rows}, get_language() or "")
    named = [{"batch": row, "title": titles[row.version.achievement_id]} for row in listed.rows]
    context = {"batches": named, "listed": listed}
    return page(request, "console/batches.html", place, context, crumbs=(Crumb(str(_("Files"))),), nav="batches")


@console_page
@require_POST
def confirm_many(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let the worker award the rows that can be awarded; they wait until they can no longer be undone."""

    def confirm(*, batch: Batch, actor: Actor) -> None:
        minutes = batch.organisation.undo_minutes
        until = timezone.now() + dt.timedelta(minutes=minutes) if minutes else None
        chosen = BatchOptions.of(batch).send_at
        confirm_batch(batch=batch, actor=actor, on_error="skip", send_at=None if chosen else until)

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
    place, shown, _title = seen_batch(request, slug, batch_id)
    if not place.may_award:
        raise NotFoundError
    return _file(failed_rows_of(shown), "failed.csv")


def _done(request: HttpRequest, slug: str, batch_id: uuid.UUID, act: Callable[..., Any]) -> HttpResponse:
    place, shown, _title = seen_batch(request, slug, batch_id)
    try:
        act(batch=shown, actor=place.actor)
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:batch", slug, shown.pk)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
