"""What every page of the console has: the way in, and the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from console.seen_nodes import Crumb, SecondStepNeededError, SeenNode

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def console_page(view: View) -> View:
    """Let in whoever is signed in, by a second step where the organisation asks for one; nothing is kept on the way."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SecondStepNeededError as error:
            return page(request, "console/second_step.html", error.place, {}, status=403)

    return cast(View, never_cache(login_required(guarded)))


def page(
    request: HttpRequest,
    template: str,
    place: SeenNode,
    context: dict[str, Any],
    *,
    crumbs: tuple[Crumb, ...] = (),
    nav: str = "achievements",
    status: int = 200,
) -> HttpResponse:
    """Return a page within a place's frame; `nav` names the section to which it belongs."""
    if nav == "administration" and crumbs:
        crumbs = (*_administration(request, place), *crumbs)
    frame = {"place": place, "crumbs": place.crumbs(*crumbs), "section": "console", "nav": nav}
    return render(request, template, frame | context, status=status)


def _administration(request: HttpRequest, place: SeenNode) -> tuple[Crumb, ...]:
    """Return the page that leads to all pages with which an organisation is run, unless this is it."""
    address = reverse("console:administration", args=[place.organisation.slug])
    return () if request.path == address else (Crumb(str(_("Administration")), address),)
