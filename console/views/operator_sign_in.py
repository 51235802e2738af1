"""The operator's pages of identity providers: which there are, and what each is trusted for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from console.provider_forms import LinkForm, ProviderForm, UnlinkForm
from console.seen_nodes import Crumb, actor_in
from console.views.operator_frame import operator_page, page_of_operator, typed_in
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.models import IdentityProvider, ProviderKind
from registry.provider import public_address
from registry.services import link_ahead, state_identity_provider, unlink_identifier
from registry.sign_in_providers import SAML_IS_INSTALLED, identifier_of

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
    provider = _provider(provider_id)
    return _provider_page(request, ProviderForm(typed_in(request), kind=provider.kind, provider=provider))


def _provider(provider_id: uuid.UUID) -> IdentityProvider:
    """Raises NotFoundError: there is none with this id."""
    provider = IdentityProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        raise NotFoundError
    return provider


@operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def provider_people(request: HttpRequest, provider_id: uuid.UUID) -> HttpResponse:
    """Link people of a provider before they come, or take a link away."""
    provider, away = _provider(provider_id), "away" in request.POST
    links = LinkForm(request.POST if request.method == "POST" and not away else None)
    unlink = UnlinkForm(request.POST if away else None)
    form: LinkForm | UnlinkForm = unlink if away else links
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            messages.success(request, _linked(provider, form, actor_in(request)))
            return redirect("operator:provider_people", provider_id)
    context = {
        "provider": provider,
        "form": form,
        "links": links,
        "unlink": unlink,
        "identifier": identifier_of(provider),
    }
    crumbs = (
        Crumb(_("Sign-in at institutions"), reverse("operator:identity_providers")),
        Crumb(provider.name, reverse("operator:identity_provider", args=[provider.pk])),
        Crumb(_("People")),
    )
    status = 422 if form.errors else 200
    template = "console/operator/provider_people.html"
    return page_of_operator(request, template, context, crumbs=crumbs, nav="sign-in", status=status)


def _linked(provider: IdentityProvider, form: LinkForm | UnlinkForm, actor: Actor) -> str:
    """Do what a valid form asks for; return what is told of it."""
    if isinstance(form, UnlinkForm):
        unlink_identifier(provider_id=provider.pk, identifier=form.cleaned_data["identifier"], actor=actor)
        return _("Taken away. The account stays, and is signed in to in its other ways.")
    count = link_ahead(provider_id=provider.pk, people=form.cleaned_data["people"], actor=actor)
    told = ngettext("One person is linked.", "{count} people are linked.", count).format(count=count)
    return told if count else _("All of them were linked already.")


def _provider_page(request: HttpRequest, form: ProviderForm) -> HttpResponse:
    provider = form.provider
    if "fill" in request.POST and form.kind == ProviderKind.SAML:
        form.is_valid()
        form = _filled(request, form)
    elif form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            state_identity_provider(
                order=form.order(), actor=actor_in(request), provider_id=provider.pk if provider else None
            )
            messages.success(request, _("Saved. The page of signing in shows it now."))
            return redirect("operator:identity_providers")
    return _page_of_form(request, form)


def _filled(request: HttpRequest, form: ProviderForm) -> ProviderForm:
    """Return the form with what its metadata say, or with what is wrong with them."""
    form.errors.clear()
    with refusals_shown_on(form):
        filled = form.filled_in()
        told = _("Filled in from the metadata. Look it through, and save it.")
        more = _(
            "They hold several certificates: the first is taken. If its keys are being changed, ask which one signs now."
        )
        messages.info(request, f"{told} {more}" if filled.several_keys else told)
        return filled
    return form


def _page_of_form(request: HttpRequest, form: ProviderForm) -> HttpResponse:
    provider = form.provider
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
