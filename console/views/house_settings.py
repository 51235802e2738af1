"""What owners change of their organisation, and what its issuers say of themselves."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.setup_forms import NUMBERS, HouseForm, IssuerProfileForm
from console.views.frame import console_page, page
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.models import Issuer, IssuerProfile, Role
from registry.permissions import nodes_of, require_role
from registry.selectors import latest_profile
from registry.services import RULES, ProfileOrder, change_organisation, revise_issuer_profile

FORMS = ["GET", "HEAD", "POST"]


@console_page
@require_http_methods(FORMS)
def house(request: HttpRequest, slug: str) -> HttpResponse:
    """Change names, place, official numbers and rules; sent twice, it is written once."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.OWNER)
    form = HouseForm(request.POST if request.method == "POST" else None, initial=_as_it_is(place))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form, fields=form.places | form.number_places):
            change_organisation(organisation=place.organisation, order=form.order(), actor=place.actor)
        if not form.errors:
            messages.success(request, _("Saved. What was awarded before keeps what it says."))
            return redirect("console:house", slug)
    status = 422 if form.errors else 200
    crumbs = (Crumb(_("The organisation")),)
    return page(
        request, "console/house.html", place, {"form": form}, crumbs=crumbs, nav="administration", status=status
    )


def _as_it_is(place: SeenNode) -> dict[str, object]:
    organisation = place.organisation
    rules = ("country", "region", *RULES)
    numbers = organisation.identifiers.order_by("type", "value").values_list("type", "value")[:NUMBERS]
    kept = {rule: getattr(organisation, rule) for rule in rules}
    for at, (kind, value) in enumerate(numbers):
        kept |= {f"kind_{at}": kind, f"number_{at}": value}
    return kept | HouseForm.named(organisation.name)


@console_page
@require_http_methods(FORMS)
def issuer(request: HttpRequest, slug: str, issuer_id: uuid.UUID) -> HttpResponse:
    """Change what an issuer says of itself: it holds for what is awarded from now on."""
    place = place_of(actor_in(request), slug)
    chosen = _issuer_in(place, issuer_id)
    require_role(place.actor, chosen.node, Role.ADMIN)
    shown = latest_profile(chosen)
    form = IssuerProfileForm(request.POST if request.method == "POST" else None, initial=_as_shown(shown))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form, fields=form.places):
            _revise(place, chosen, shown, form)
        if not form.errors:
            messages.success(request, _("Saved. It stands in what is awarded from now on."))
            return redirect("console:first_steps", slug)
    status = 422 if form.errors else 200
    crumbs = (Crumb(_("What is left to do"), f"/console/{slug}/first-steps/"), Crumb(_("Issuer")))
    context = {"form": form, "issuer": chosen}
    return page(request, "console/issuer.html", place, context, crumbs=crumbs, nav="administration", status=status)


def _issuer_in(place: SeenNode, issuer_id: uuid.UUID) -> Issuer:
    seen = nodes_of(place.actor).filter(organisation=place.organisation)
    found = Issuer.objects.select_related("organisation", "node").filter(pk=issuer_id, node__in=seen).first()
    if found is None:
        raise NotFoundError
    return found


def _as_shown(shown: IssuerProfile) -> dict[str, object]:
    kept = {name: getattr(shown, name) for name in ("short_name", "url", "email")}
    ink = "" if shown.ink is None else str(shown.ink)
    return {**kept, "ink": ink, **IssuerProfileForm.named(shown.name)}


def _revise(place: SeenNode, chosen: Issuer, shown: IssuerProfile, form: IssuerProfileForm) -> None:
    """Write the next version unless it says what the newest one says."""
    columns = {name: getattr(shown, name) for name in ProfileOrder.__dataclass_fields__}
    order = ProfileOrder(**columns)
    said = form.profile()
    wanted = replace(order, name=said.name, short_name=said.short_name, url=said.url, email=said.email, ink=said.ink)
    if wanted != order:
        revise_issuer_profile(issuer=chosen, profile=wanted, actor=place.actor)
