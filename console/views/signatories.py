"""People who sign for the organisation's issuers: named, and ended."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.selectors import profiles_of, signatories_for
from catalogue.services import SignatoryOrder, end_signatory, name_signatory
from console.editor.beginning import issuers_at
from console.forms import DayField
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in
from registry.models import Issuer, Role
from registry.paging import page_of
from registry.permissions import require_role

SIGNATORIES_OF_PAGE = 100


class SignatoryForm(forms.Form):
    """A person who signs for an issuer."""

    issuer = forms.ChoiceField(label=_("Issuer"))
    name = forms.CharField(label=_("Name"), max_length=400, required=False)
    role = forms.CharField(
        label=_("As what that person signs"), help_text=_("For example Dean"), max_length=400, required=False
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def __init__(self, data: object = None, *, issuers: list[Issuer]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        profiles, language = profiles_of(one.pk for one in issuers), get_language() or "en"
        field = self.fields["issuer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = [(str(one.pk), text_in(profiles[one.pk].name, language) or one.slug) for one in issuers]

    def order(self) -> SignatoryOrder:
        """Return what is asked."""
        return SignatoryOrder(**{name: self.cleaned_data[name] for name in ("name", "role", "since", "until")})


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def signatories(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who signs for the organisation's issuers, and name one more."""
    place = place_of(actor_in(request), slug)
    offered = issuers_at(request, place)
    issuers = offered.rows
    if not issuers and not offered.typed:
        require_role(place.actor, place.node, Role.EDITOR)
    form = SignatoryForm(request.POST if request.method == "POST" else None, issuers=issuers)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            issuer = next(one for one in issuers if str(one.pk) == form.cleaned_data["issuer"])
            name_signatory(issuer=issuer, order=form.order(), actor=place.actor)
            messages.success(request, str(_("Named. Choose the name on the sheet of parties.")))
            return redirect("console:signatories", slug)
    rows = signatories_for(place.actor, Role.EDITOR).filter(organisation=place.organisation)
    listed = page_of(cast(Sequence[Any], rows), SIGNATORIES_OF_PAGE, request.GET.get("page", ""))
    names = dict(form.fields["issuer"].choices)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "sought": offered,
        "rows": [(row, names.get(str(row.issuer_id), row.issuer.slug)) for row in listed.object_list],
        "page": listed,
        "today": timezone.localdate(),
    }
    crumbs = (Crumb(str(_("Who signs"))),)
    status = 422 if form.errors else 200
    return page(
        request, "console/signatories.html", place, context, crumbs=crumbs, nav="administration", status=status
    )


@console_page
@require_POST
def end(request: HttpRequest, slug: str, signatory_id: uuid.UUID) -> HttpResponse:
    """Say that somebody signs until today."""
    place: SeenNode = place_of(actor_in(request), slug)
    found = signatories_for(place.actor).filter(organisation=place.organisation, pk=signatory_id).first()
    if found is None:
        raise NotFoundError
    until = max(filter(None, [timezone.localdate(), found.since]))
    end_signatory(signatory=found, until=until, actor=place.actor)
    messages.success(request, str(_("Ended. What was published with the name stays as it is.")))
    return redirect("console:signatories", slug)
