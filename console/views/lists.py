"""Lists of awards: searched, narrowed by state and achievement, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.models import Achievement
from catalogue.selectors import achievements_for, titles_of
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from issuing.award_lists import (
    NARROWINGS,
    UNCLAIMED,
    AwardList,
    Counts,
    ListedStanding,
    award_counts,
    award_list_page,
    standings_of,
)
from issuing.models import Award, AwardState
from issuing.people import awards_like
from issuing.selectors import NEWEST_ACCEPTED, award_facts
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.keyset import Cursor, read_cursor
from registry.models import Role, SavedView
from registry.permissions import INCLUDED_IN
from registry.services.keeping_views import LONGEST_NAME

PAGE = 50
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class NamedAward:
    """An award in a list: who holds it, and what it is called; an erased one has no name any more."""

    award: Award
    name: str
    title: str
    standing: ListedStanding | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A way to narrow a list, and how many of its newest awards that leaves; None where they were not counted."""

    words: object
    address: str
    chosen: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class AskedList:
    """What a list of awards is asked for by its address."""

    show: str
    achievement: str
    text: str

    @classmethod
    def of(cls, said: QueryDict) -> AskedList:
        """Read it. Raises NotFoundError for a narrowing that there is none of."""
        get = said.get
        asked = cls(get("show", "all"), get("achievement", ""), get("q", "").strip()[:LONGEST_SEARCH])
        if asked.show not in NARROWINGS:
            raise NotFoundError
        return asked

    def address(self, **other: str) -> str:
        """Return the address of the same list, or of another one, without what is empty."""
        said = {"show": self.show, "achievement": self.achievement, "q": self.text} | other
        return "?" + urlencode({name: value for name, value in said.items() if value})


@console_page
@require_safe
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation's awards, newest first."""
    actor = actor_in(request)
    place, asked = place_of(actor, slug), AskedList.of(request.GET)
    entry = entry_named(actor, slug, asked.achievement) if asked.achievement else None
    liked = awards_like(actor, organisation=place.organisation, text=asked.text) if asked.text else None
    listed = AwardList(actor, place.organisation, entry, liked.rows if liked else None)
    cursor = _cursor(request)
    found = award_list_page(listed, asked.show, cursor=cursor, size=PAGE)
    counts = None if cursor else award_counts(listed)
    context = {
        "awards": named_awards(found.rows),
        "asked": asked,
        "chips": [*_chips(asked, counts), *trial_chips(place)],
        "counts": counts,
        "more_people": liked is not None and liked.more,
        "entry": entry,
        "older": asked.address(cursor=found.next) if found.next else "",
        "newer": asked.address(cursor=found.previous) if found.previous else "",
        "views": SavedView.objects.filter(organisation=place.organisation, user=actor.user_id).order_by("name"),
        "forgotten": request.GET.get("forgotten", "")[:LONGEST_NAME],
        "narrowed": asked.show != "all" or entry is not None or bool(asked.text),
    }
    return page(request, "console/awards.html", place, context, crumbs=(Crumb(str(_("Awards"))),), nav="awards")


def _chips(asked: AskedList, counts: Counts | None) -> list[Chip]:
    """Return the ways to narrow a list; where all of it was counted, what would be empty is left out."""
    every = counts is None or not counts.whole
    return [
        Chip(words, asked.address(show=name), name == asked.show, counts.by_name[name] if counts else None)
        for name, (words, _condition) in NARROWINGS.items()
        if every or name in ("all", asked.show) or (counts and counts.by_name[name])
    ]


def trial_chips(place: SeenNode, *, chosen: bool = False) -> list[Chip]:
    """Return the way to the trials, for those who may make some: they are among no other awards."""
    address = reverse("console:trials", args=[place.organisation.slug])
    return [Chip(_("Trials"), address, chosen, None)] if place.held & INCLUDED_IN[Role.AWARDER] else []


def named_awards(rows: Iterable[Award]) -> list[NamedAward]:
    """Return awards with the names that they state."""
    listed = list(rows)
    titles = titles_of({award.version.achievement_id for award in listed}, get_language() or "")
    standings = standings_of(listed)
    return [
        NamedAward(
            award,
            award_facts(award).holder_name if award.facts else "",
            str(titles.get(award.version.achievement_id, "")),
            standings.get(award.pk) or (UNCLAIMED if award.state == AwardState.DELIVERED else None),
        )
        for award in listed
    ]


def entry_named(actor: Actor, slug: str, number: str) -> Achievement:
    """Return the achievement that an address names. Raises NotFoundError where there is none there."""
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
