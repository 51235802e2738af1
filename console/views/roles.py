"""People and roles: who may do what at a place, given there or above; who is invited; roles given, changed and taken."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from console.role_forms import InviteForm, TermForm
from console.seen_nodes import GUARDED, Crumb, SeenNode, actor_in, name_of, place_of
from console.views.frame import console_page, page
from issuing.services import work_left_by
from registry.dates import last_day_before
from registry.errors import NotFoundError, RegistryError, RoleRequiredError
from registry.form_refusals import refusals_shown_on
from registry.models import Invitation, Membership, Role
from registry.paging import page_of
from registry.permissions import has_role, live_memberships, require_role
from registry.selectors import RoleHeld, lasting_owners, open_invitations, roles_at, users_with_second_step
from registry.services import (
    change_term,
    offer_role,
    remove_member,
    send_invitation_again,
    withdraw_invitation,
)

PEOPLE_OF_PAGE = 50
INVITATIONS_OF_PAGE = 50
PEOPLE = _("People and roles")


@dataclass(frozen=True, slots=True)
class Row:
    """A role that somebody holds here: where it comes from, and what can be done about it.

    `second_step`: on, missing, or empty where none is asked for. `change`: the address where it is changed.
    """

    held: RoleHeld
    last_day: dt.date | None
    origin: str
    second_step: str
    only_owner: bool
    change: str


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest, slug: str, node_id: uuid.UUID | None = None) -> HttpResponse:
    """Show who acts at a place, and invite somebody to it."""
    place = place_of(actor_in(request), slug, node_id)
    held = roles_at(place.node)
    may_give = roles_given_by(place)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        roles=may_give,
        colleagues=dict.fromkeys(one.user for one in held),
        timezone=place.organisation.timezone,
    )
    if form.is_bound:
        require_role(place.actor, place.node, Role.ADMIN)
        if form.is_valid():
            with refusals_shown_on(form, fields={"valid_until": "last_day"}):
                given = offer_role(node=place.node, actor=place.actor, language=get_language() or "en", **form.offer())
                messages.success(request, _said(given))
                return redirect(request.path)
    listed = page_of(held, PEOPLE_OF_PAGE, request.GET.get("page", ""))
    rows = _rows(place, list(listed.object_list))
    context = {
        "page": listed,
        "rows": rows,
        "only_owner": next((one.held.user for one in rows if one.only_owner), None),
        "form": form if may_give else None,
        "invitations": _invitations(request, place) if may_give else None,
    }
    status = 422 if form.errors else 200
    return page(
        request,
        "console/roles.html",
        place,
        context,
        crumbs=(Crumb(str(PEOPLE)),),
        nav="administration",
        status=status,
    )


def roles_given_by(place: SeenNode) -> list[Role]:
    """Return the roles that one may give at a place."""
    if not has_role(place.actor, place.node, Role.ADMIN):
        return []
    return [role for role in Role if role != Role.OWNER or has_role(place.actor, place.node, Role.OWNER)]


def _said(given: Invitation | Membership) -> str:
    if isinstance(given, Membership):
        return str(_("{person} has the role now.")).format(person=given.user.name or given.user.email)
    return str(_("The invitation goes out to {email}. Its link works for seven days.")).format(email=given.email)


def _rows(place: SeenNode, held: list[RoleHeld]) -> list[Row]:
    owners = lasting_owners(place.organisation)
    secured = users_with_second_step({one.user.pk for one in held})
    only = owners[0].pk if len(owners) == 1 else None
    may_own = has_role(place.actor, place.node, Role.OWNER)
    may_run = has_role(place.actor, place.node, Role.ADMIN)
    return [
        Row(
            held=one,
            last_day=last_day_before(one.until, place.organisation.timezone) if one.until else None,
            origin=name_of(one.node, place.organisation) if one.inherited else "",
            second_step=_second_step(place, one, secured),
            only_owner=one.membership.pk == only,
            change=_change_address(place, one) if (may_own if one.membership.role == Role.OWNER else may_run) else "",
        )
        for one in held
    ]


def _second_step(place: SeenNode, one: RoleHeld, secured: set[uuid.UUID]) -> str:
    if one.user.pk in secured:
        return "on"
    return "missing" if place.organisation.mfa_required and one.membership.role in GUARDED else ""


def _change_address(place: SeenNode, one: RoleHeld) -> str:
    """Return where a role is changed: where it was given, if one sees that place."""
    if one.inherited:
        seen = {node.pk for node in place.seen}
        return roles_address(place, one.node.pk) if one.node.pk in seen else ""
    return reverse("console:role", args=[place.organisation.slug, one.membership.pk])


def roles_address(place: SeenNode, node_id: uuid.UUID) -> str:
    """Return the address of the people of a place."""
    return reverse("console:roles_at", args=[place.organisation.slug, node_id])


def _invitations(request: HttpRequest, place: SeenNode) -> Page[Any]:
    rows = open_invitations().filter(node=place.node).order_by("-invited_at", "pk")
    return page_of(cast(Sequence[Any], rows), INVITATIONS_OF_PAGE, request.GET.get("invited", ""))


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, slug: str, membership_id: uuid.UUID) -> HttpResponse:
    """Show a role that somebody holds: let it end on a day, later, or not at all."""
    place, membership = _membership(request, slug, membership_id)
    initial = {"how_long": "open"}
    if membership.valid_until is not None:
        last = last_day_before(membership.valid_until, place.organisation.timezone)
        initial = {"how_long": "day", "last_day": last.isoformat()}
    form = TermForm(
        request.POST if request.method == "POST" else None, initial=initial, timezone=place.organisation.timezone
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields={"valid_until": "last_day"}):
            change_term(membership=membership, valid_until=form.valid_until, actor=place.actor)
            messages.success(request, str(_("Kept.")))
            return redirect(roles_address(place, place.node.pk))
    owners = lasting_owners(place.organisation)
    back = roles_address(place, place.node.pk)
    context = {
        "membership": membership,
        "leaves": leaves_something(place, membership),
        "form": form,
        "only_owner": [one.pk for one in owners] == [membership.pk],
        "back": back,
    }
    crumbs = (Crumb(str(PEOPLE), back), Crumb(membership.user.name or membership.user.email))
    status = 422 if form.errors else 200
    return page(request, "console/role.html", place, context, crumbs=crumbs, nav="administration", status=status)


@console_page
@require_POST
def end_role(request: HttpRequest, slug: str, membership_id: uuid.UUID) -> HttpResponse:
    """Take a role away: the person's next click is refused."""
    place, membership = _membership(request, slug, membership_id)
    leaves = leaves_something(place, membership)
    try:
        remove_member(membership=membership, actor=place.actor)
        messages.success(request, str(_("The role is ended. It can be given again at any time.")))
        if leaves and place.may_hand_over and membership.user_id != place.actor.user_id:
            return redirect("console:hand_over", slug, membership.user_id)
    except RoleRequiredError:
        raise
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect(
        "console:home" if membership.user_id == place.actor.user_id else roles_address(place, place.node.pk)
    )


def leaves_something(place: SeenNode, membership: Membership) -> bool:
    """Tell whether a role is the last one of somebody in the organisation who has something under way."""
    others = live_memberships().filter(user=membership.user_id, node__organisation=place.organisation)
    if others.exclude(pk=membership.pk).exists():
        return False
    return work_left_by(membership.user, place.organisation).anything


def _membership(request: HttpRequest, slug: str, membership_id: uuid.UUID) -> tuple[SeenNode, Membership]:
    """Return a role and its place, to whoever may change it.

    Raises:
        NotFoundError: there is none there, or whoever asks may not know of it.
        RoleRequiredError: they may not change it.
    """
    actor = actor_in(request)
    rows = Membership.objects.filter(pk=membership_id, node__organisation__slug=slug)
    membership = rows.select_related("user", "node__organisation", "stands_in_for").first()
    if membership is None:
        raise NotFoundError
    place = place_of(actor, slug, membership.node_id)
    require_role(actor, membership.node, Role.OWNER if membership.role == Role.OWNER else Role.ADMIN)
    return place, membership


@console_page
@require_POST
def send_again(request: HttpRequest, slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an invitation's letter once more, with a new link."""
    said = str(_("The invitation goes out again, with a new link."))
    return _with_invitation(request, slug, invitation_id, send_invitation_again, said)


@console_page
@require_POST
def withdraw(request: HttpRequest, slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    said = str(_("The invitation is taken back: its link opens nothing any more."))
    return _with_invitation(request, slug, invitation_id, withdraw_invitation, said)


def _with_invitation(request: HttpRequest, slug: str, invitation_id: uuid.UUID, act: Any, said: str) -> HttpResponse:
    actor = actor_in(request)
    invitation = Invitation.objects.filter(pk=invitation_id, organisation__slug=slug).select_related("node").first()
    if invitation is None:
        raise NotFoundError
    place = place_of(actor, slug, invitation.node_id)
    try:
        act(invitation=invitation, actor=actor)
        messages.success(request, said)
    except RoleRequiredError:
        raise
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect(roles_address(place, place.node.pk))
