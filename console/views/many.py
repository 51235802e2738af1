"""Changing many awards at once: which and why, a look at both texts, the count typed, a second person, progress."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.change_forms import CountForm, ManyForm
from console.cut_lists import keyset_asked, row_after
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from console.views.lists import NamedAward, named_awards
from issuing.grounds import may_read_file
from issuing.many_changes import ITEMS_SHOWN, change_in, changes_for, items_of, numbers_in_table
from issuing.models import BulkChange, BulkChangeItem, ChangeFate, ChangeKind, ChangeState
from issuing.people import seen_awards
from issuing.services import ChangeOrder, approve_change, cancel_change, confirm_change, draft_change, fates_of
from issuing.stated import FACTS
from issuing.status_reasons import Reason, reason_in
from registry.errors import NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.keyset import Sorting
from registry.refusals import RuleBrokenError

CHANGES_OF_PAGE: Final = 50
MOST_CHOSEN: Final = 50
"""So many awards stand on a page of the list in which they are chosen."""
TITLES: Final[dict[str, str | Promise]] = {
    ChangeKind.REVOKE: _("Revoke many awards"),
    ChangeKind.SUSPEND: _("Suspend many awards"),
    ChangeKind.REINSTATE: _("End the suspension of many awards"),
    ChangeKind.CORRECT: _("Correct a fact of many awards"),
    ChangeKind.LINK: _("Send the link of many awards again"),
    ChangeKind.SIGN_AGAIN: _("Sign many awards again"),
}
OFFERED: Final = {kind: words for kind, words in TITLES.items() if kind != ChangeKind.SIGN_AGAIN}
"""What is begun with a file or by choosing; signing again begins where the key is reported."""
REFUSED: Final[dict[str, str | Promise]] = {
    "not-found": _("There is no such award, or none that you may see."),
    "already-revoked": _("It was revoked before."),
    "not-signed-yet": _("It is not signed yet."),
    "not-suspendable": _("Its achievement does not provide for suspending."),
    "status-unchanged": _("It stands so already."),
    "replacement-waiting": _("A correction of it waits already."),
    "nothing-to-correct": _("It says so already, or its key still counts."),
    "nobody-to-write-to": _("It names no e-mail address."),
    "erased": _("It was erased."),
    "role-required": _("Whoever confirmed this may not change it any more."),
    "state-does-not-allow": _("It has ended without being signed."),
}


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An award of a change, or what a file named; and why it was refused."""

    item: BulkChangeItem
    named: NamedAward | None
    cause: str | Promise


@console_page
@require_safe
def many(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the changes of many, the newest first, and where to begin one."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    rows = changes_for(actor).filter(organisation=place.organisation)
    listed = keyset_asked(request, rows, Sorting("made_at"), size=CHANGES_OF_PAGE)
    changes = [(row, TITLES[row.kind]) for row in listed.rows]
    context = {"changes": changes, "listed": listed, "kinds": list(OFFERED.items())}
    return page(request, "console/many.html", place, context, crumbs=_crumbs(place), nav="awards")


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def draft_many(request: HttpRequest, slug: str, change: str) -> HttpResponse:
    """Take which awards are meant, and why; nothing is changed by it."""
    if change not in OFFERED:
        raise NotFoundError
    actor, kind = actor_in(request), ChangeKind(change)
    place = place_of(actor, slug)
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("award")
    shown = seen_awards(actor, place.organisation).filter(pk__in=_numbers(chosen))
    named = named_awards(shown.select_related("version__achievement__issuer", "organisation"))
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ManyForm(*posted, kind=kind, chosen=chosen if named else [])
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields={"reason": "own_words"}):
            made = draft_change(order=_order(form, place), actor=actor)
            return redirect("console:many_change", slug, made.pk)
    context = {"form": form, "kind": kind, "title": TITLES[kind], "chosen": named}
    crumbs = _crumbs(place, Crumb(str(TITLES[kind])))
    status = 422 if form.errors else 200
    return page(request, "console/many_draft.html", place, context, crumbs=crumbs, nav="awards", status=status)


def _order(form: ManyForm, place: SeenNode) -> ChangeOrder:
    """Return the order of a valid form. Raises RuleBrokenError where its file is none that can be read."""
    said = form.cleaned_data
    try:
        named = form.chosen or list(numbers_in_table(said["file"].read()))
    except RuleBrokenError as broken:
        raise RuleBrokenError("file", broken.refusals[0].code, broken.refusals[0].remedy) from broken
    return ChangeOrder(
        organisation=place.organisation,
        kind=form.kind,
        named=named,
        reason_code=said.get("reason_code", ""),
        reason=said.get("own_words", ""),
        note=said.get("note", ""),
        stated=form.stated(),
    )


def _numbers(chosen: list[str]) -> list[uuid.UUID]:
    numbers = []
    for text in chosen[:MOST_CHOSEN]:
        try:
            numbers.append(uuid.UUID(text))
        except ValueError as error:
            raise NotFoundError from error
    return numbers


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def many_change(request: HttpRequest, slug: str, change_id: uuid.UUID) -> HttpResponse:
    """Show a change: both texts and whom it concerns, then its progress and what was refused. A POST confirms it."""
    actor = actor_in(request)
    shown = change_in(actor, slug, change_id)
    place = place_of(actor, slug, shown.node_id)
    form = CountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            confirm_change(change_id=shown.pk, count=form.cleaned_data["count"], actor=actor)
            return redirect("console:many_change", slug, shown.pk)
    context = _context(request, shown, place) | {"form": form}
    crumbs = _crumbs(place, Crumb(str(TITLES[shown.kind])))
    status = 422 if form.errors else 200
    return page(request, "console/many_change.html", place, context, crumbs=crumbs, nav="awards", status=status)


def _context(request: HttpRequest, shown: BulkChange, place: SeenNode) -> dict[str, Any]:
    fates = fates_of(shown)
    language = get_language() or ""
    named, faults = (_items(request, shown, fate) for fate in (ChangeFate.WAITING, ChangeFate.REFUSED))
    is_own = (shown.made_by_kind, shown.made_by) == (place.actor.kind, place.actor.id)
    return {
        "change": shown,
        "title": TITLES[shown.kind],
        "reason": shown.reason or (reason_in(Reason(shown.reason_code), language) if shown.reason_code else ""),
        "note": shown.note if may_read_file(place.actor, place.node) or is_own else "",
        "stated": [(FACTS[name].column.replace("_", " "), text) for name, text in shown.stated.items()],
        "whole": sum(fates.values()),
        "waiting": fates.get(ChangeFate.WAITING, 0),
        "done": fates.get(ChangeFate.DONE, 0),
        "refused": fates.get(ChangeFate.REFUSED, 0),
        "named": named.rows,
        "named_next": named.next,
        "faults": faults.rows,
        "faults_next": faults.next,
        "at_work": shown.state == ChangeState.RUNNING,
        "may_approve": shown.state == ChangeState.WAITING and not is_own,
        "may_cancel": shown.state in (ChangeState.DRAFT, ChangeState.WAITING),
        "over": shown.organisation.second_person_over,
    }


@dataclass(frozen=True, slots=True)
class _Items:
    """Some of a change's awards, in its order, and the address of those behind them; empty where there are none."""

    rows: list[NamedItem]
    next: str


def _items(request: HttpRequest, shown: BulkChange, fate: ChangeFate) -> _Items:
    if shown.state == ChangeState.RUNNING and fate == ChangeFate.WAITING:
        return _Items([], "")
    name = f"{fate}-after"
    found = items_of(shown, fate, after=row_after(request, name))
    more = found[ITEMS_SHOWN - 1].position if len(found) > ITEMS_SHOWN else None
    return _Items(_named(found[:ITEMS_SHOWN]), f"?{name}={more}" if more is not None else "")


def _named(items: list[BulkChangeItem]) -> list[NamedItem]:
    named = {one.award.pk: one for one in named_awards(item.award for item in items if item.award)}
    return [
        NamedItem(item, named.get(item.award_id) if item.award_id else None, REFUSED.get(item.code, item.code))
        for item in items
    ]


@console_page
@require_POST
def approve_many(request: HttpRequest, slug: str, change_id: uuid.UUID) -> HttpResponse:
    """Let a change go on as the second person."""
    return _done(request, slug, change_id, approve_change)


@console_page
@require_POST
def cancel_change_of_many(request: HttpRequest, slug: str, change_id: uuid.UUID) -> HttpResponse:
    """End a change that has not begun."""
    return _done(request, slug, change_id, cancel_change)


def _done(request: HttpRequest, slug: str, change_id: uuid.UUID, act: Callable[..., BulkChange]) -> HttpResponse:
    actor = actor_in(request)
    shown = change_in(actor, slug, change_id)
    place_of(actor, slug, shown.node_id)
    try:
        act(change_id=shown.pk, actor=actor)
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:many_change", slug, shown.pk)


def _crumbs(place: SeenNode, *further: Crumb) -> tuple[Crumb, ...]:
    slug = place.organisation.slug
    awards = Crumb(str(_("Awards")), reverse("console:awards", args=[slug]))
    return (awards, Crumb(str(_("Changes of many")), reverse("console:many", args=[slug])), *further)
