"""Faculties: made below a place, renamed, moved, closed and opened again; and finding one's way by typing."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.finding import achievements_matching
from catalogue.search import folded, query_words
from console.faculty_forms import FacultyForm, MoveForm
from console.seen_nodes import Crumb, SeenNode, actor_in, address_of, entries_of, name_of, place_of
from console.views.frame import console_page, page
from registry.errors import NotFoundError, RegistryError, RoleRequiredError
from registry.form_refusals import refusals_shown_on
from registry.models import Node, Role
from registry.paging import page_of
from registry.permissions import has_role, nodes_of, require_role
from registry.services import close_faculty, create_faculty, move_faculty, rename_faculty, reopen_faculty

PLACES_OF_PAGE = 50
MOST_FOUND = 20
FIELDS = {"name.en": "name", "name.de": "name_de"}


@console_page
@require_safe
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Find a faculty or an achievement by typing; without words every place is listed, page by page."""
    place = place_of(actor_in(request), slug)
    query = request.GET.get("q", "")
    words = query_words(query)
    named = sorted(_named_places(place, words), key=lambda one: one[0].casefold())
    listed = page_of(named, PLACES_OF_PAGE, request.GET.get("page", ""))
    found = achievements_matching(place.actor, slug, query, most=MOST_FOUND)
    context = {
        "query": query,
        "page": listed,
        "places": [(name, address_of(place.organisation, node), node.closed_at) for name, node in listed.object_list],
        "entries": entries_of(found, place.organisation),
        "most": MOST_FOUND,
    }
    return page(request, "console/find.html", place, context, crumbs=(Crumb(str(_("Find"))),))


def _named_places(place: SeenNode, words: list[str]) -> list[tuple[str, Node]]:
    """Return the places that one sees whose name holds every word, in any language."""
    return [
        (name_of(one, place.organisation), one)
        for one in nodes_of(place.actor).filter(organisation=place.organisation)
        if all(word in folded(" ".join([*one.name.values(), name_of(one, place.organisation)])) for word in words)
    ]


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_faculty(request: HttpRequest, slug: str, node_id: uuid.UUID) -> HttpResponse:
    """Make a faculty below a place."""
    place = place_of(actor_in(request), slug, node_id)
    require_role(place.actor, place.node, Role.ADMIN)
    form = FacultyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields=FIELDS):
            made = create_faculty(parent=place.node, name=form.names({}), actor=place.actor)
            messages.success(request, str(_("The faculty is made. Invite who is to work in it.")))
            return redirect(address_of(place.organisation, made))
    crumbs = (Crumb(str(_("New faculty"))),)
    status = 422 if form.errors else 200
    return page(request, "console/new_faculty.html", place, {"form": form}, crumbs=crumbs, status=status)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def faculty(request: HttpRequest, slug: str, node_id: uuid.UUID) -> HttpResponse:
    """Rename a faculty, or put it under another place."""
    place = place_of(actor_in(request), slug, node_id)
    if place.is_top:
        raise NotFoundError
    require_role(place.actor, place.node, Role.ADMIN)
    names = {"name": place.node.name.get("en", ""), "name_de": place.node.name.get("de", "")}
    act, sent = request.POST.get("act"), request.POST if request.method == "POST" else None
    form = FacultyForm(sent if act == "rename" else None, initial=names)
    move = MoveForm(sent if act == "move" else None, places=_targets(place))
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields=FIELDS):
            rename_faculty(node=place.node, name=form.names(place.node.name), actor=place.actor)
            return _done(request, place, _("Renamed."))
    if move.is_bound and move.is_valid():
        with refusals_shown_on(move):
            target = Node(pk=move.target(), organisation=place.organisation)
            move_faculty(node=place.node, parent=target, actor=place.actor)
            return _done(
                request, place, _("Moved, with everything below it. Roles from above are those of its new place.")
            )
    context = {"form": form, "move": move if _may_move(place) else None, "bound": move if move.is_bound else form}
    status = 422 if form.errors or move.errors else 200
    crumbs = (Crumb(str(_("Rename, move or close"))),)
    return page(request, "console/faculty.html", place, context | _closing(place), crumbs=crumbs, status=status)


def _closing(place: SeenNode) -> dict[str, object]:
    return {"may_close": has_role(place.actor, place.node, Role.OWNER), "closed_at": place.node.closed_at}


def _may_move(place: SeenNode) -> bool:
    """Whether one owns the place above: only then can the faculty go elsewhere."""
    above = place.above
    return bool(above) and above[-1].pk == place.node.parent_id and has_role(place.actor, above[-1], Role.OWNER)


def _targets(place: SeenNode) -> list[tuple[uuid.UUID, str]]:
    """Return the places that one owns and that neither are this one nor lie below it, each with the way to it."""
    owned = nodes_of(place.actor, Role.OWNER).filter(organisation=place.organisation, closed_at=None)
    nodes = list(owned.exclude(path__startswith=place.node.path).order_by("path"))
    names = {one.path: name_of(one, place.organisation) for one in nodes}
    ways = [(one.pk, " › ".join(name for path, name in names.items() if one.path.startswith(path))) for one in nodes]
    return sorted((one for one in ways if one[0] != place.node.parent_id), key=lambda one: one[1].casefold())


@console_page
@require_http_methods(["POST"])
def close(request: HttpRequest, slug: str, node_id: uuid.UUID) -> HttpResponse:
    """Close a faculty."""
    return _switched(
        request, slug, node_id, close_faculty, _("Closed: nothing new is awarded here. It can be opened again.")
    )


@console_page
@require_http_methods(["POST"])
def reopen(request: HttpRequest, slug: str, node_id: uuid.UUID) -> HttpResponse:
    """Open a closed faculty again."""
    return _switched(request, slug, node_id, reopen_faculty, _("Open again."))


def _switched(
    request: HttpRequest, slug: str, node_id: uuid.UUID, act: Callable[..., Node], said: Promise | str
) -> HttpResponse:
    place = place_of(actor_in(request), slug, node_id)
    try:
        act(node=place.node, actor=place.actor)
    except RoleRequiredError:
        raise
    except RegistryError as error:
        messages.error(request, error.sentence())
        return redirect(address_of(place.organisation, place.node))
    return _done(request, place, said)


def _done(request: HttpRequest, place: SeenNode, said: Promise | str) -> HttpResponse:
    messages.success(request, str(said))
    return redirect(address_of(place.organisation, place.node))
