"""What is done with an award after it was made: links sent and withdrawn, status changed, what it says corrected."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from console.change_forms import CorrectionForm, NotedReasonForm
from console.seen_nodes import Crumb
from console.views.awards import award_page_of
from console.views.frame import console_page, page
from credentials.documents import AwardFacts
from issuing.models import Award
from issuing.selectors import award_facts
from issuing.services import (
    correct_credential,
    reinstate_credential,
    revoke_credential,
    send_claim_link,
    suspend_credential,
    withdraw_claim_link,
)
from issuing.status_reasons import FOR_REINSTATING, FOR_REVOKING, FOR_SUSPENDING, Reason
from registry.errors import ErasedError, NotFoundError, RegistryError
from registry.form_refusals import refusals_shown_on


class _Change(NamedTuple):
    """A change of status: its act, the reasons to choose from, and its words."""

    act: Callable[..., None]
    reasons: tuple[Reason, ...]
    title: str | Promise
    means: str | Promise
    button: str | Promise
    done: str | Promise
    final: bool = False


CHANGES = {
    "revoke": _Change(
        revoke_credential,
        FOR_REVOKING,
        _("Revoke this award"),
        _("Whoever checks it from now on reads that it is revoked. This is final."),
        _("Revoke"),
        _("Revoked."),
        final=True,
    ),
    "suspend": _Change(
        suspend_credential,
        FOR_SUSPENDING,
        _("Suspend this award"),
        _("Whoever checks it reads that it is suspended, until you end that."),
        _("Suspend"),
        _("Suspended."),
    ),
    "reinstate": _Change(
        reinstate_credential,
        FOR_REINSTATING,
        _("End the suspension"),
        _("Whoever checks it reads that it is valid again."),
        _("Make it valid again"),
        _("It is valid again."),
    ),
}


@console_page
@require_POST
def send_link(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Write to the person with the link that opens now."""
    place, award, _title = award_page_of(request, slug, award_id)
    try:
        if send_claim_link(award_id=award.pk, actor=place.actor):
            messages.success(request, str(_("The letter with the link goes out.")))
        else:
            messages.info(
                request, str(_("A letter with the link went out today already; the next one can go tomorrow."))
            )
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:award", slug, award.pk)


@console_page
@require_POST
def withdraw_link(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Let the links that letters carried so far open nothing any more."""
    place, award, _title = award_page_of(request, slug, award_id)
    try:
        withdraw_claim_link(award_id=award.pk, actor=place.actor)
        messages.success(
            request,
            str(_("The links sent so far open nothing any more. Send a new one when you are sure of the address.")),
        )
    except RegistryError as error:
        messages.error(request, error.sentence())
    return redirect("console:award", slug, award.pk)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def change_status(request: HttpRequest, slug: str, award_id: uuid.UUID, change: str) -> HttpResponse:
    """Revoke, suspend or reinstate: a first sending shows both texts, what everybody reads and what is for the file."""
    if change not in CHANGES:
        raise NotFoundError
    words = CHANGES[change]
    place, award, title = award_page_of(request, slug, award_id)
    facts = _facts_of(award)
    form = NotedReasonForm(
        request.POST if request.method == "POST" else None, reasons=words.reasons, language=award.language
    )
    is_read = form.is_bound and form.is_valid()
    if is_read and request.POST.get("act") == "do":
        with refusals_shown_on(form, fields={"reason": "own_words"}):
            note = form.cleaned_data["note"]
            words.act(credential_id=award.pk, reason=form.reason(), actor=place.actor, note=note)
            messages.success(request, str(words.done))
            return redirect("console:award", slug, award.pk)
    shown = form.reason() if is_read and request.POST.get("act") != "change" and not form.errors else ""
    context = {"award": award, "title": title, "form": form, "words": words, "facts": facts, "reason": shown}
    return _page(request, "console/change.html", context, (place, award, title, str(words.title)), form.errors)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, award_id: uuid.UUID) -> HttpResponse:
    """Correct name, address or facts: what is signed is replaced, what waits is fixed anew."""
    place, award, title = award_page_of(request, slug, award_id)
    facts = _facts_of(award)
    form = CorrectionForm(request.POST if request.method == "POST" else None, award=award, facts=facts)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            newer = correct_credential(
                credential_id=award.pk, correction=form.correction(), reason=str(_("Corrected")), actor=place.actor
            )
            messages.success(request, str(_("Corrected.")))
            return redirect("console:award", slug, newer.pk)
    context = {"award": award, "title": title, "form": form, "facts": facts}
    return _page(request, "console/correct.html", context, (place, award, title, str(_("Correct"))), form.errors)


def _facts_of(award: Award) -> AwardFacts:
    """Return what an award says.

    Raises:
        ErasedError: it is gone.
    """
    if not award.facts:
        raise ErasedError
    return award_facts(award)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], where: tuple[Any, ...], errors: Any
) -> HttpResponse:
    place, award, title, last = where
    crumbs = (
        Crumb(title, _address(place, "achievement", award.version.achievement_id)),
        Crumb(context["facts"].holder_name, _address(place, "award", award.pk)),
        Crumb(last),
    )
    return page(request, template, place, context, crumbs=crumbs, nav="awards", status=422 if errors else 200)


def _address(place: Any, name: str, number: uuid.UUID) -> str:
    return reverse(f"console:{name}", args=[place.organisation.slug, number])
