"""Roles that an institution's sign-in proposes: an administrator gives or declines each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from registry.errors import NotFoundError, RoleRequiredError
from registry.models import Role, RoleProposal
from registry.paging import page_of
from registry.permissions import nodes_of
from registry.services import decide_role_proposal

PROPOSALS_OF_PAGE = 100


@console_page
@require_safe
def proposed_roles(request: HttpRequest, slug: str) -> HttpResponse:
    """List what waits for a decision of this administrator, the oldest first."""
    place = place_of(actor_in(request), slug)
    if not place.held & {Role.OWNER, Role.ADMIN}:
        raise RoleRequiredError(role=Role.ADMIN.label)
    waiting = _waiting(place).select_related("user", "node__organisation").order_by("proposed_at", "pk")
    listed = page_of(cast(Sequence[Any], waiting), PROPOSALS_OF_PAGE, request.GET.get("page", ""))
    context = {"proposals": listed.object_list, "page": listed}
    crumbs = (Crumb(str(_("Proposed roles"))),)
    return page(request, "console/proposed_roles.html", place, context, crumbs=crumbs, nav="administration")


@console_page
@require_POST
def decide_proposed_role(request: HttpRequest, slug: str, proposal_id: uuid.UUID) -> HttpResponse:
    """Give a role that is proposed, or decline it."""
    place = place_of(actor_in(request), slug)
    known = RoleProposal.objects.filter(organisation=place.organisation, node__in=place.seen, pk=proposal_id)
    if not known.exists():
        raise NotFoundError
    confirm = request.POST.get("decision") == "confirm"
    decide_role_proposal(proposal_id=proposal_id, confirm=confirm, actor=place.actor)
    messages.success(request, _("The role is given.") if confirm else _("Declined. It is not proposed again."))
    return redirect("console:proposed_roles", slug)


def _waiting(place: SeenNode) -> QuerySet[RoleProposal]:
    governed = nodes_of(place.actor, Role.ADMIN).filter(organisation=place.organisation)
    return RoleProposal.objects.filter(organisation=place.organisation, node__in=governed, decision="")
