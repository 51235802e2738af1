"""Whom awards wait for before they are signed: asked for at a place and below it, or for one achievement."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalogue.models import Achievement
from console.seen_nodes import Crumb, SeenNode, actor_in, address_of, entry_address, entry_of, name_of, place_of
from console.views.frame import console_page, page
from issuing.models import ON_REQUEST, WAITED_FOR, ApprovalKind
from issuing.services import ApprovalOrder, asked_at, set_approval
from registry.models import Node, Role
from registry.permissions import INCLUDED_IN, has_role, require_role
from registry.selectors import roles_at

RULE = _("Before a certificate is signed")
MEANINGS = {
    ApprovalKind.SECOND_PERSON: _("Someone else than who awarded it releases it."),
    ApprovalKind.AWARDING_BODIES: _(
        "Each body that stands on the certificate releases it; the slowest sets the pace."
    ),
    ApprovalKind.LEARNER_APPLIES: _(
        "A link and a code lead to a page on which learners ask for it, with evidence; whoever awards decides."
    ),
    ApprovalKind.ONLY_ON_REQUEST: _("By hand, by file and by other systems nobody is awarded it."),
}
MOST_NAMED = 10


class RuleForm(forms.Form):
    """What is asked for right here; nothing chosen: the awarder's decision is enough."""

    kinds = forms.MultipleChoiceField(
        label=_("Awards made here wait for"),
        required=False,
        choices=[(kind.value, kind.label) for kind in ApprovalKind],
        widget=forms.CheckboxSelectMultiple,
    )


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def place_rule(request: HttpRequest, slug: str, node_id: uuid.UUID) -> HttpResponse:
    """Show and set what a place asks for."""
    place = place_of(actor_in(request), slug, node_id)
    return _rule(request, place, place.node, address_of(place.organisation, place.node), ())


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def entry_rule(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Show and set what one achievement asks for."""
    place, entry, title = entry_of(actor_in(request), slug, achievement_id)
    back = entry_address(place.organisation, entry)
    return _rule(request, place, entry, back, (Crumb(title, back),))


def _rule(
    request: HttpRequest, place: SeenNode, about: Node | Achievement, back: str, crumbs: Iterable[Crumb]
) -> HttpResponse:
    asked = asked_at(about)
    own = [kind.value for kind, node in asked if node is None]
    form = RuleForm(request.POST if request.method == "POST" else None, initial={"kinds": own})
    if form.is_bound:
        require_role(place.actor, place.node, Role.OWNER)
        if form.is_valid():
            kinds = frozenset(ApprovalKind(value) for value in form.cleaned_data["kinds"])
            set_approval(order=ApprovalOrder(place=about, kinds=kinds), actor=place.actor)
            messages.success(request, str(_("Kept. It holds for awards made from now on.")))
            return redirect(back)
    approvers = _approvers(place)
    context = {
        "form": form,
        "choices": [(choice, MEANINGS[kind]) for choice, kind in _choices(form) if kind in WAITED_FOR],
        "of_requests": [(choice, MEANINGS[kind]) for choice, kind in _choices(form) if kind in ON_REQUEST],
        "above": [(kind.label, name_of(node, place.organisation)) for kind, node in asked if node is not None],
        "asked": [(kind.label, MEANINGS[kind]) for kind, node in asked if node is None],
        "may_set": has_role(place.actor, place.node, Role.OWNER),
        "approvers": approvers[:MOST_NAMED],
        "more_approvers": len(approvers) > MOST_NAMED,
        "is_entry": isinstance(about, Achievement),
        "back": back,
    }
    status = 422 if form.errors else 200
    return page(
        request, "console/approval_rule.html", place, context, crumbs=(*crumbs, Crumb(str(RULE))), status=status
    )


def _choices(form: RuleForm) -> list[tuple[BoundWidget, ApprovalKind]]:
    return [(choice, ApprovalKind(choice.data["value"])) for choice in form["kinds"]]


def _approvers(place: SeenNode) -> list[str]:
    """Return whom a second person could be."""
    held = [one.user for one in roles_at(place.node) if one.membership.role in INCLUDED_IN[Role.APPROVER]]
    return [user.name or user.email for user in dict.fromkeys(held)]
