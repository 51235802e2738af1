"""Letters that did not arrive, each with its cause and what mends it; and a link to hand over on paper."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.change_forms import AddressForm
from console.seen_nodes import Crumb, actor_in, place_of
from console.views.awards import award_page_of
from console.views.frame import console_page, page
from console.views.lists import named_awards
from console.views.people import cause_of
from issuing.people import RETURNED_SHOWN, letters_returned
from issuing.selectors import award_facts
from issuing.services import address_given, correct_address, print_claim_link
from registry.errors import ErasedError, RegistryError
from registry.form_refusals import refusals_shown_on
from registry.qr_codes import qr_code_svg


@console_page
@require_safe
def returned(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest letters that did not arrive, and where each is mended."""
    actor = actor_in(request)
    place = place_of(actor, slug)
    letters = letters_returned(actor, organisation=place.organisation)
    named = {one.award.pk: one for one in named_awards(letter.award for letter in letters if letter.award)}
    rows = [(letter, named[letter.award_id], cause_of(letter)) for letter in letters if letter.award_id in named]
    crumbs = (Crumb(str(_("Awards")), reverse("console:awards", args=[slug])), Crumb(str(_("Letters that came back"))))
    context = {"rows": rows[:RETURNED_SHOWN], "more": len(rows) > RETURNED_SHOWN}
    return page(request, "console/returned.html", place, context, crumbs=crumbs, nav="awards")


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Give another address to an award's mail; the award stays as it is."""
    place, award, title = award_page_of(request, slug, award_id)
    if not award.facts:
        raise ErasedError
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields={"": "email"}):
            correct_address(award_id=award.pk, address=form.cleaned_data["email"], actor=place.actor)
            messages.success(
                request, str(_("A letter with a new link goes there. The links sent before open nothing."))
            )
            return redirect("console:award", slug, award.pk)
    name, given = award_facts(award).holder_name, address_given(award)
    context = {"award": award, "title": title, "form": form, "name": name, "given": given.address if given else ""}
    crumbs = (Crumb(name, reverse("console:award", args=[slug, award.pk])), Crumb(str(_("Send all mail elsewhere"))))
    status = 422 if form.errors else 200
    return page(request, "console/address.html", place, context, crumbs=crumbs, nav="awards", status=status)


@console_page
@require_POST
def print_link(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Show the link that opens an award, as text and as a code to print."""
    place, award, title = award_page_of(request, slug, award_id)
    try:
        link = print_claim_link(award_id=award.pk, actor=place.actor)
    except RegistryError as error:
        messages.error(request, error.sentence())
        return redirect("console:award", slug, award.pk)
    name = award_facts(award).holder_name
    context = {"award": award, "title": title, "name": name, "link": link, "code": qr_code_svg(link)}
    crumbs = (Crumb(name, reverse("console:award", args=[slug, award.pk])), Crumb(str(_("Print the link"))))
    return page(request, "console/print_link.html", place, context, crumbs=crumbs, nav="awards")
