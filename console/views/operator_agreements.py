"""The operator's page of agreements: which versions stand, how many accepted them, and publishing the next one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.agreement_forms import AgreementForm
from console.seen_nodes import Crumb, actor_in
from console.views.once import SheetUsedError
from console.views.operator_frame import operator_page, page_of_operator, typed_in
from registry.errors import KeyReusedError, NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import language_text
from registry.models import Agreement, Organisation, OrganisationState
from registry.paging import page_of
from registry.services import publish_agreement

FIELDS = {"text": "text_en"}
VERSIONS_OF_PAGE = 50


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: HttpRequest) -> HttpResponse:
    """List the versions, the newest first, and publish the next one."""
    form = AgreementForm(typed_in(request))
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields=FIELDS):
            _publish(request, form)
            messages.success(request, _("Published. Owners are told, and asked to accept it."))
            return redirect("operator:agreements")
    houses = Organisation.objects.filter(is_sample=False).exclude(state=OrganisationState.CLOSED)
    rows = Agreement.objects.annotate(accepted=Count("acceptances")).order_by("kind", "-version")
    listed = page_of(cast(Sequence[Any], rows), VERSIONS_OF_PAGE, request.GET.get("page", ""))
    context = {
        "form": form,
        "versions": listed.object_list,
        "page": listed,
        "houses": houses.count(),
    }
    status = 422 if form.errors else 200
    return page_of_operator(request, "console/operator/agreements.html", context, nav="agreements", status=status)


def _publish(request: HttpRequest, form: AgreementForm) -> None:
    """Publish what a valid sheet says, once: an agreement is nobody's of the organisations, so its sheet is its id."""
    try:
        publish_agreement(order=form.order(), actor=actor_in(request), agreement_id=form.cleaned_data["once"])
    except KeyReusedError as error:
        form.begin_anew()
        raise SheetUsedError from error


@operator_page
@require_safe
def agreement(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show a version word for word."""
    shown = Agreement.objects.filter(pk=agreement_id).first()
    if shown is None:
        raise NotFoundError
    context = {"agreement": shown, "text": language_text(shown.text, get_language() or "en")}
    crumbs = (Crumb(_("Agreements"), reverse("operator:agreements")), Crumb(str(shown.version)))
    return page_of_operator(request, "console/operator/agreement.html", context, crumbs=crumbs, nav="agreements")
