"""The start page. It stands in this room because it shows what a check says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue.issuer_pages import register_lines
from catalogue.listing import newest_cards
from verification.specimen import specimen

NEWEST_SHOWN = 6
ISSUERS_SHOWN = 6


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show what this is, with the two doors: check a certificate, find a micro-credential."""
    language = get_language() or "en"
    entries, total = newest_cards(NEWEST_SHOWN, language)
    context = {
        "entries": entries,
        "total": total,
        "issuers": register_lines(language)[:ISSUERS_SHOWN],
        "specimen": specimen(),
    }
    return render(request, "verification/landing.html", context)
