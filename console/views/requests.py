"""What learners ask for: the queue, one request with its evidence, deciding on one or many, and the link they use."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.selectors import newest_published
from console.request_forms import AnswerForm
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, entry_of, place_of
from console.seen_requests import listed
from console.views.frame import console_page, page
from issuing.models import Application
from issuing.request_lists import NEWEST_REQUEST, OLDEST_REQUEST, request_in, requests_for
from issuing.services import decline_application, grant_application, grant_applications, takes_requests
from registry.errors import ForbiddenError, NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.keyset import Cursor, Sorting, keyset_page, read_cursor
from registry.models import Role, User
from registry.permissions import require_role
from registry.qr_codes import qr_code_svg
from registry.selectors import link_base_url

ROWS: Final = 50


@console_page
@require_safe
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the requests on which the reader may decide: those that wait, the oldest first, or those that were decided."""
    place = place_of(actor_in(request), slug)
    decided = request.GET.get("show") == "decided"
    sorting = NEWEST_REQUEST if decided else OLDEST_REQUEST
    rows = requests_for(place.actor, place.organisation, waiting=not decided)
    shown = keyset_page(rows, sorting, size=ROWS, cursor=_cursor(request, sorting))
    before = "show=decided&" if decided else ""
    context = {
        "requests": listed(shown.rows, place),
        "decided": decided,
        "newer": f"?{before}cursor={shown.previous}" if shown.previous else "",
        "older": f"?{before}cursor={shown.next}" if shown.next else "",
    }
    crumbs = (Crumb(str(_("Requests"))),)
    return page(request, "console/requests.html", place, context, crumbs=crumbs, nav="requests")


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, slug: str, application_id: uuid.UUID) -> HttpResponse:
    """Show a request with its evidence; a POST approves or declines it, once."""
    actor = actor_in(request)
    asked = request_in(actor, slug, application_id)
    place = place_of(actor, slug, asked.achievement.issuer.node_id)
    version = newest_published(asked.achievement)
    form = AnswerForm(request.POST if request.method == "POST" else None, version=version)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields={"results": "result"}):
            return _answered(request, asked, place, form)
    (one,) = listed([asked], place)
    context = {
        "asked": asked,
        "one": one,
        "form": form,
        "is_own": str(asked.user_id) == place.actor.id,
        "decided_by": _decided_by(asked),
        "evidence_required": bool(version and version.evidence_required),
    }
    crumbs = (Crumb(str(_("Requests")), reverse("console:requests", args=[slug])), Crumb(asked.name))
    status = 422 if form.errors else 200
    return page(request, "console/request.html", place, context, crumbs=crumbs, nav="requests", status=status)


def _answered(request: HttpRequest, asked: Application, place: SeenNode, form: AnswerForm) -> HttpResponse:
    try:
        if form.declines:
            reason = form.cleaned_data["reason"]
            decline_application(application_id=asked.pk, reason=reason, actor=place.actor)
            messages.success(request, str(_("Declined. The applicant is told, with your reason.")))
        else:
            grant_application(application_id=asked.pk, actor=place.actor, **form.stated())
            messages.success(request, str(_("Approved. The applicant is told.")))
    except ForbiddenError as error:
        messages.error(request, error.sentence())
    return redirect("console:requests", place.organisation.slug)


@console_page
@require_POST
def approve_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Approve the chosen requests of a page; the worker awards them, each with a fate of its own."""
    place = place_of(actor_in(request), slug)
    chosen = _numbers(request.POST.getlist("request"))
    if not chosen:
        messages.error(request, str(_("Choose at least one request.")))
        return redirect("console:requests", slug)
    mine = requests_for(place.actor, place.organisation).filter(pk__in=chosen)
    numbers = list(mine.values_list("pk", flat=True))
    count = grant_applications(application_ids=numbers, actor=place.actor)
    said = ngettext("One request is being awarded.", "%(count)d requests are being awarded.", count) % {"count": count}
    messages.success(request, said if count else str(_("Nothing of this waits for you any more.")))
    return redirect("console:requests", slug)


@console_page
@require_safe
def request_link(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show the link by which learners apply for an achievement, as text and as a code to print."""
    place, entry, title = entry_of(actor_in(request), slug, achievement_id)
    require_role(place.actor, place.node, Role.VIEWER)
    is_open = takes_requests(entry)
    link = f"{link_base_url()}/apply/{entry.issuer.slug}/{entry.slug}/"
    context = {
        "achievement": entry,
        "title": title,
        "is_open": is_open,
        "link": link,
        "code": qr_code_svg(link) if is_open else "",
    }
    crumbs = (Crumb(title, entry_address(place.organisation, entry)), Crumb(str(_("Link for requests"))))
    return page(request, "console/request_link.html", place, context, crumbs=crumbs)


def _decided_by(asked: Application) -> str:
    if asked.decided_by_kind != "user":
        return ""
    user = User.objects.filter(pk=asked.decided_by).first()
    return (user.name or user.email) if user else ""


def _numbers(chosen: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in chosen[:ROWS]]
    except ValueError as error:
        raise NotFoundError from error


def _cursor(request: HttpRequest, sorting: Sorting) -> Cursor | None:
    text = request.GET.get("cursor")
    try:
        return read_cursor(text, sorting) if text else None
    except ValueError as error:
        raise NotFoundError from error
