"""People: found by name, number or address, and one page with all that places of one's own have awarded them."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.seen_requests import listed
from console.views.frame import console_page, page
from console.views.lists import LONGEST_SEARCH, NamedAward, named_awards
from issuing.award_lists import REPLACED, REVOKED
from issuing.models import Application, AwardState, Letter, LetterState
from issuing.people import AWARDS_SHOWN, SeenPerson, merges_of, people_found, person_in
from issuing.request_lists import requests_of_person
from issuing.services import may_be_undone
from issuing.way import SIGNED
from registry.models import IdentifierType, Role
from registry.name_keys import words_of_name


class LetterFate(NamedTuple):
    """A letter of a person's page: about which award, and what became of it, in words."""

    letter: Letter
    award: NamedAward | None
    cause: str | Promise


CAUSES: dict[str, str | Promise] = {
    "no-address": _("The award names an address that this person does not have any more."),
    "bad-address": _("No mail can be sent to this address. Look for a letter too many or too few."),
    "refused": _("The other mail server refuses it: often a letter is missing, or the person has left."),
    "returned": _("It was returned for good: the mailbox does not exist, or is full and given up."),
    "complaint": _("Its reader reported it as unwanted: write to them in another way."),
}
"""Why a letter did not arrive: code of a failure, or kind of a bounce."""
UNKNOWN_CAUSE = _("The mail server did not take it. The operator can see its answer.")


@console_page
@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Find people: nobody is listed unless something is typed that leads to them."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    is_enough = bool(words_of_name(text))
    found = people_found(actor, organisation=place.organisation, text=text) if is_enough else None
    context = {"q": text, "people": found.people if found else [], "more": found.more if found else False}
    return page(request, "console/people.html", place, context, crumbs=(Crumb(str(_("People"))),), nav="people")


@console_page
@require_safe
def person(request: HttpRequest, slug: str, learner_id: uuid.UUID) -> HttpResponse:
    """Show a person's record: identifiers, awards, and every letter with its fate."""
    place, shown = seen_person(request, slug, learner_id)
    awards = named_awards(shown.awards)
    by_id: dict[uuid.UUID | None, NamedAward] = {one.award.pk: one for one in awards}
    context = {
        "person": shown,
        "awards": awards,
        "more": len(awards) >= AWARDS_SHOWN,
        "links": [one for one in awards if place.may_award and _opens_by_link(one)],
        "may_merge": Role.ADMIN in place.held or Role.OWNER in place.held,
        "merges": [one for one in merges_of(shown.learner) if may_be_undone(one)],
        "requests": listed(_requests(place, shown), place),
        "letters": [LetterFate(one, by_id.get(one.award_id), cause_of(one)) for one in shown.letters],
    }
    return person_page(request, "console/person.html", place, shown, context)


def _opens_by_link(one: NamedAward) -> bool:
    """Say whether a link in a letter opens an award: it stands, and its holder may accept or keep it."""
    is_over = one.standing in (REVOKED, REPLACED) or not one.award.facts
    return not is_over and one.award.state in (*SIGNED, AwardState.AWAITING_CLAIM)


def _requests(place: SeenNode, shown: SeenPerson) -> list[Application]:
    known = [one.value for one in shown.identifiers if one.type == IdentifierType.EMAIL]
    return requests_of_person(place.actor, shown.learner, known, place.organisation)


def seen_person(request: HttpRequest, slug: str, learner_id: uuid.UUID) -> tuple[SeenNode, SeenPerson]:
    """Return the place that one sees, and a person of its organisation whom one may see.

    Raises:
        NotFoundError: there is none, or no place of one's own has awarded them anything.
    """
    actor = actor_in(request)
    place = place_of(actor, slug)
    return place, person_in(actor, organisation=place.organisation, learner_id=learner_id)


def person_page(
    request: HttpRequest, template: str, place: SeenNode, shown: SeenPerson, context: dict[str, object], last: str = ""
) -> HttpResponse:
    """Return a page about a person; `last` is what it is called, where it is not the person's own."""
    slug = place.organisation.slug
    crumbs = [Crumb(str(_("People")), reverse("console:people", args=[slug]))]
    crumbs.append(Crumb(shown.learner.preferred_name, reverse("console:person", args=[slug, shown.learner.pk])))
    if last:
        crumbs.append(Crumb(last))
    return page(request, template, place, context, crumbs=tuple(crumbs), nav="people")


def cause_of(letter: Letter) -> str | Promise:
    """Return why a letter did not arrive, in words that say what to do; empty where nothing is wrong."""
    if letter.bounced_at:
        return CAUSES.get(letter.bounce_kind, UNKNOWN_CAUSE)
    if letter.state == LetterState.FAILED:
        return CAUSES.get(letter.last_error, UNKNOWN_CAUSE)
    return ""
