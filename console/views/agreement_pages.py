"""Agreements with whoever runs the installation: an owner reads and accepts a version; who accepted when can be printed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from registry.agreed import agreements_seen_by
from registry.errors import ConflictError, NotFoundError
from registry.language_maps import language_text
from registry.models import Agreement, AgreementAccepted, Role
from registry.paging import page_of
from registry.permissions import has_role, require_role
from registry.services import accept_agreement

AGREEMENTS = _("Agreements")
ACCEPTED_OF_PAGE = 100


@console_page
@require_safe
def agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest version of each agreement, and every version that was accepted for the organisation."""
    place = _place(request, slug)
    accepted = AgreementAccepted.objects.filter(organisation=place.organisation).select_related("agreement", "user")
    rows = accepted.order_by("-at", "-pk")
    listed = page_of(cast(Sequence[Any], rows), ACCEPTED_OF_PAGE, request.GET.get("page", ""))
    context = {
        "seen": agreements_seen_by(place.organisation),
        "accepted": listed.object_list,
        "page": listed,
        "is_owner": has_role(place.actor, place.root, Role.OWNER),
    }
    crumbs = (Crumb(str(AGREEMENTS)),)
    return page(request, "console/agreements.html", place, context, crumbs=crumbs, nav="administration")


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Show a version word for word; an owner accepts the newest one by its button."""
    place = _place(request, slug)
    shown = Agreement.objects.filter(pk=agreement_id).first()
    if shown is None:
        raise NotFoundError
    if request.method == "POST":
        try:
            accept_agreement(agreement=shown, organisation=place.organisation, actor=place.actor)
            messages.success(request, str(_("Accepted. Who did it and when stands on this page.")))
        except ConflictError as error:
            messages.error(request, error.sentence())
        return redirect("console:agreements", slug)
    seen = {one.agreement.pk for one in agreements_seen_by(place.organisation)}
    accepted = shown.acceptances.filter(organisation=place.organisation).select_related("user").first()
    context = {
        "agreement": shown,
        "text": language_text(shown.text, get_language() or "en"),
        "accepted": accepted,
        "is_newest": shown.pk in seen,
        "may_accept": accepted is None and shown.pk in seen and has_role(place.actor, place.root, Role.OWNER),
    }
    crumbs = (Crumb(str(AGREEMENTS), reverse("console:agreements", args=[slug])), Crumb(str(shown.version)))
    return page(request, "console/agreement.html", place, context, crumbs=crumbs, nav="administration")


def _place(request: HttpRequest, slug: str) -> SeenNode:
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    return place
