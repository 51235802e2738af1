"""Setting up an organisation by pages: the organisation, its issuer, the register, the first owner."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.services import name_signatory
from console.seen_nodes import Crumb, actor_in
from console.setup_forms import IssuerForm, OrganisationForm, OwnerForm, RegisterForm
from console.views.once import once_for
from console.views.operator_frame import looked_at, name_of_house, operator_page, page_of_operator, typed_in
from console.views.operator_houses import issuer_in, way_to
from registry.form_refusals import refusals_shown_on
from registry.models import Organisation, Role
from registry.selectors import lasting_owners, latest_profile
from registry.services import TrustOrder, create_issuer, create_organisation, invite_member, trust_issuer

FORMS = ["GET", "HEAD", "POST"]


@operator_page
@require_http_methods(FORMS)
def make_house(request: HttpRequest) -> HttpResponse:
    """Make an organisation, once for each sheet: sent again, it leads to the one that was made."""
    form = OrganisationForm(typed_in(request), initial={"kind": "formal"})
    if request.method == "POST" and form.is_valid():
        if made := Organisation.objects.filter(pk=form.cleaned_data["once"]).first():
            return redirect("operator:house", made.slug)
        with refusals_shown_on(form, fields=form.places | form.number_places):
            made = create_organisation(order=form.order(), owner=None, actor=actor_in(request))
            return redirect("operator:make_issuer", made.slug)
    context = {"form": form}
    crumbs = (Crumb(_("New organisation")),)
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/make_house.html", context, crumbs=crumbs, status=status)


@operator_page
@require_http_methods(FORMS)
def make_issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an issuer of an organisation, once for each sheet; its key is made by the worker meanwhile."""
    organisation = looked_at(request, slug)
    form = IssuerForm(typed_in(request), initial=_proposed(organisation))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form, fields=form.places):
            _make_issuer(request, organisation, form)
            return redirect("operator:house", slug)
    owned = bool(lasting_owners(organisation))
    context = {"form": form, "organisation": organisation, "name": name_of_house(organisation), "has_owners": owned}
    crumbs = way_to(organisation, _("Issuer"))
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/make_issuer.html", context, crumbs=crumbs, status=status)


def _proposed(organisation: Organisation) -> dict[str, object]:
    """Return what an issuer is called where the organisation itself issues, as most do."""
    return {"slug": organisation.slug, "ink": "", **IssuerForm.named(organisation.name)}


def _make_issuer(request: HttpRequest, organisation: Organisation, form: IssuerForm) -> None:
    actor, root = actor_in(request), organisation.nodes.get(parent=None)

    def act() -> str:
        made = create_issuer(node=root, slug=form.cleaned_data["slug"], profile=form.profile(), actor=actor)
        if form.signatory:
            name_signatory(issuer=made, order=form.signatory, actor=actor)
        return str(made.pk)

    once_for(request, form, organisation_id=organisation.pk, actor=actor, act=act)


@operator_page
@require_http_methods(FORMS)
def register(request: HttpRequest, slug: str, issuer_id: uuid.UUID) -> HttpResponse:
    """Enter an issuer in the register of trusted issuers; sent twice, it is one line."""
    organisation = looked_at(request, slug)
    issuer = issuer_in(organisation, issuer_id)
    form = RegisterForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        line = {name: form.cleaned_data[name] for name in ("vouched_by", "for_what", "source")}
        profile, today = latest_profile(issuer), timezone.localdate()
        trust_issuer(order=TrustOrder(did=issuer.did, name=profile.name, since=today, **line), actor=actor_in(request))
        messages.success(request, _("Entered. Its certificates read “issuer known” from now on."))
        return redirect("operator:house", slug)
    context = {"form": form, "organisation": organisation, "issuer": issuer}
    crumbs = way_to(organisation, _("Register"))
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/register.html", context, crumbs=crumbs, status=status)


@operator_page
@require_http_methods(FORMS)
def invite_owner(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite the first owner of an organisation by mail; sent twice, one letter goes out."""
    organisation = looked_at(request, slug)
    form = OwnerForm(typed_in(request), initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            invite_member(
                node=organisation.nodes.get(parent=None),
                email=form.cleaned_data["email"],
                role=Role.OWNER,
                language=form.cleaned_data["language"],
                actor=actor_in(request),
            )
        if not form.errors:
            messages.success(request, _("Invited. The letter leaves within a minute; its link works for seven days."))
            return redirect("operator:house", slug)
    context = {"form": form, "organisation": organisation, "name": name_of_house(organisation)}
    crumbs = way_to(organisation, _("Owner"))
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/invite_owner.html", context, crumbs=crumbs, status=status)
