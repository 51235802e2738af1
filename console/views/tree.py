"""The organisation as a tree: its places, and the achievements that are issued there."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from console.forms import NumberedForm
from console.seen_nodes import Crumb, actor_in, entry_of, houses_of, place_of
from console.views.frame import console_page, page
from console.views.lists import named_awards
from issuing.selectors import awards_page
from registry.language_maps import text_in
from registry.selectors import roles_at


@console_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the one organisation in which somebody has a role, or show those to choose from."""
    houses = houses_of(actor_in(request))
    if len(houses) == 1:
        return redirect("console:organisation", houses[0].slug)
    named = [(text_in(house.name, get_language() or ""), house.slug) for house in houses]
    return render(request, "console/home.html", {"houses": named, "section": "console"})


@console_page
@require_safe
def place(request: HttpRequest, slug: str, node_id: uuid.UUID | None = None) -> HttpResponse:
    """Show a place: what is below it, what is issued there, and who acts there."""
    here = place_of(actor_in(request), slug, node_id)
    listed, entries = here.entries(request.GET.get("page", ""))
    here.unfold(entries, listed.paginator.count)
    context = {"page": listed, "entries": entries, "roles": roles_at(here.node)}
    return page(request, "console/place.html", here, context)


@console_page
@require_safe
def achievement(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show an achievement: how it stands, and its newest awards."""
    here, entry, title = entry_of(actor_in(request), slug, achievement_id)
    context = {
        "achievement": entry,
        "title": title,
        "copying": NumberedForm(),
        "awards": named_awards(awards_page(here.actor, organisation=slug, achievement=entry, size=10).rows),
    }
    return page(request, "console/achievement.html", here, context, crumbs=(Crumb(title),))
