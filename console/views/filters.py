"""Filters of the list of awards that somebody keeps under names, for oneself: kept, renamed, forgotten and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from console.seen_nodes import actor_in, place_of
from console.views.frame import console_page
from console.views.lists import AskedList, entry_named
from registry.actors import user_in
from registry.errors import NotFoundError
from registry.refusals import RuleBrokenError
from registry.services import forget_view, keep_view, rename_view

LONGEST_NUMBER: Final = 18


@console_page
@require_POST
def keep_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a list as it is narrowed under a name; what had that name is replaced."""
    actor = actor_in(request)
    place, asked = place_of(actor, slug), AskedList.of(request.POST)
    if asked.achievement:
        entry_named(actor, slug, asked.achievement)
    name, query = request.POST.get("name", ""), asked.address().removeprefix("?")
    _tell(
        request,
        lambda: keep_view(organisation=place.organisation, name=name, query=query, user=user_in(request)),
        _("Kept. You find it above the list."),
    )
    return redirect(reverse("console:awards", args=[slug]) + asked.address())


@console_page
@require_POST
def rename_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a filter of one's own another name."""
    place, name = place_of(actor_in(request), slug), request.POST.get("name", "")
    number = _number(request)
    _tell(
        request,
        lambda: rename_view(organisation=place.organisation, number=number, name=name, user=user_in(request)),
        _("Renamed."),
    )
    return redirect("console:awards", slug)


@console_page
@require_POST
def forget_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Forget a filter of one's own; the list stays as it narrowed it, with the way back."""
    place = place_of(actor_in(request), slug)
    view = forget_view(organisation=place.organisation, number=_number(request), user=user_in(request))
    if view is None:
        return redirect("console:awards", slug)
    said = urlencode({"forgotten": view.name})
    return redirect(f"{reverse('console:awards', args=[slug])}?{view.query}&{said}")


def _tell(request: HttpRequest, act: Callable[[], object], done: Promise | str) -> None:
    try:
        act()
        messages.success(request, str(done))
    except RuleBrokenError as broken:
        messages.error(request, broken.refusals[0].sentence())


def _number(request: HttpRequest) -> int:
    """Return which filter is meant. Raises NotFoundError."""
    number = request.POST.get("view", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise NotFoundError
    return int(number)
