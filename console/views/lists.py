"""Lists of awards: filtered by state and achievement, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.models import Achievement
from catalogue.selectors import achievements_for, titles_of
from console.seen_nodes import Crumb, actor_in, place_of
from console.views.frame import console_page, page
from issuing.models import Award, AwardState
from issuing.selectors import NEWEST_ACCEPTED, award_facts, awards_page
from issuing.way import ENDED, SIGNED, WAITING
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.keyset import Cursor, read_cursor

GROUPS = {
    "all": (_("All"), ()),
    "waiting": (_("Not signed yet"), WAITING),
    "approval": (_("Waiting for approval"), (AwardState.AWAITING_APPROVAL,)),
    "scheduled": (_("Scheduled"), (AwardState.SCHEDULED,)),
    "signed": (_("Signed"), SIGNED),
    "ended": (_("Ended unsigned"), ENDED),
}
"""What a list can be narrowed to: its words, and the states."""


@dataclass(frozen=True, slots=True)
class NamedAward:
    """An award in a list: who holds it, and what it is called; an erased one has no name any more."""

    award: Award
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A way to narrow a list."""

    words: object
    address: str
    chosen: bool


@console_page
@require_safe
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation's awards, newest first."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    chosen, entry_id = request.GET.get("show", "all"), request.GET.get("achievement", "")
    entry = _entry(actor, slug, entry_id) if entry_id else None
    if chosen not in GROUPS:
        raise NotFoundError
    found = awards_page(
        actor, organisation=slug, achievement=entry, states=GROUPS[chosen][1], cursor=_cursor(request), size=50
    )
    kept = {"achievement": entry_id} if entry else {}
    context = {
        "awards": named_awards(found.rows),
        "chips": [
            Chip(words, f"?{urlencode({'show': name} | kept)}", name == chosen) for name, (words, _s) in GROUPS.items()
        ],
        "entry": entry,
        "older": f"?{urlencode({'show': chosen, 'cursor': found.next} | kept)}" if found.next else "",
        "newer": f"?{urlencode({'show': chosen, 'cursor': found.previous} | kept)}" if found.previous else "",
        "narrowed": chosen != "all" or entry is not None,
    }
    return page(request, "console/awards.html", place, context, crumbs=(Crumb(str(_("Awards"))),), nav="awards")


def named_awards(rows: Iterable[Award]) -> list[NamedAward]:
    """Return awards with the names that they state."""
    listed = list(rows)
    titles = titles_of({award.version.achievement_id for award in listed}, get_language() or "")
    return [
        NamedAward(
            award,
            award_facts(award).holder_name if award.facts else "",
            str(titles.get(award.version.achievement_id, "")),
        )
        for award in listed
    ]


def _entry(actor: Actor, slug: str, number: str) -> Achievement:
    with suppress(ValueError):
        found = achievements_for(actor).filter(organisation__slug=slug, pk=uuid.UUID(number)).first()
        if found is not None:
            return found
    raise NotFoundError


def _cursor(request: HttpRequest) -> Cursor | None:
    text = request.GET.get("cursor")
    try:
        return read_cursor(text, NEWEST_ACCEPTED) if text else None
    except ValueError as error:
        raise NotFoundError from error
