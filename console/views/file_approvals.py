"""Files of awards that wait: a second person, or a body that awards jointly, decides about each as one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalogue.selectors import titles_of
from console.approval_forms import RecordForm
from console.batch_forms import BatchDecisionForm
from console.cut_lists import row_after
from console.seen_batches import Sums, findings_of, seen_batch
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.approvals import decide
from console.views.batch_steps import file_address, step_page
from console.views.frame import console_page, page
from issuing.batch_selectors import waiting_rows, waits_for_approval
from issuing.models import Award, Batch
from issuing.selectors import award_facts
from issuing.services import approve_awards, refuse_awards, refuse_rows
from issuing.waiting import asked_for_file, asked_of_body, decided_by_body
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in

WAITING_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of a file that waits: its award, what it says of whom, and where one looks at it alone."""

    award: Award
    name: str
    result: str
    address: str


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let a second person look at a file as a whole, take rows out, and let it go on or end it."""
    place, shown, title = seen_batch(request, slug, batch_id)
    form = BatchDecisionForm(_typed(request))
    if form.is_valid():
        with refusals_shown_on(form):
            _decide(request, place, shown, form)
            return redirect("console:batch_approval", slug, shown.pk)
    rows = waiting_rows(shown, after=row_after(request), most=WAITING_SHOWN + 1)
    asked = any(one.party is None and one.approval is None for one in asked_for_file(shown))
    context = _context(shown, title, form, rows, ("console:award", slug)) | {
        "findings": findings_of(shown),
        "awaits": asked and waits_for_approval(shown),
    }
    return step_page(request, "console/batch_approval.html", place, context, status=422 if form.errors else 200)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def file_approval(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Let a body that awards jointly decide about a file of another organisation as one; sent twice, it is done once."""
    place = place_of(actor_in(request), slug)
    waiting = asked_of_body(place.organisation, place.actor, root=place.root).filter(batch=batch_id)
    asked = waiting.filter(award__row_number__gt=row_after(request)).order_by("award__row_number")
    rows = [one.award for one in asked[: WAITING_SHOWN + 1]]
    shown = Batch.objects.select_related("organisation").filter(pk=batch_id).first()
    if shown is None or not waiting.exists():
        if not decided_by_body(place.organisation, batch_id):
            raise NotFoundError
        messages.info(request, str(_("Your organisation has decided on this file already.")))
        return redirect("console:approvals", slug)
    form = BatchDecisionForm(_typed(request))
    if form.is_valid():
        with refusals_shown_on(form):
            _decide(request, place, shown, form, party=slug)
            return redirect("console:file_approval", slug, shown.pk)
    entry = shown.version.achievement_id
    title = str(titles_of([entry], get_language() or "")[entry])
    context = _context(shown, title, form, rows, ("console:approval", slug)) | {
        "awaits": True,
        "is_body": True,
        "house": text_in(shown.organisation.name, get_language() or ""),
        "back": reverse("console:approvals", args=[slug]),
    }
    crumbs = (Crumb(str(_("Approvals")), str(context["back"])), Crumb(title))
    status = 422 if form.errors else 200
    return page(request, "console/batch_approval.html", place, context, crumbs=crumbs, nav="approvals", status=status)


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _context(
    shown: Batch, title: str, form: BatchDecisionForm, awards: list[Award], leads_to: tuple[str, str]
) -> dict[str, object]:
    more = awards[WAITING_SHOWN - 1].row_number if len(awards) > WAITING_SHOWN else None
    return {
        "form": form,
        "batch": shown,
        "title": title,
        "sums": Sums.of(shown),
        "rows": list(_rows(awards[:WAITING_SHOWN], *leads_to)),
        "next": f"?after={more}" if more else "",
    }


def _rows(awards: Iterable[Award], name: str, slug: str) -> Iterable[WaitingRow]:
    for award in awards:
        facts = award_facts(award) if award.facts else None
        result = ", ".join(one.value or "" for one in facts.results) if facts else ""
        yield WaitingRow(award, facts.holder_name if facts else "", result, reverse(name, args=[slug, award.pk]))


def _decide(request: HttpRequest, place: SeenNode, shown: Batch, form: BatchDecisionForm, party: str = "") -> None:
    act, reason, rows = request.POST.get("act", ""), form.cleaned_data["reason"], form.cleaned_data["rows"]
    if act == "take-out":
        gone = refuse_rows(batch_id=shown.pk, rows=rows, reason=reason, actor=place.actor, party=party)
        told = ngettext("%(gone)d row was taken out.", "%(gone)d rows were taken out.", gone) % {"gone": gone}
    elif act == "refuse":
        refuse_awards(subject_id=shown.pk, reason=reason, actor=place.actor, party=party)
        told = str(_("Refused: nothing of it that waited goes out."))
    else:
        approve_awards(subject_id=shown.pk, actor=place.actor, party=party)
        told = str(_("Approved: what waited for you goes on."))
    messages.success(request, told)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def record_file_decision(request: HttpRequest, slug: str, batch_id: uuid.UUID, body: str) -> HttpResponse:
    """Record what a body without an organisation here has decided about a file as one."""
    place, shown, title = seen_batch(request, slug, batch_id)
    named = (one for one in asked_for_file(shown) if one.outside and one.key == body)
    asked = next((one for one in named if one.approval is None), None)
    if asked is None or not waits_for_approval(shown):
        raise NotFoundError
    form = RecordForm(_typed(request))
    if form.is_valid():
        with refusals_shown_on(form, fields={"date": "decided_on"}):
            decide(shown, place, form, party=body, recorded=form.recorded())
            messages.success(request, str(_("Recorded.")))
            return redirect(file_address(shown))
    whom = str(_("All of the file that waits"))
    context: dict[str, object] = {"batch": shown, "title": title, "form": form, "name": asked.name, "whom": whom}
    return step_page(request, "console/record_decision.html", place, context, status=422 if form.errors else 200)
