"""Handing over: somebody leaves the organisation, and a colleague takes over all that they have under way."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from console.cut_lists import sought
from console.role_forms import HandOverForm
from console.seen_nodes import Crumb, SeenNode, actor_in, name_of, place_of
from console.views.frame import console_page, page
from console.views.roles import PEOPLE, roles_address
from issuing.services import WorkLeft, approvals_waiting_for, hand_over, work_left_by
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.models import Membership, Role, User
from registry.permissions import live_memberships, require_role
from registry.services import HandOverOrder

COLLEAGUES_OFFERED = 200


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def handing_over(request: HttpRequest, slug: str, user_id: uuid.UUID) -> HttpResponse:
    """Show what somebody has under way, and let a colleague take all of it over; the roles of the person end with it."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    leaver, held, work = _leaver(place, user_id)
    offered = sought(request, _colleagues(place, leaver), ("name", "email"), most=COLLEAGUES_OFFERED)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        colleagues=offered.rows,
        roles=[(str(one.pk), _role_words(place, one)) for one in held],
        initial={"roles": [str(one.pk) for one in held if one.role != Role.OWNER]},
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            return _handed_over(request, place, form.order(place.organisation, leaver))
    back = roles_address(place, place.root.pk)
    name = leaver.name or leaver.email
    waiting = approvals_waiting_for(leaver, place.organisation)
    context = {"name": name, "held": held, "work": work, "waiting": waiting, "form": form, "back": back}
    context["sought"] = offered
    crumbs = (Crumb(str(PEOPLE), back), Crumb(str(_("Hand over"))))
    status = 422 if form.errors else 200
    return page(request, "console/hand_over.html", place, context, crumbs=crumbs, nav="roles", status=status)


def _handed_over(request: HttpRequest, place: SeenNode, order: HandOverOrder) -> HttpResponse:
    hand_over(order=order, actor=place.actor)
    said = str(_("{to} has taken over what {leaver} had under way. The roles of {leaver} are ended."))
    names = {"to": order.to.name or order.to.email, "leaver": order.leaver.name or order.leaver.email}
    messages.success(request, said.format(**names))
    if order.leaver.pk == place.actor.user_id:
        return redirect("console:home")
    return redirect(roles_address(place, place.root.pk))


def _leaver(place: SeenNode, user_id: uuid.UUID) -> tuple[User, list[Membership], WorkLeft]:
    """Return somebody who has to do with the organisation, their roles there, and what they have under way.

    Raises:
        NotFoundError: nobody, or somebody of whom the organisation knows nothing.
    """
    rows = Membership.objects.filter(user=user_id, node__organisation=place.organisation)
    held = list(rows.select_related("node", "user").order_by("node__path", "role"))
    leaver = held[0].user if held else User.objects.filter(pk=user_id).first()
    if leaver is None:
        raise NotFoundError
    work = work_left_by(leaver, place.organisation)
    if not held and not work.anything:
        raise NotFoundError
    return leaver, held, work


def _colleagues(place: SeenNode, leaver: User) -> QuerySet[User]:
    here = live_memberships().filter(node__organisation=place.organisation).exclude(user=leaver)
    return User.objects.filter(pk__in=here.values("user")).order_by("name", "email")


def _role_words(place: SeenNode, one: Membership) -> str:
    return f"{one.get_role_display()}, {name_of(one.node, place.organisation)}"
