"""What the public sees of an achievement: its page and badge beforehand, publishing, planning, withdrawing it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.badges import badge_svg
from catalogue.draft_sheets import sheet_of
from catalogue.models import Achievement, AchievementState
from catalogue.pages import entry_page
from catalogue.said import content_as_said
from catalogue.selectors import content_of, newest_published, published_numbers, related_entries, stored_image
from catalogue.services import plan_achievement, publish_achievement, retire_achievement
from catalogue.services.publishing import badge_facts
from console.editor.desks import Desk, desk_of
from console.editor.differences import Difference, differences
from console.editor.parts import PARTS
from console.forms import DayField
from console.seen_nodes import Crumb, actor_in, entry_address, entry_of
from console.views.frame import console_page, page
from registry.errors import ConflictError, MalformedError
from registry.form_refusals import refusals_shown_on
from registry.models import Role
from registry.permissions import require_role
from registry.selectors import latest_profile

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@console_page
@require_safe
def badge(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Answer the badge as it would be drawn now."""
    desk = desk_of(request, slug, achievement_id)
    headers = {"Content-Security-Policy": SANDBOX}
    uploaded = stored_image(desk.version.badge.get("picture", ""))
    if uploaded is not None:
        return HttpResponse(bytes(uploaded.png), content_type="image/png", headers=headers)
    return HttpResponse(badge_svg(badge_facts(desk.version)), content_type="image/svg+xml", headers=headers)


@console_page
@require_safe
def preview(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show the whole page as the public will see it once this is published."""
    desk = desk_of(request, slug, achievement_id)
    profile = latest_profile(desk.achievement.issuer)
    related = related_entries(desk.achievement, desk.language)
    entry = entry_page(desk.version, profile, desk.language, newest=desk.version.number, related=related)
    context = {
        "entry": replace(entry, image_url=desk.address("badge")),
        "versions": [],
        "back": desk.address(),
        "section": "console",
    }
    return render(request, "console/preview.html", context)


@console_page
@require_safe
def publishing(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show what stands between a draft and its publication, and what publishing does."""
    return _publishing_page(request, desk_of(request, slug, achievement_id))


@console_page
@require_POST
def publish(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Fix the draft for good."""
    done = _("Published. It stands in the catalogue, and can be awarded.")
    return _moved(request, desk_of(request, slug, achievement_id), publish_achievement, str(done))


@console_page
@require_POST
def plan(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show the draft as planned."""
    done = _("Shown as planned. It cannot be awarded before it is published.")
    return _moved(request, desk_of(request, slug, achievement_id), plan_achievement, str(done))


def _moved(request: HttpRequest, desk: Desk, act: Callable[..., object], done: str) -> HttpResponse:
    try:
        act(achievement=desk.achievement, actor=desk.place.actor)
    except (MalformedError, ConflictError) as error:
        told = [one.sentence() for one in error.every_refusal] or [error.sentence()]
        return _publishing_page(request, desk, refused=told, status=409 if isinstance(error, ConflictError) else 422)
    messages.success(request, done)
    return redirect("console:achievement", desk.place.organisation.slug, desk.achievement.pk)


def _publishing_page(
    request: HttpRequest, desk: Desk, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "desk": desk,
        "parts": PARTS.values(),
        "findings": [one.sentence() for one in dict.fromkeys(desk.findings)],
        "refused": refused or [],
        "earlier": published_numbers(desk.achievement),
        "changes": _changes(desk),
        "may_plan": desk.achievement.state == AchievementState.DRAFT,
    }
    crumbs = desk.crumbs(str(_("Publish")))
    return page(request, "console/publish.html", desk.place, context, crumbs=crumbs, status=status)


def _changes(desk: Desk) -> list[Difference]:
    """Return what the draft changes of the version that is published; nothing where none is."""
    published = newest_published(desk.achievement) if desk.is_draft and desk.version.number > 1 else None
    return differences(sheet_of(content_as_said(content_of(published))), desk.sheet) if published else []


class RetireForm(forms.Form):
    """The last day on which a withdrawn achievement may be awarded."""

    last_award_on = DayField(
        label=_("Last day on which it may be awarded"),
        help_text=_("Courses that run finish: until then it can be awarded."),
    )


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Take an achievement out of the catalogue; what was awarded stays as it is."""
    place, achievement, title = entry_of(actor_in(request), slug, achievement_id)
    require_role(place.actor, achievement.issuer.node, Role.EDITOR)
    form = RetireForm(
        request.POST if request.method == "POST" else None, initial={"last_award_on": _last_day(achievement)}
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            day = form.cleaned_data["last_award_on"]
            retire_achievement(achievement=achievement, last_award_on=day, actor=place.actor)
            messages.success(request, str(_("Withdrawn from the catalogue. What was awarded stays as it is.")))
            return redirect("console:achievement", slug, achievement.pk)
    crumbs = (Crumb(title, entry_address(place.organisation, achievement)), Crumb(str(_("Withdraw"))))
    context = {"form": form, "achievement": achievement, "title": title}
    status = 422 if form.errors else 200
    return page(request, "console/retire.html", place, context, crumbs=crumbs, status=status)


def _last_day(achievement: Achievement) -> dt.date:
    return achievement.last_award_on or timezone.localdate()
