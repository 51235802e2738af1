"""Who can do what, on one page to print: acts by role as the permissions have them, and who holds each role."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.seen_nodes import Crumb, actor_in, name_of, place_of
from console.views.frame import console_page, page
from issuing.services import asked_at
from registry.models import Role, User
from registry.permissions import INCLUDED_IN
from registry.selectors import RoleHeld, roles_at


class RoleAct(NamedTuple):
    """Something that a role lets people do: its name here, in words, and the role that it needs."""

    name: str
    words: Promise
    role: Role


ACTS = (
    RoleAct("see", _("See achievements and awards"), Role.VIEWER),
    RoleAct("describe", _("Describe and publish achievements"), Role.EDITOR),
    RoleAct("award", _("Award"), Role.AWARDER),
    RoleAct("correct", _("Correct a name or an address"), Role.AWARDER),
    RoleAct("revoke", _("Suspend or revoke"), Role.AWARDER),
    RoleAct("release", _("Release an award"), Role.APPROVER),
    RoleAct("invite", _("Invite people, give and take roles"), Role.ADMIN),
    RoleAct("places", _("Make and rename faculties"), Role.ADMIN),
    RoleAct("machines", _("Make and revoke keys of machines"), Role.ADMIN),
    RoleAct("rule", _("Say whom awards wait for"), Role.OWNER),
    RoleAct("move", _("Move and close faculties"), Role.OWNER),
    RoleAct("owners", _("Name owners"), Role.OWNER),
)
"""In this order; a test asks the acts themselves whether they need these roles."""


@console_page
@require_safe
def who_can(request: HttpRequest, slug: str, node_id: uuid.UUID | None = None) -> HttpResponse:
    """Show acts by role at a place, and the people who hold each role there."""
    place = place_of(actor_in(request), slug, node_id)
    held = roles_at(place.node)
    by_role: dict[str, dict[User, RoleHeld]] = {role: {} for role in Role.values}
    for one in held:
        by_role[one.membership.role].setdefault(one.user, one)
    context = {
        "today": timezone.now(),
        "roles": [(role.label, len(by_role[role])) for role in Role],
        "acts": [(act, [role in INCLUDED_IN[act.role] for role in Role]) for act in ACTS],
        "waits": bool(asked_at(place.node)),
        "people": [
            (
                role.label,
                [
                    (user, name_of(one.node, place.organisation) if one.inherited else "", one.until)
                    for user, one in by_role[role].items()
                ],
            )
            for role in Role
            if by_role[role]
        ],
        "count": len({one.user for one in held}),
    }
    return page(request, "console/who_can.html", place, context, crumbs=(Crumb(str(_("Who can do what"))),))
