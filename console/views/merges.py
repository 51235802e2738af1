"""The same person twice: two records become one, and are taken apart again while nothing has changed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from console.change_forms import MergeForm
from console.views.frame import console_page
from console.views.lists import LONGEST_SEARCH
from console.views.people import person_page, seen_person
from issuing.models import LearnerMerge
from issuing.people import SeenPerson, people_found, person_in
from issuing.services import merge_learners, undo_merge
from registry.errors import NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.name_keys import words_of_name
from registry.services import Proof, ProofKind


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, slug: str, learner_id: uuid.UUID) -> HttpResponse:
    """Find the other record, look at what each has, and join them for documents that were seen."""
    place, shown = seen_person(request, slug, learner_id)
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    named = (request.POST if request.method == "POST" else request.GET).get("other", "")
    context: dict[str, object] = {"person": shown, "q": text}
    form = None
    if named:
        other = person_in(place.actor, organisation=place.organisation, learner_id=_number(named))
        data = request.POST if request.method == "POST" else None
        form = MergeForm(data, kept=_choices(shown), gone=_choices(other), other=named)
        if form.is_bound and form.is_valid():
            with refusals_shown_on(form):
                sides = {"kept": _side(shown, form, "kept_by"), "gone": _side(other, form, "gone_by")}
                merge_learners(**sides, actor=place.actor)
                messages.success(request, str(_("The two records are one now.")))
                return redirect("console:person", slug, shown.learner.pk)
        context |= {"form": form, "other": other}
    elif words_of_name(text):
        found = people_found(place.actor, organisation=place.organisation, text=text).people
        context["people"] = [one for one in found if one.learner.pk != shown.learner.pk]
    status = 422 if form is not None and form.errors else 200
    answer = person_page(request, "console/merge.html", place, shown, context, str(_("Join another record")))
    answer.status_code = status
    return answer


@console_page
@require_POST
def apart(request: HttpRequest, slug: str, learner_id: uuid.UUID, merge_id: uuid.UUID) -> HttpResponse:
    """Take two records apart again."""
    place, shown = seen_person(request, slug, learner_id)
    if not LearnerMerge.objects.filter(pk=merge_id, kept=shown.learner.pk).exists():
        raise NotFoundError
    try:
        undo_merge(merge_id=merge_id, actor=place.actor)
        messages.success(request, str(_("They are two records again.")))
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:people", slug)


def _number(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFoundError from error


def _choices(person: SeenPerson) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.get_type_display()}: {one.value}") for one in person.identifiers]


def _side(person: SeenPerson, form: MergeForm, field: str) -> tuple[uuid.UUID, Proof]:
    identifier = uuid.UUID(form.cleaned_data[field])
    return person.learner.pk, Proof(identifier=identifier, kind=ProofKind.DOCUMENT, at=timezone.now())
