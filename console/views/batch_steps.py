"""Steps of awarding many that are pages of their own: columns and options."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from console.batch_forms import BatchOptionsForm, ColumnsForm
from console.seen_batches import findings_of, seen_batch, shown_uses
from console.seen_nodes import Crumb, SeenNode, entry_address
from console.views.frame import console_page, page
from issuing.models import Batch, BatchState
from issuing.services import (
    BatchOptions,
    column_uses,
    layout_name,
    read_as,
    revise_batch,
)
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on

REVISED = (BatchState.COLUMNS, BatchState.READY)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Ask what the headings of a file mean; the answer is remembered for the next file like it."""
    place, shown, title = seen_batch(request, slug, batch_id)
    uses = column_uses(shown)
    if not place.may_award or not uses:
        raise NotFoundError
    form = ColumnsForm(request.POST or None, uses=uses)
    if form.is_valid():
        with refusals_shown_on(form):
            revise_batch(batch=shown, actor=place.actor, mapping=form.mapping())
            return redirect(file_address(shown))
    context = {
        "form": form,
        "batch": shown,
        "title": title,
        "layout": layout_name(shown),
        "findings": findings_of(shown),
        "read_as": read_as(shown, with_rows=True),
        "uses": shown_uses(shown),
        "open": shown.state in REVISED,
    }
    return step_page(request, "console/batch_columns.html", place, context, status=422 if form.errors else 200)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def options(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Ask how a file is awarded; it is checked anew then."""
    place, shown, title = seen_batch(request, slug, batch_id)
    if not place.may_award:
        raise NotFoundError
    before = BatchOptions.of(shown)
    initial = BatchOptionsForm.said_by(before)
    form = BatchOptionsForm(request.POST or None, achievement=shown.version.achievement, initial=initial)
    if form.is_valid():
        with refusals_shown_on(form, fields={"send_at": "send_on"}):
            revise_batch(batch=shown, actor=place.actor, options=form.options(before))
            return redirect(file_address(shown))
    context = {"form": form, "batch": shown, "title": title, "open": shown.state in REVISED}
    return step_page(request, "console/batch_options.html", place, context, status=422 if form.errors else 200)


def file_address(shown: Batch) -> str:
    """Return the address of a file's page: of a file of results that of all its achievements."""
    slug = shown.organisation.slug
    if shown.results_file_id is not None:
        return reverse("console:results", args=[slug, shown.results_file_id])
    return reverse("console:batch", args=[slug, shown.pk])


def step_page(
    request: HttpRequest, template: str, place: SeenNode, context: dict[str, object], *, status: int
) -> HttpResponse:
    """Return a page about a file of one's own: `context` has the `batch` and its `title`."""
    shown = context["batch"]
    assert isinstance(shown, Batch)  # noqa: S101 - for the types
    context |= {"back": file_address(shown)}
    crumbs = (
        Crumb(str(context["title"]), entry_address(place.organisation, shown.version.achievement)),
        Crumb(str(_("Award many"))),
    )
    return page(request, template, place, context, crumbs=crumbs, nav="batches", status=status)
