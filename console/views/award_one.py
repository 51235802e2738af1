"""Awarding one by hand: fill in, look at what will be signed and read, award."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalogue.models import Achievement
from catalogue.selectors import results_described
from console.forms import AwardForm, fresh_once
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, entry_of
from console.views.frame import console_page, page
from console.views.once import once_for, said_in
from issuing.errors import AlreadyAwardedError
from issuing.selectors import learner_seen
from issuing.services import AwardOrder, AwardPreview, award_achievement, preview_award, try_award
from registry.errors import MalformedError
from registry.form_refusals import refusals_shown_on, show_refusals
from registry.models import IdentifierType
from registry.throttle import Rate, count_request

TRIALS = Rate("trial", requests=20, seconds=3_600)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One view of the form: where, of what, and what was typed."""

    place: SeenNode
    achievement: Achievement
    title: str
    form: AwardForm


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def award_one(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Award an achievement to one person: a first sending checks and shows, the second one awards, or only tries it.

    Whatever is wrong is told at once, each beside its field, and nothing that was typed is lost.
    """
    place, achievement, title = entry_of(actor_in(request), slug, achievement_id)
    asked: dict[str, Any] = {"achievement": achievement, "described": results_described(achievement)}
    if request.method != "POST":
        form = AwardForm(initial=_begun(request, place), **asked)
        return _form_page(request, _Sheet(place, achievement, title, form))
    sheet = _Sheet(place, achievement, title, AwardForm(request.POST, **asked))
    form, act = sheet.form, request.POST.get("act")
    readable, unread = form.is_valid(), frozenset(form.errors)
    with _told_on(form, unread):
        if readable and act == "award":
            return _awarded(request, sheet)
        if readable and act == "try":
            return _tried(request, sheet)
        preview = preview_award(order=_order(sheet), actor=place.actor)
        if readable and act != "change":
            return _preview_page(request, sheet, preview)
    return _form_page(request, sheet)


def _begun(request: HttpRequest, place: SeenNode) -> dict[str, Any]:
    """Return what a new sheet says already: `?learner=` names a person of the organisation's records."""
    begun = {"when": "now", "language": "en"}
    known = None
    with suppress(ValueError):
        known = learner_seen(place.actor, place.organisation, uuid.UUID(request.GET.get("learner", "")))
    if known is None:
        return begun
    email = known.identifiers.filter(type=IdentifierType.EMAIL).order_by("-verified_at", "pk").first()
    stated = {"learner": known.pk, "name": known.preferred_name, "language": known.language}
    return begun | stated | {"email": email.value if email else ""}


@contextmanager
def _told_on(form: AwardForm, unread: frozenset[str]) -> Iterator[None]:
    """Show refusals on the form; a field that could not be read has its fault already."""
    places = form.places()
    with refusals_shown_on(form, fields=places):
        try:
            yield
        except AlreadyAwardedError as error:
            form.standing = error.facts["id"]
            raise
        except MalformedError as error:
            told = [one for one in error.every_refusal if places.get(one.place, one.place) not in unread]
            show_refusals(form, told, fields=places)


def _order(sheet: _Sheet) -> AwardOrder:
    minutes = sheet.place.organisation.undo_minutes
    return sheet.form.order(undo_until=timezone.now() + dt.timedelta(minutes=minutes) if minutes else None)


def _awarded(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    """Award, once for each sheet: sent again, it leads to the award that was made."""
    organisation, actor = sheet.place.organisation, sheet.place.actor

    def act() -> str:
        return str(award_achievement(order=_order(sheet), actor=actor).pk)

    made = once_for(request, sheet.form, organisation_id=organisation.pk, actor=actor, act=act)
    return redirect("console:award", organisation.slug, made)


def _tried(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    """Make a trial of what was typed, one for each sheet and what it says; the award is still to be made."""
    once = sheet.form.cleaned_data["once"] or fresh_once()
    count_request(rate=TRIALS, caller=f"user:{request.user.pk}", at=timezone.now())
    try_award(order=_order(sheet), trial_id=uuid.uuid5(once, said_in(request)), actor=sheet.place.actor)
    messages.success(request, _("Tried. It is signed within a minute, and a letter goes to you alone."))
    return redirect("console:trials", sheet.place.organisation.slug)


def _form_page(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    context = {"form": sheet.form, "achievement": sheet.achievement, "title": sheet.title}
    status = 422 if sheet.form.errors else 200
    return page(request, "console/award_one.html", sheet.place, context, crumbs=_crumbs(sheet), status=status)


def _preview_page(request: HttpRequest, sheet: _Sheet, preview: AwardPreview) -> HttpResponse:
    if not sheet.form.cleaned_data["once"]:
        sheet.form.begin_anew()
    zone = ZoneInfo(sheet.place.organisation.timezone)
    context = {
        "form": sheet.form,
        "achievement": sheet.achievement,
        "title": sheet.title,
        "preview": preview,
        "results": _results(preview),
        "document": json.dumps(preview.document, ensure_ascii=False, indent=2),
        "day": sheet.form.day,
        "known": _name_known(sheet, preview),
        "entered_later": preview.awarded_on < timezone.localdate(timezone=zone),
    }
    return page(request, "console/award_preview.html", sheet.place, context, crumbs=_crumbs(sheet))


def _results(preview: AwardPreview) -> list[tuple[str, str]]:
    """Return (name, value) of each result that would be signed; the name is what the achievement calls it, if it does."""
    described = preview.document["credentialSubject"]["achievement"].get("resultDescription", [])
    names = {entry["id"]: entry["name"] for entry in described}
    return [(names.get(one.description_id, ""), one.value or "") for one in preview.facts.results]


def _name_known(sheet: _Sheet, preview: AwardPreview) -> str:
    """Return the name under which the organisation's records have the person; empty where one may not know it."""
    place = sheet.place
    known = preview.learner and learner_seen(place.actor, place.organisation, preview.learner)
    return known.preferred_name if known else ""


def _crumbs(sheet: _Sheet) -> tuple[Crumb, ...]:
    address = entry_address(sheet.place.organisation, sheet.achievement)
    return Crumb(sheet.title, address), Crumb(str(_("Award one")))
