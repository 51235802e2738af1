"""One file of results that decides about several achievements: nothing, participation, record, a partner's certificate."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.finding import achievements_matching
from catalogue.models import Achievement, AchievementKind, AchievementState
from catalogue.pages import threshold_text
from catalogue.selectors import achievements_for, titles_of
from console.batch_forms import ResultsForm
from console.cut_lists import LONGEST_TYPED
from console.seen_batches import Sums, ended_words, was_sent_before
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from issuing.batch_selectors import (
    newest_published,
    outcome_rule_of,
    parts_for,
    results_files_for,
    waits_for_approval,
)
from issuing.models import Batch, BatchState
from issuing.services import (
    AT_WORK,
    BatchOptions,
    ResultsDecision,
    ResultsOrder,
    decide_results,
    make_results,
    waits_until,
)
from registry.actors import Actor
from registry.errors import NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.models import Role
from registry.workbooks import is_workbook

MOST_OFFERED = 100
LENGTH_OF_ID = 36


@dataclass(frozen=True, slots=True)
class SeenPart:
    """One achievement's part of a file of results, as the page shows it."""

    batch: Batch
    title: str
    rule: str
    gives_way: bool
    sums: Sums
    awaits: bool
    ended: str


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_results(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Take a file of results, and the achievements about which it decides."""
    actor = actor_in(request)
    sent, seek = request.method == "POST", request.POST.get("seek", "").strip()[:LONGEST_TYPED]
    ticked = request.POST.getlist("achievements") if sent else [str(achievement_id)]
    offered, more = _offered(actor, slug, ticked=[*ticked, str(achievement_id)], seek=seek)
    chosen = offered.get(str(achievement_id))
    if chosen is None:
        raise NotFoundError
    place = place_of(actor, slug, chosen.issuer.node_id)
    titles = titles_of([one.pk for one in offered.values()], get_language() or "")
    choices = [(key, f"{titles.get(one.pk, one.slug)} ({_rule_of(one)})") for key, one in offered.items()]
    looks = "find" in request.POST
    form = ResultsForm(
        request.POST if sent and not looks else None,
        request.FILES if sent and not looks else None,
        choices=choices,
        initial={"achievements": ticked},
    )
    if form.is_bound and form.is_valid():
        begun = timezone.now()
        order = _order(form, offered)
        with refusals_shown_on(form):
            made = make_results(order=order, actor=place.actor)
            if was_sent_before(made.parts.earliest("created_at"), place.actor, begun=begun):
                messages.info(request, str(_("This very file was sent before: here is what became of it.")))
            return redirect("console:results", slug, made.pk)
    few = len(offered) < 2 and not seek  # noqa: PLR2004 - several
    context = {"form": form, "achievement": chosen, "few": few, "seek": seek, "more": more}
    crumbs = (Crumb(str(_("Results for several achievements"))),)
    return page(request, "console/new_results.html", place, context, crumbs=crumbs, status=422 if form.errors else 200)


def _order(form: ResultsForm, offered: dict[str, Achievement]) -> ResultsOrder:
    data = form.cleaned_data["file"].read()
    return ResultsOrder(
        achievements=[offered[key] for key in form.cleaned_data["achievements"]],
        content=data,
        kind="xlsx" if is_workbook(data) else "csv",
        options=BatchOptions(on_error="skip", encoding=form.cleaned_data["encoding"], ask_columns=True),
    )


@console_page
@require_safe
def results(request: HttpRequest, slug: str, results_id: uuid.UUID) -> HttpResponse:
    """Show a file of results: who gets which achievement, and where each of them stands."""
    place, parts = _seen(request, slug, results_id)
    draft = [part for part in parts if part.batch.confirmed_at is None and not part.batch.ended_code]
    states = {part.batch.state for part in parts}
    undoable = [until for part in parts if part.sums.accepted and (until := waits_until(part.batch))]
    context = {
        "parts": parts,
        "first": parts[0].batch,
        "sums": parts[0].sums,
        "total": sum(part.sums.good or part.sums.accepted for part in parts),
        "at_work": bool(states & {*AT_WORK, BatchState.DRAFT}),
        "columns_of": next((part.batch for part in parts if part.batch.state == BatchState.COLUMNS), None),
        "may_confirm": place.may_award and bool(draft) and states <= {BatchState.READY, BatchState.CANCELLED},
        "undoable": min(undoable) if undoable and place.may_award else None,
        "draft": bool(draft),
        "results_id": results_id,
    }
    crumbs = (Crumb(str(_("Results for several achievements"))),)
    return page(request, "console/results.html", place, context, crumbs=crumbs, nav="batches")


@console_page
@require_POST
def decide(request: HttpRequest, slug: str, results_id: uuid.UUID, decision: ResultsDecision) -> HttpResponse:
    """Confirm, forget, undo or send a file of results, all of its achievements together."""
    if decision not in get_args(ResultsDecision):
        raise NotFoundError
    place, parts = _seen(request, slug, results_id)
    minutes = place.organisation.undo_minutes
    until = timezone.now() + dt.timedelta(minutes=minutes) if minutes and decision == "confirm" else None
    chosen = BatchOptions.of(parts[0].batch).send_at
    try:
        decide_results(batch=parts[0].batch, decision=decision, actor=place.actor, send_at=None if chosen else until)
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:results", slug, results_id)


def _seen(request: HttpRequest, slug: str, results_id: uuid.UUID) -> tuple[SeenNode, list[SeenPart]]:
    actor = actor_in(request)
    found = results_files_for(actor).filter(organisation__slug=slug, pk=results_id).first()
    if found is None:
        raise NotFoundError
    parts = parts_for(actor, found)
    titles = titles_of([part.version.achievement_id for part in parts], get_language() or "")
    place = place_of(actor, slug, parts[0].version.achievement.issuer.node_id)
    return place, [_part(part, str(titles[part.version.achievement_id])) for part in parts]


def _part(part: Batch, title: str) -> SeenPart:
    gives_way = part.version.achievement.kind == AchievementKind.PARTICIPATION
    awaits = part.state == BatchState.DONE and waits_for_approval(part)
    ended = ended_words(part) if part.ended_code else ""
    return SeenPart(part, title, threshold_text(part.version), gives_way, Sums.of(part), awaits, ended)


def _offered(actor: Actor, slug: str, *, ticked: list[str], seek: str) -> tuple[dict[str, Achievement], bool]:
    """Return {id: achievement} of those that `actor` may award and that have an outcome rule, and whether there are more.

    Those that are ticked come first; of the others at most `MOST_OFFERED`, where something is sought those that have it.
    """
    rows = achievements_for(actor, Role.AWARDER).filter(organisation__slug=slug, state=AchievementState.PUBLISHED)
    ruled = rows.filter(versions__published_at__isnull=False).exclude(versions__outcome_rule={}).distinct()
    listed = ruled.select_related("issuer").prefetch_related("versions").order_by("created_at", "pk")
    others = listed.filter(pk__in=_named(actor, slug, seek)) if seek else listed
    found = list(others[: MOST_OFFERED + 1])
    kept = list(listed.filter(pk__in=_ids(ticked)))
    offered = {str(one.pk): one for one in [*kept, *found[:MOST_OFFERED]] if outcome_rule_of(one)}
    return offered, len(found) > MOST_OFFERED


def _named(actor: Actor, slug: str, seek: str) -> list[uuid.UUID]:
    return [one.pk for one in achievements_matching(actor, slug, seek, most=MOST_OFFERED + 1)]


def _ids(texts: list[str]) -> list[uuid.UUID]:
    """Return what of these are ids; the form refuses the others."""
    with_length = [text for text in texts[:MOST_OFFERED] if len(text) == LENGTH_OF_ID]
    try:
        return [uuid.UUID(text) for text in with_length]
    except ValueError:
        return []


def _rule_of(achievement: Achievement) -> str:
    newest = newest_published(achievement)
    return threshold_text(newest) if newest else ""
