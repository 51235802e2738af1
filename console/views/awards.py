"""One award as its issuer sees it: its way, its letters, and what can be done with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.selectors import titles_of
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, place_of
from console.views.frame import console_page, page
from issuing.grounds import ground_of, may_read_file
from issuing.models import Award, AwardState, StatusPurpose
from issuing.notes import notes_of
from issuing.selectors import award_facts, award_in, status_of
from issuing.services import cancel_award, mandate_missing, send_now
from issuing.superiors import goes_to_superior
from issuing.waiting import asked_for
from issuing.way import ENDED
from registry.errors import RegistryError
from registry.models import Role
from registry.permissions import has_role

HELD_WITHOUT: Final = frozenset({AwardState.SCHEDULED, AwardState.AWAITING_CLAIM, AwardState.ACCEPTED})
"""The states in which an award waits on where its mandate is over."""


@console_page
@require_safe
def award(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Show what became of an award, and what can still be done."""
    place, shown, title = award_page_of(request, slug, award_id)
    credential = getattr(shown, "credential", None)
    changes = status_of(credential) if credential else []
    revoked = any(change.purpose == StatusPurpose.REVOCATION for change in changes)
    facts = award_facts(shown) if shown.facts else None
    context = {
        "award": shown,
        "facts": facts,
        "title": title,
        "letters": shown.letters.order_by("pk"),
        "changes": changes,
        "revoked": revoked,
        "suspended": not revoked and bool(changes) and changes[0].value,
        "standing": place.may_award and not revoked and shown.state not in ENDED and facts is not None,
        "successor": credential.successor_id if credential else None,
        "replaces": shown.replaces_id,
        "asked": asked_for(shown),
        "may_approve": shown.state == AwardState.AWAITING_APPROVAL
        and has_role(place.actor, place.node, Role.APPROVER),
        "can_record": shown.state == AwardState.AWAITING_APPROVAL and place.may_award,
        "house": place.name,
        "ground": ground_of(shown) if may_read_file(place.actor, place.node) else None,
        "notes": notes_of(shown) if may_read_file(place.actor, place.node) else [],
        "to_superior": may_read_file(place.actor, place.node) and goes_to_superior(shown),
        "no_mandate": place.may_award and shown.state in HELD_WITHOUT and mandate_missing(shown),
        "entered_later": shown.awarded_on < _day_made(shown),
    }
    crumbs = (
        Crumb(title, entry_address(place.organisation, shown.version.achievement)),
        Crumb(facts.holder_name if facts else str(_("Award"))),
    )
    return page(request, "console/award.html", place, context, crumbs=crumbs, nav="awards")


def _day_made(award: Award) -> dt.date:
    """Return the day on which an award was entered, where its organisation is."""
    return award.accepted_at.astimezone(ZoneInfo(award.organisation.timezone)).date()


@console_page
@require_POST
def cancel(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Take an award back before it is signed."""
    return _done(request, slug, award_id, cancel_award, str(_("Undone before it was signed.")))


@console_page
@require_POST
def send(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Let an award go out that waits for its day or for the end of the time to undo it."""
    return _done(request, slug, award_id, send_now, str(_("It goes out now.")))


def _done(request: HttpRequest, slug: str, award_id: uuid.UUID, act: Callable[..., None], said: str) -> HttpResponse:
    """Act, and show what became of it; a refusal is told on the same page, nothing is done twice."""
    place, shown, _title = award_page_of(request, slug, award_id)
    try:
        act(award_id=shown.pk, actor=place.actor)
        messages.success(request, said)
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:award", slug, shown.pk)


def award_page_of(request: HttpRequest, slug: str, award_id: uuid.UUID) -> tuple[SeenNode, Award, str]:
    """Return the place that issues an award, the award, and its title.

    Raises:
        CredentialNotFoundError: there is none there, or whoever asks may not know of it.
    """
    actor = actor_in(request)
    shown = award_in(actor, slug, award_id)
    achievement = shown.version.achievement
    titles = titles_of([achievement.pk], get_language() or "")
    place = place_of(actor, slug, achievement.issuer.node_id)
    place.stand_at(achievement, str(titles[achievement.pk]))
    return place, shown, str(titles[achievement.pk])
