"""Trials: what was tried, and when it goes. They stand on this page alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.selectors import titles_of
from console.seen_nodes import Crumb, actor_in, place_of
from console.views.frame import console_page, page
from console.views.lists import trial_chips
from issuing.models import Trial
from issuing.services import MOST_TRIALS
from issuing.trials import trials_in
from registry.errors import RoleRequiredError
from registry.models import Role, User
from registry.permissions import INCLUDED_IN


@dataclass(frozen=True, slots=True)
class NamedTrial:
    """A trial in the list: of what, and for which colleague."""

    trial: Trial
    title: str
    member: str


@console_page
@require_safe
def trials(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the trials that stand, the newest first."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    if not place.held & INCLUDED_IN[Role.AWARDER]:
        raise RoleRequiredError(role=Role.AWARDER.label)
    rows = list(trials_in(actor, place.organisation)[:MOST_TRIALS])
    titles = titles_of({row.version.achievement_id for row in rows}, get_language() or "")
    members = User.objects.in_bulk({row.made_by for row in rows})
    named = [
        NamedTrial(row, str(titles[row.version.achievement_id]), str(members.get(row.made_by) or "")) for row in rows
    ]
    context = {
        "trials": named,
        "waiting": any(row.signed_at is None for row in rows),
        "chips": trial_chips(place, chosen=True),
    }
    return page(request, "console/trials.html", place, context, crumbs=(Crumb(str(_("Trials"))),), nav="awards")
