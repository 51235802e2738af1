"""What waits for one's second pair of eyes, or for the release of one's organisation; and deciding on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.selectors import titles_of
from console.approval_forms import DecisionForm, RecordForm
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.awards import award_page_of
from console.views.frame import console_page, page
from console.views.many import TITLES
from issuing.attention import changes_to_approve
from issuing.errors import SecondPersonError, StateError
from issuing.grounds import ground_of, may_read_file
from issuing.models import ApprovalAsked, Award, Batch
from issuing.selectors import award_facts
from issuing.services import approve_awards, refuse_awards
from issuing.superiors import goes_to_superior
from issuing.waiting import (
    OLDEST_ASKED,
    asked_for,
    asked_of,
    asked_of_body,
    decided_by_body,
    files_among,
    files_asked_of,
    versions_for,
)
from registry.errors import NotFoundError, RoleRequiredError
from registry.form_refusals import refusals_shown_on
from registry.keyset import Cursor, KeysetPage, keyset_page, read_cursor
from registry.language_maps import text_in
from registry.models import Role
from registry.permissions import has_role

ROWS = 50


@dataclass(frozen=True, slots=True)
class ListedApproval:
    """An award that waits, in a list: whose it is, what it is called, and where one decides on it."""

    award: Award
    name: str
    title: str
    house: str
    address: str


@dataclass(frozen=True, slots=True)
class _Case:
    """An award that somebody may decide on: as a second person, or (with a party) for the body that awards jointly."""

    place: SeenNode
    award: Award
    title: str
    party: str


@console_page
@require_safe
def approvals(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what waits for the reader: single awards, files, and awards of others that wait for the organisation."""
    place = place_of(actor_in(request), slug)
    versions = versions_for(place.actor, place.organisation)
    own = keyset_page(asked_of(place.actor, versions), OLDEST_ASKED, size=ROWS, cursor=_cursor(request, "cursor"))
    joint, joint_files = _for_the_body(request, place)
    files = files_asked_of(versions)
    others = joint.rows if joint else ()
    awarded = [row.award.version.achievement_id for row in (*own.rows, *others)]
    titles = _titles([*awarded, *(batch.version.achievement_id for batch, _count in (*files, *joint_files))])
    context = {
        "own": _named(own.rows, place, titles),
        "own_pages": _pages(own, "cursor"),
        "joint": _named(others, place, titles),
        "joint_pages": _pages(joint, "joint") if joint else {},
        "files": _named_files(files, titles),
        "joint_files": _named_files(joint_files, titles),
        "changes": [(one, TITLES[one.kind]) for one in changes_to_approve(place.actor, place.root)],
    }
    crumbs = (Crumb(str(_("Approvals"))),)
    return page(request, "console/approvals.html", place, context, crumbs=crumbs, nav="approvals")


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Show what would be signed, and release or refuse it; sent twice, it is decided once."""
    case = _case(request, slug, award_id)
    if case is None:
        messages.info(request, str(_("Your organisation has decided on this award already.")))
        return redirect("console:approvals", slug)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            return _decided(request, case, form)
    facts = award_facts(case.award)
    reads_file = not case.party and may_read_file(case.place.actor, case.place.node)
    context = {
        "award": case.award,
        "facts": facts,
        "title": case.title,
        "form": form,
        "ground": ground_of(case.award) if reads_file else None,
        "to_superior": not case.party and goes_to_superior(case.award),
        "is_body": bool(case.party),
        "house": text_in(case.award.organisation.name, get_language() or ""),
        "asked": asked_for(case.award),
    }
    crumbs = (Crumb(str(_("Approvals")), reverse("console:approvals", args=[slug])), Crumb(facts.holder_name))
    status = 422 if form.errors else 200
    return page(request, "console/approval.html", case.place, context, crumbs=crumbs, nav="approvals", status=status)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def record_decision(request: HttpRequest, slug: str, award_id: uuid.UUID, body: str) -> HttpResponse:
    """Record what a body without an organisation here has decided: its ground, its day and its number."""
    place, award, title = award_page_of(request, slug, award_id)
    asked = next((one for one in asked_for(award) if one.outside and one.key == body), None)
    if asked is None or not award.facts:
        raise NotFoundError
    form = RecordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields={"date": "decided_on"}):
            decide(award, place, form, party=body, recorded=form.recorded())
            messages.success(request, str(_("Recorded.")))
            return redirect("console:award", slug, award.pk)
    facts = award_facts(award)
    back, whom = reverse("console:award", args=[slug, award.pk]), facts.holder_name
    context = {"title": title, "form": form, "name": asked.name, "whom": whom, "back": back}
    crumbs = (
        Crumb(whom, back),
        Crumb(str(_("Record a decision"))),
    )
    status = 422 if form.errors else 200
    return page(request, "console/record_decision.html", place, context, crumbs=crumbs, nav="awards", status=status)


def _decided(request: HttpRequest, case: _Case, form: DecisionForm) -> HttpResponse:
    try:
        decide(case.award, case.place, form, party=case.party)
        said = _("Refused. It ends unsigned.") if form.refuses else _("Released.")
        messages.success(request, str(said))
    except (SecondPersonError, StateError) as error:
        messages.error(request, error.sentence())
    return redirect("console:approvals", case.place.organisation.slug)


def decide(subject: Award | Batch, place: SeenNode, form: DecisionForm, **about: Any) -> None:
    """Release or refuse an award or a file, as a valid form says; `about` as the services take it."""
    if form.refuses:
        refuse_awards(subject_id=subject.pk, actor=place.actor, reason=form.cleaned_data["reason"], **about)
    else:
        approve_awards(subject_id=subject.pk, actor=place.actor, **about)


def _case(request: HttpRequest, slug: str, award_id: uuid.UUID) -> _Case | None:
    """Return the award that the reader is asked about; None where the reader's organisation has decided on it as a body.

    What a second person has decided meanwhile still opens for who may approve.

    Raises:
        NotFoundError, CredentialNotFoundError: it is not there for the reader to decide on.
    """
    try:
        own, award, title = award_page_of(request, slug, award_id)
    except NotFoundError:
        return _case_of_body(request, slug, award_id)
    if not has_role(own.actor, own.node, Role.APPROVER) or not award.facts:
        raise NotFoundError
    return _Case(own, award, title, "")


def _case_of_body(request: HttpRequest, slug: str, award_id: uuid.UUID) -> _Case | None:
    """Return an award of others, as `_case` does: no organisation releases its own."""
    place = place_of(actor_in(request), slug)
    if not has_role(place.actor, place.root, Role.APPROVER):
        raise NotFoundError
    row = asked_of_body(place.organisation, place.actor, root=place.root).filter(pk=award_id).first()
    if row is not None:
        entry = row.award.version.achievement_id
        return _Case(place, row.award, _titles([entry])[entry], slug)
    if not decided_by_body(place.organisation, award_id):
        raise NotFoundError
    return None


def _for_the_body(
    request: HttpRequest, place: SeenNode
) -> tuple[KeysetPage[ApprovalAsked] | None, list[tuple[Batch, int]]]:
    """Return the single awards and the files of others that wait for the organisation; none for who may not decide."""
    try:
        rows = asked_of_body(place.organisation, place.actor, root=place.root)
    except RoleRequiredError:
        return None, []
    single = keyset_page(rows.filter(batch=None), OLDEST_ASKED, size=ROWS, cursor=_cursor(request, "joint"))
    return single, files_among(rows)


def _named_files(
    files: Iterable[tuple[Batch, int]], titles: Mapping[uuid.UUID, str]
) -> list[tuple[Batch, str, int, str]]:
    return [
        (
            batch,
            titles.get(batch.version.achievement_id, ""),
            count,
            text_in(batch.organisation.name, get_language() or ""),
        )
        for batch, count in files
    ]


def _named(rows: Iterable[ApprovalAsked], place: SeenNode, titles: Mapping[uuid.UUID, str]) -> list[ListedApproval]:
    return [
        ListedApproval(
            award,
            award_facts(award).holder_name,
            titles.get(award.version.achievement_id, ""),
            text_in(award.organisation.name, get_language() or ""),
            reverse("console:approval", args=[place.organisation.slug, award.pk]),
        )
        for award in (row.award for row in rows)
    ]


def _titles(achievements: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    return {pk: str(title) for pk, title in titles_of(set(achievements), get_language() or "").items()}


def _pages(part: KeysetPage[ApprovalAsked], name: str) -> dict[str, str]:
    return {
        "newer": f"?{name}={part.previous}" if part.previous else "",
        "older": f"?{name}={part.next}" if part.next else "",
    }


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    text = request.GET.get(name)
    try:
        return read_cursor(text, OLDEST_ASKED) if text else None
    except ValueError as error:
        raise NotFoundError from error
