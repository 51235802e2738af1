"""With what an organisation is run: the pages that are needed seldom, each with what it is for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.sections import ADMINISTRATION
from console.seen_nodes import Crumb, actor_in, place_of
from console.views.frame import console_page, page


@console_page
@require_safe
def administration(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to what somebody with these roles may administer."""
    place = place_of(actor_in(request), slug)
    context = {"pages": place.leads_to(ADMINISTRATION)}
    crumbs = (Crumb(str(_("Administration"))),)
    return page(request, "console/administration.html", place, context, crumbs=crumbs, nav="administration")
