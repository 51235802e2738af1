"""How an achievement relates to others: stated, and taken back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import RelationKind
from catalogue.selectors import relatable
from catalogue.services import relate_achievements, unrelate_achievements
from console.editor.beside import RelationForm
from console.editor.desks import desk_of
from console.views.editor import beside_page
from console.views.frame import console_page
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on


@console_page
@require_POST
def relate(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """State how an achievement relates to another one."""
    desk = desk_of(request, slug, achievement_id)
    form = RelationForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            other = relatable(desk.place.actor, said["other"])
        except NotFoundError as error:
            form.add_error("other", error.sentence())
            return beside_page(request, desk, form)
        with refusals_shown_on(form, fields={"relations": "other"}):
            kind = RelationKind(said["kind"])
            relate_achievements(achievement=desk.achievement, kind=kind, other=other, actor=desk.place.actor)
            messages.success(request, _("Related. It holds at once."))
            return redirect("console:edit_part", slug, achievement_id, "beside")
    return beside_page(request, desk, form)


@console_page
@require_POST
def unrelate(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Take a relation back."""
    desk = desk_of(request, slug, achievement_id)
    form = RelationForm(request.POST)
    if not form.is_valid():
        raise NotFoundError
    other = relatable(desk.place.actor, form.cleaned_data["other"])
    kind = RelationKind(form.cleaned_data["kind"])
    unrelate_achievements(achievement=desk.achievement, kind=kind, other=other, actor=desk.place.actor)
    messages.success(request, _("Taken back."))
    return redirect("console:edit_part", slug, achievement_id, "beside")
