"""What every page of the operator has: the way in, the frame, and the note that is left of a look."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from console.seen_nodes import Crumb, actor_in
from registry.errors import NotFoundError
from registry.language_maps import text_in
from registry.models import Organisation
from registry.permissions import require_operator
from registry.services import note_looks

View = TypeVar("View", bound=Callable[..., HttpResponse])
ONE_LOOK_SECONDS = 15 * 60
"""Who opens the pages of an organisation again so soon still has the same look."""


def operator_page(view: View) -> View:
    """Let in who runs this installation, and nobody else; nothing is kept on the way."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_operator(actor_in(request))
        return view(request, *args, **kwargs)

    return cast(View, never_cache(login_required(guarded)))


def looked_at(request: HttpRequest, slug: str) -> Organisation:
    """Return an organisation to look into, and leave a note in its trail.

    Raises:
        NotFoundError: there is none of this short address.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFoundError
    kept, now = f"looked {organisation.pk}", timezone.now().timestamp()
    if now - request.session.get(kept, 0) > ONE_LOOK_SECONDS:
        at = request.resolver_match.view_name if request.resolver_match else ""
        note_looks(organisations=[organisation.pk], at=at, actor=actor_in(request))
        request.session[kept] = now
    return organisation


def typed_in(request: HttpRequest) -> QueryDict | None:
    """Return what was typed into a form, None where it is only looked at."""
    return request.POST if request.method == "POST" else None


def name_of_house(organisation: Organisation) -> str:
    """Return an organisation's name in the reader's language."""
    return text_in(organisation.name, get_language() or "")


def page_of_operator(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    crumbs: tuple[Crumb, ...] = (),
    nav: str = "organisations",
    status: int = 200,
) -> HttpResponse:
    """Return a page of the operator; `nav` names the section to which it belongs."""
    return render(request, template, {"crumbs": crumbs, "section": "operator", "nav": nav} | context, status=status)
