"""What is left to do until the first award: the steps, computed from what is true, the next one open."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, place_of
from console.setup_forms import OwnerForm
from console.views.frame import console_page, page
from issuing.setting_up import KeyStage, WayToFirstAward, way_to_first_award
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in
from registry.models import Role
from registry.permissions import require_role
from registry.services import invite_member

OWNERS_WANTED = 2


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: `state` is done, now, later or waits; `needs` are the numbers of the steps that come first."""

    number: int
    name: str
    state: str
    needs: str = ""


@console_page
@require_safe
def first_steps(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the organisation is and open the next step."""
    place = _place(request, slug)
    return _steps_page(request, place, OwnerForm(initial={"language": get_language()}))


@console_page
@require_POST
def second_owner(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a second owner; sent twice, one letter goes out."""
    place, form = _place(request, slug), OwnerForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            said = form.cleaned_data
            invite_member(
                node=place.root, email=said["email"], role=Role.OWNER, language=said["language"], actor=place.actor
            )
        if not form.errors:
            messages.success(request, _("Invited. The letter leaves within a minute; its link works for seven days."))
            return redirect("console:first_steps", slug)
    return _steps_page(request, place, form, status=422)


def _place(request: HttpRequest, slug: str) -> SeenNode:
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    return place


def _steps_page(request: HttpRequest, place: SeenNode, form: OwnerForm, *, status: int = 200) -> HttpResponse:
    way = way_to_first_award(place.organisation)
    steps = _steps(place, way)
    begun = way.published or way.draft
    context = {
        "way": way,
        "steps": steps,
        "done": sum(one.state == "done" for one in steps),
        "form": form,
        "issuer_name": text_in(way.issuer.profile.name, get_language() or "") if way.issuer else "",
        "entry_address": entry_address(place.organisation, begun) if begun else "",
        "waiting": way.issuer is not None and way.issuer.wait.stage != KeyStage.MADE,
    }
    crumbs = (Crumb(_("What is left to do")),)
    return page(
        request, "console/first_steps.html", place, context, crumbs=crumbs, nav="administration", status=status
    )


def _steps(place: SeenNode, way: WayToFirstAward) -> list[FirstStep]:
    """Return the steps: nine, where there is something to agree to ten; and trying, for those who have not awarded yet.

    The first that is not done and waits for nobody else is the next one.
    """
    organisation = place.organisation
    truths = [
        ("described", bool(organisation.country)),
        ("numbers", bool(way.numbers)),
        ("signing", True),
        ("issuer", way.issuer is not None),
        ("key", way.issuer is not None and way.issuer.wait.key is not None),
        ("register", way.issuer is not None and way.issuer.vouched is not None),
        ("owner", way.owners >= OWNERS_WANTED),
        ("achievement", way.published is not None),
        *([("agreements", all(one.accepted for one in way.agreements))] if way.agreements else []),
        *([("trial", way.tried)] if way.tried or not way.awarded else []),
        ("award", way.awarded),
    ]
    done = dict(truths)
    others = {"key", "register"} | ({"issuer"} if not done["issuer"] else set())
    if way.invited:
        others.add("owner")
    open_ones = [name for name, is_done in truths if not is_done and name not in others]
    needed = [(4, "issuer"), (5, "key"), (8, "achievement")]
    missing = {
        "trial": ", ".join(str(number) for number, name in needed if not done[name] and name != "key"),
        "award": ", ".join(str(number) for number, name in needed if not done[name]),
    }
    following = next((name for name in open_ones if not missing.get(name)), "")
    return [
        FirstStep(
            number,
            name,
            "done" if is_done else "now" if name == following else "waits" if name in others else "later",
            missing.get(name, ""),
        )
        for number, (name, is_done) in enumerate(truths, start=1)
    ]
