"""The operator's pages of identity providers: which there are, and what each is trusted for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.provider_forms import ProviderForm
from console.seen_nodes import Crumb, actor_in
from console.views.operator_frame import operator_page, page_of_operator, typed_in
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.models import IdentityProvider, ProviderKind
from registry.provider import public_address
from registry.services import state_identity_provider
from registry.sign_in_providers import SAML_IS_INSTALLED

KINDS = {"openid": ProviderKind.OIDC, "saml": ProviderKind.SAML}


@operator_page
@require_safe
def identity_providers(request: HttpRequest) -> HttpResponse:
    """List the identity providers, those of the settings without a way to change them."""
    context = {
        "providers": IdentityProvider.objects.order_by("name"),
        "of_settings": settings.SIGN_IN_PROVIDERS,
        "saml": SAML_IS_INSTALLED,
    }
    return page_of_operator(request, "console/operator/identity_providers.html", context, nav="sign-in")


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_identity_provider(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter one."""
    if kind not in KINDS:
        raise NotFoundError
    return _provider_page(request, ProviderForm(typed_in(request), kind=KINDS[kind]))


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def identity_provider(request: HttpRequest, provider_id: uuid.UUID) -> HttpResponse:
    """Show one, and change it."""
    provider = IdentityProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        raise NotFoundError
    return _provider_page(request, ProviderForm(typed_in(request), kind=provider.kind, provider=provider))


def _provider_page(request: HttpRequest, form: ProviderForm) -> HttpResponse:
    provider = form.provider
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            state_identity_provider(
                order=form.order(), actor=actor_in(request), provider_id=provider.pk if provider else None
            )
            messages.success(request, _("Saved. The page of signing in shows it now."))
            return redirect("operator:identity_providers")
    route = "provider_callback" if form.kind == ProviderKind.OIDC else "provider_metadata"
    context = {
        "form": form,
        "provider": provider,
        "kind": ProviderKind(form.kind).label,
        "ours": public_address(route, provider.slug if provider else "short-name"),
    }
    crumbs = (
        Crumb(_("Sign-in at institutions"), reverse("operator:identity_providers")),
        Crumb(provider.name if provider else _("New")),
    )
    return page_of_operator(
        request,
        "console/operator/identity_provider.html",
        context,
        crumbs=crumbs,
        nav="sign-in",
        status=422 if form.errors else 200,
    )
