"""What a compromised key has signed is signed again with the new one: looked at first, then one change of many."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from console.seen_nodes import Crumb
from console.views.frame import console_page, page
from console.views.issuer_keys import desk_of, key_in
from issuing.key_history import still_to_sign_again
from issuing.services import draft_signing_again
from registry.form_refusals import refusals_shown_on


class AgainForm(forms.Form):
    """Whether all of it is signed again, or what was signed since the key was in other hands."""

    which = forms.ChoiceField(
        label=gettext_lazy("What is signed again"),
        choices=[
            ("since", gettext_lazy("What stopped being genuine: signed from that time on")),
            ("all", gettext_lazy("All that it has signed, so that other services take it too")),
        ],
        widget=forms.RadioSelect,
        initial="since",
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_again(request: HttpRequest, slug: str, issuer_id: uuid.UUID, key_id: uuid.UUID) -> HttpResponse:
    """Count what can be signed again, and draft it as one change: its page lists whom it concerns and asks for the count."""
    desk = desk_of(request, slug, issuer_id)
    named = key_in(desk, key_id)
    since = named.key.compromised_at
    if since is None:
        return redirect("console:report_key", slug, issuer_id, key_id)
    form = AgainForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            begin = since if form.cleaned_data["which"] == "since" else None
            change = draft_signing_again(key=named.key, since=begin, actor=desk.place.actor)
            return redirect("console:many_change", slug, change.pk)
    context = {
        "form": form,
        "named": named,
        "issuer": desk.issuer,
        "since": since,
        "ends": still_to_sign_again(named.key, since=since),
        "all": still_to_sign_again(named.key),
        "wait": desk.wait,
    }
    crumbs = (Crumb(_("Keys and identity"), f"/console/{slug}/keys/{issuer_id}/"), Crumb(_("Sign again")))
    status = 422 if form.errors else 200
    template = "console/sign_again.html"
    return page(request, template, desk.place, context, crumbs=crumbs, nav="administration", status=status)
