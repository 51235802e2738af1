"""The organisations of this installation, as its operator sees them: how far each is, and whether it may award."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.seen_nodes import Crumb, actor_in
from console.setup_forms import CloseForm
from console.views.operator_frame import looked_at, name_of_house, operator_page, page_of_operator, typed_in
from issuing.running_state import in_gigabytes, space_of
from issuing.services import resume_signing
from issuing.setting_up import KeyStage, KeyWait, key_waits, places_given_out
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in
from registry.models import Issuer, Organisation, Role, TrustedIssuer
from registry.paging import page_of
from registry.permissions import live_memberships
from registry.selectors import open_invitations, profiles_of
from registry.services import close_organisation, reopen_organisation, stop_organisation

HOUSES_OF_PAGE = 50
ISSUERS_SHOWN = OWNERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class IssuerSeen:
    """An issuer as the operator sees it: what it is called, how far its key is, and who vouches for it."""

    issuer: Issuer
    name: str
    wait: KeyWait
    vouched: list[TrustedIssuer]


@operator_page
@require_safe
def houses(request: HttpRequest) -> HttpResponse:
    """List the organisations in the order of their short addresses."""
    rows = Organisation.objects.order_by("slug")
    if asked := request.GET.get("q", "").strip():
        rows = rows.filter(slug__contains=asked[:60].lower())
    page = page_of(rows, HOUSES_OF_PAGE, request.GET.get("page", ""))  # type: ignore[arg-type]
    named = [(one, name_of_house(one)) for one in page.object_list]
    return page_of_operator(request, "console/operator/houses.html", {"page": page, "houses": named, "asked": asked})


@operator_page
@require_safe
def house(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation: what is left to set up, its issuers, and whether it may award. The look is noted."""
    organisation = looked_at(request, slug)
    return _house_page(request, organisation)


def _house_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    rows = list(organisation.issuers.order_by("created_at", "pk")[: ISSUERS_SHOWN + 1])
    issuers = _seen(rows[:ISSUERS_SHOWN])
    owners = live_memberships().filter(node__organisation=organisation, node__parent=None, role=Role.OWNER)
    invited = open_invitations().filter(organisation=organisation, role=Role.OWNER)
    space = space_of(organisation)
    context = {
        "organisation": organisation,
        "name": name_of_house(organisation),
        "issuers": issuers,
        "more": len(rows) > ISSUERS_SHOWN,
        "owners": list(owners.select_related("user").order_by("created_at")[:OWNERS_SHOWN]),
        "more_owners": owners.count() > OWNERS_SHOWN,
        "invited": list(invited.order_by("invited_at")[:5]),
        "numbers": list(organisation.identifiers.order_by("type", "value")),
        "awarded": places_given_out(organisation),
        "space": "" if space is None else in_gigabytes(space),
        "waiting": any(one.wait.stage != KeyStage.MADE for one in issuers),
    }
    return page_of_operator(request, "console/operator/house.html", context, crumbs=way_to(organisation))


def _seen(issuers: list[Issuer]) -> list[IssuerSeen]:
    """Return issuers with what is told of them; four queries for all of them."""
    waits, today = key_waits(issuers), timezone.localdate()
    names = {one.issuer_id: text_in(one.name, get_language() or "") for one in profiles_of(issuers)}
    lines = TrustedIssuer.objects.filter(did__in=[one.did for one in issuers], since__lte=today).order_by("since")
    standing = [line for line in lines if line.until is None or line.until >= today]
    return [
        IssuerSeen(one, names[one.pk], waits[one.pk], [line for line in standing if line.did == one.did])
        for one in issuers
    ]


def way_to(organisation: Organisation, *further: str) -> tuple[Crumb, ...]:
    """Return the way to an organisation's page of the operator, and what comes behind."""
    address = f"/operator/organisations/{organisation.slug}/"
    return Crumb(name_of_house(organisation), address if further else ""), *(Crumb(one) for one in further)


def issuer_in(organisation: Organisation, issuer_id: uuid.UUID) -> Issuer:
    """Return an issuer of an organisation.

    Raises:
        NotFoundError: it has none of this id.
    """
    found = Issuer.objects.select_related("organisation", "node").filter(pk=issuer_id, organisation=organisation)
    issuer = found.first()
    if issuer is None:
        raise NotFoundError
    return issuer


@operator_page
@require_POST
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """Let nothing new be awarded in an organisation's name until it is opened again."""
    stop_organisation(organisation=looked_at(request, slug), actor=actor_in(request))
    messages.success(request, _("Stopped. Nothing new is awarded or signed in its name until you open it again."))
    return redirect("operator:house", slug)


@operator_page
@require_POST
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a stopped organisation award again."""
    reopen_organisation(organisation=looked_at(request, slug), actor=actor_in(request))
    messages.success(request, _("Open again. What waited to be signed goes on within minutes."))
    return redirect("operator:house", slug)


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close an organisation for good, with its short address typed."""
    organisation = looked_at(request, slug)
    form = CloseForm(typed_in(request), slug=organisation.slug)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            said = {name: form.cleaned_data[name] for name in ("successor_name", "successor_url")}
            close_organisation(organisation=organisation, actor=actor_in(request), **said)
        if not form.errors:
            messages.success(request, _("Closed. What it awarded stays checkable."))
            return redirect("operator:house", slug)
    context = {"form": form, "organisation": organisation, "name": name_of_house(organisation)}
    crumbs = way_to(organisation, _("Close"))
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/close.html", context, crumbs=crumbs, status=status)


@operator_page
@require_POST
def resume(request: HttpRequest, slug: str, issuer_id: uuid.UUID) -> HttpResponse:
    """Let an issuer sign again after the cause of a failed self-check was found."""
    issuer = issuer_in(looked_at(request, slug), issuer_id)
    resume_signing(issuer=issuer, actor=actor_in(request))
    messages.success(
        request, _("It signs again. If a signed text differs from its facts once more, it stops at once.")
    )
    return redirect("operator:house", slug)
