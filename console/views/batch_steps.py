"""Steps of awarding many that are pages of their own: columns, options, and what a second person decides."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from console.batch_forms import BatchDecisionForm, BatchOptionsForm, ColumnsForm
from console.seen_batches import Sums, findings_of, seen_batch, shown_uses
from console.seen_nodes import Crumb, SeenNode, entry_address
from console.views.frame import console_page, page
from console.views.lists import named_awards
from issuing.batch_selectors import waiting_rows, waits_for_second_person
from issuing.models import Batch, BatchState
from issuing.services import (
    BatchOptions,
    approve_awards,
    column_uses,
    layout_name,
    read_as,
    refuse_awards,
    refuse_rows,
    revise_batch,
)
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on

WAITING_SHOWN = 50
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
    return _page(request, "console/batch_columns.html", place, context, status=422 if form.errors else 200)


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
    return _page(request, "console/batch_options.html", place, context, status=422 if form.errors else 200)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let a second person look at a file as a whole, take rows out, and let it go on or end it."""
    place, shown, title = seen_batch(request, slug, batch_id)
    form = BatchDecisionForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_on(form):
            _decide(request, place, shown, form)
            return redirect("console:batch_approval", slug, shown.pk)
    after = request.GET.get("after", "")
    rows = waiting_rows(shown, after=int(after) if after.isdecimal() else 0, most=WAITING_SHOWN + 1)
    context = {
        "form": form,
        "batch": shown,
        "title": title,
        "sums": Sums.of(shown),
        "findings": findings_of(shown),
        "awards": named_awards(rows[:WAITING_SHOWN]),
        "next": f"?after={rows[WAITING_SHOWN - 1].row_number}" if len(rows) > WAITING_SHOWN else "",
        "awaits": waits_for_second_person(shown),
    }
    return _page(request, "console/batch_approval.html", place, context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, place: SeenNode, shown: Batch, form: BatchDecisionForm) -> None:
    act, reason, rows = request.POST.get("act", ""), form.cleaned_data["reason"], form.cleaned_data["rows"]
    if act == "take-out":
        gone = refuse_rows(batch_id=shown.pk, rows=rows, reason=reason, actor=place.actor)
        told = ngettext("%(gone)d row was taken out.", "%(gone)d rows were taken out.", gone) % {"gone": gone}
    elif act == "refuse":
        refuse_awards(subject_id=shown.pk, reason=reason, actor=place.actor)
        told = str(_("Refused: nothing of it that waited goes out."))
    else:
        approve_awards(subject_id=shown.pk, actor=place.actor)
        told = str(_("Approved: what waited for you goes on."))
    messages.success(request, told)


def file_address(shown: Batch) -> str:
    """Return the address of a file's page: of a file of results that of all its achievements."""
    slug = shown.organisation.slug
    if shown.results_file_id is not None:
        return reverse("console:results", args=[slug, shown.results_file_id])
    return reverse("console:batch", args=[slug, shown.pk])


def _page(
    request: HttpRequest, template: str, place: SeenNode, context: dict[str, object], *, status: int
) -> HttpResponse:
    shown = context["batch"]
    assert isinstance(shown, Batch)  # noqa: S101 - for the types
    context |= {"back": file_address(shown)}
    crumbs = (
        Crumb(str(context["title"]), entry_address(place.organisation, shown.version.achievement)),
        Crumb(str(_("Award many"))),
    )
    return page(request, template, place, context, crumbs=crumbs, nav="batches", status=status)
