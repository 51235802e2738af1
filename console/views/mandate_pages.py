"""Mandates: an owner asks for one, an owner of the other organisation confirms it, either side ends it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from console.agreement_forms import MandateForm
from console.cut_lists import ISSUER_SAYS, sought
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from registry.errors import ConflictError, NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in
from registry.mandated import last_day_of, mandates_of
from registry.models import Issuer, Mandate, Role
from registry.paging import page_of
from registry.permissions import has_role, require_role
from registry.selectors import profiles_of
from registry.services import ask_mandate, confirm_mandate, end_mandate

MANDATES = _("Mandates")
MANDATES_OF_PAGE, ISSUERS_OFFERED = 100, 200


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as a list shows it. `ours`: our issuer holds it. `state`: asked, to-come, live, over or ended."""

    mandate: Mandate
    issuer: str
    body: str
    ours: bool
    state: str
    last_day: dt.date | None


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the mandates that the organisation holds and gave, and ask for one."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    may = has_role(place.actor, place.root, Role.OWNER)
    issuers = Issuer.objects.filter(organisation=place.organisation).order_by("slug")
    offered = sought(request, issuers, ISSUER_SAYS, most=ISSUERS_OFFERED)
    rows = cast(Sequence[Any], mandates_of(place.organisation))
    listed = page_of(rows, MANDATES_OF_PAGE, request.GET.get("page", ""))
    names = _names({one.pk: one for one in [*offered.rows, *(row.issuer for row in listed.object_list)]})
    form = MandateForm(
        request.POST if request.method == "POST" else None,
        issuers={str(one.pk): (one, names[one.pk]) for one in offered.rows},
    )
    if form.is_bound:
        require_role(place.actor, place.root, Role.OWNER)
        if form.is_valid():
            with refusals_shown_on(form):
                ask_mandate(order=form.order(), actor=place.actor)
                messages.success(request, str(_("Asked. Owners of the other organisation are told and confirm it.")))
                return redirect("console:mandates", slug)
    context = {
        "rows": [_row(place, one, names[one.issuer_id]) for one in listed.object_list],
        "page": listed,
        "sought": offered,
        "form": form if may and (offered.rows or offered.typed) else None,
        "may": may,
    }
    status = 422 if form.errors else 200
    crumbs = (Crumb(str(MANDATES)),)
    return page(request, "console/mandates.html", place, context, crumbs=crumbs, nav="administration", status=status)


def _names(issuers: dict[uuid.UUID, Issuer]) -> dict[uuid.UUID, str]:
    named = {one.pk: one.slug for one in issuers.values()}
    for profile in profiles_of(issuers.values()):
        named[profile.issuer_id] = text_in(profile.name, get_language() or "")
    return named


def _row(place: SeenNode, one: Mandate, issuer: str) -> MandateRow:
    ours, last, today = one.organisation_id == place.organisation.pk, last_day_of(one), timezone.localdate()
    body = text_in(one.on_behalf_of.name, get_language() or "")
    if one.ended_at is not None:
        state = "ended"
    elif one.confirmed_at is None:
        state = "asked"
    elif one.since > today:
        state = "to-come"
    else:
        state = "live" if last is None or last >= today else "over"
    return MandateRow(one, issuer, body, ours, state, last)


@console_page
@require_POST
def confirm(request: HttpRequest, slug: str, mandate_id: uuid.UUID) -> HttpResponse:
    """Let the issuer award in the organisation's name."""
    place, mandate = _mandate(request, slug, mandate_id)
    try:
        confirm_mandate(mandate=mandate, actor=place.actor)
        messages.success(request, str(_("Confirmed. The issuer's public page shows it with its period.")))
    except ConflictError as error:
        messages.error(request, error.sentence())
    return redirect("console:mandates", slug)


@console_page
@require_POST
def end(request: HttpRequest, slug: str, mandate_id: uuid.UUID) -> HttpResponse:
    """End a mandate, decline what is asked for, or take it back."""
    place, mandate = _mandate(request, slug, mandate_id)
    end_mandate(mandate=mandate, actor=place.actor)
    messages.success(request, str(_("Ended. What was awarded under it stays as it is.")))
    return redirect("console:mandates", slug)


def _mandate(request: HttpRequest, slug: str, mandate_id: uuid.UUID) -> tuple[SeenNode, Mandate]:
    place = place_of(actor_in(request), slug)
    sides = Q(organisation=place.organisation) | Q(on_behalf_of=place.organisation)
    mandate = Mandate.objects.filter(sides, pk=mandate_id).first()
    if mandate is None:
        raise NotFoundError
    return place, mandate
