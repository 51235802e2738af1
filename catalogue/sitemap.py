"""The list of public pages for search engines.

Source: https://www.sitemaps.org/protocol.html (at most 50,000 addresses in one file).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from catalogue.models import Achievement, AchievementState
from catalogue.selectors import for_everybody
from registry.models import Issuer, IssuerState
from registry.selectors import link_base_url

MOST_ADDRESSES: Final = 50_000
_STANDING: Final = ("/", "/catalogue/", "/issuers/", "/verify")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def sitemap() -> Iterator[str]:
    """Yield the sitemap piece by piece: the standing pages, the issuers, then the entries, newest first."""
    base_url = link_base_url()
    yield _HEAD
    for number, path in enumerate(_paths()):
        if number == MOST_ADDRESSES:
            break
        yield f"<url><loc>{escape(base_url + path)}</loc></url>\n"
    yield "</urlset>\n"


def _paths() -> Iterator[str]:
    yield from _STANDING
    for slug in Issuer.objects.exclude(state=IssuerState.CLOSED).order_by("slug").values_list("slug", flat=True):
        yield f"/issuers/{slug}/"
    shown = Achievement.objects.filter(state__in=[AchievementState.PUBLISHED, AchievementState.PLANNED])
    entries = for_everybody(shown)
    for issuer, slug in entries.order_by("-created_at").values_list("issuer__slug", "slug")[:MOST_ADDRESSES]:
        yield f"/catalogue/{issuer}/{slug}/"
