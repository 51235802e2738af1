"""The public pages of the catalogue. They need no account, no script and no cookie."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.documents import achievement_facts, issuer_facts, languages_of
from catalogue.errors import NoSuchAchievementError
from catalogue.issuer_pages import issuer_cards, issuer_named, issuer_page, register_page, unlisted_issuers
from catalogue.linked_data import schema_org
from catalogue.listing import SORTS, Listing, Wish, list_entries
from catalogue.models import AchievementVersion, Audience
from catalogue.pages import entry_page, entry_path, version_path
from catalogue.selectors import members_version, public_version, published_numbers, related_entries, stored_image
from catalogue.sitemap import sitemap
from credentials.builders import CURRENT
from credentials.strict_json import compact_json
from registry.actors import ANONYMOUS, Actor, actor_for_user
from registry.errors import NotFoundError
from registry.selectors import canonical_base_url, latest_profile

FACETS = ("level", "institution", "kind", "language", "workload", "mode", "assessment")
MOST_CHOSEN = 20
FOR_EVER = "public, max-age=31536000, immutable"
SOON_STALE = "public, max-age=60"


@require_safe
def catalogue_list(request: HttpRequest) -> HttpResponse:
    """Show the register; the address holds the whole question."""
    wish = _wish(request)
    listing = list_entries(wish)
    context = {
        "section": "catalogue",
        "title": _title(wish, listing),
        "canonical": wish.address(page=listing.page.number),
        "query": wish.query,
        "sort": wish.sort,
        "page": listing.page,
        "facets": listing.facets,
        "chosen": listing.chosen,
        "sorts": listing.sorts,
        "total": listing.total,
    }
    return render(request, "catalogue/list.html", context)


@require_safe
def achievement_page(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """Show an entry: its newest published version, or the plan."""
    return _entry(request, _version_or_404(request, issuer, slug), "catalogue/achievement.html")


@require_safe
def version_page(request: HttpRequest, issuer: str, slug: str, number: int) -> HttpResponse:
    """Show one version for good; to a machine that asks for JSON, the Open Badges Achievement."""
    version = _version_or_404(request, issuer, slug, number)
    wants_json = request.get_preferred_type(["text/html", "application/ld+json", "application/json"]) not in {
        None,
        "text/html",
    }
    response = (
        _achievement_json(request, version) if wants_json else _entry(request, version, "catalogue/version.html")
    )
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "Accept"]))
    return response


@require_safe
def achievement_json(request: HttpRequest, issuer: str, slug: str, number: int | None = None) -> HttpResponse:
    """Answer a published version as an Open Badges 3.0 Achievement; `?language=` chooses among its languages."""
    version = _version_or_404(request, issuer, slug, number)
    if version.published_at is None:
        raise Http404
    return _achievement_json(request, version)


@require_safe
def issuer_list(request: HttpRequest) -> HttpResponse:
    """Show the register of trusted issuers, or those of it that a name or an official number finds."""
    query = request.GET.get("q", "").strip()[:200]
    page = register_page(request.GET.get("page", ""), reader(), query)
    context = {
        "section": "issuers",
        "page": page,
        "query": query,
        "unlisted": unlisted_issuers(query, reader()),
        "canonical": _paged("/issuers/", page),
    }
    return render(request, "catalogue/issuers.html", context)


@require_safe
def issuer_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one issuer: who vouches for it, and what can be earned there."""
    try:
        issuer = issuer_named(slug)
    except NotFoundError as error:
        raise Http404 from error
    language = reader()
    page = issuer_cards(issuer, request.GET.get("page", ""), language)
    context = {
        "section": "issuers",
        "issuer": issuer_page(issuer, language),
        "page": page,
        "canonical": _paged(f"/issuers/{slug}/", page),
    }
    return render(request, "catalogue/issuer.html", context)


@require_safe
def image(request: HttpRequest, sha256: str, suffix: str) -> HttpResponse:
    """Serve a picture by its content, whole (png) or as lists show it (webp): it never changes and is kept for ever."""
    etag = f'"{sha256}.{suffix}"'
    headers = {"Cache-Control": FOR_EVER, "ETag": etag, "Access-Control-Allow-Origin": "*"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    stored = stored_image(sha256)
    if stored is None:
        raise Http404
    body = stored.png if suffix == "png" else stored.small
    return HttpResponse(bytes(body), content_type=f"image/{suffix}", headers=headers)


@require_safe
def sitemap_xml(_request: HttpRequest) -> HttpResponse:
    """List the public pages for search engines."""
    return HttpResponse("".join(sitemap()), content_type="application/xml")


def reader() -> str:
    """Return the language of the visitor, as the middleware found it."""
    return get_language() or "en"


def _wish(request: HttpRequest) -> Wish:
    """Read the question out of the address; what we do not offer is left out."""
    chosen = {key: tuple(dict.fromkeys(request.GET.getlist(key)[:MOST_CHOSEN])) for key in FACETS}
    sort = request.GET.get("sort", "")
    return Wish(
        query=request.GET.get("q", "").strip()[:200],
        chosen={key: values for key, values in chosen.items() if values},
        sort=sort if sort in SORTS else "",
        page=request.GET.get("page", ""),
        language=reader(),
    )


def _title(wish: Wish, listing: Listing) -> str:
    """Name the list as it was asked for: windows, bookmarks and search engines tell one from the other by it."""
    asked = ", ".join([wish.query, *(label for label, _address in listing.chosen)]).strip(", ")
    title = f"{_('Catalogue')}: {asked}" if asked else _("Catalogue")
    if listing.page.number == 1:
        return title
    return _("{title}, page {page}").format(title=title, page=listing.page.number)


def _paged(path: str, page: Page[Any]) -> str:
    return path if page.number == 1 else f"{path}?page={page.number}"


def _version_or_404(request: HttpRequest, issuer: str, slug: str, number: int | None = None) -> AchievementVersion:
    """Find what this reader may see; who is signed in is asked only where the public sees nothing."""
    try:
        with suppress(NoSuchAchievementError):
            return public_version(issuer, slug, number)
        return members_version(issuer, slug, number, actor=_actor(request))
    except NoSuchAchievementError as error:
        raise Http404(error.sentence()) from error


def _actor(request: HttpRequest) -> Actor:
    return actor_for_user(request.user) if request.user.is_authenticated else ANONYMOUS


def _is_internal(version: AchievementVersion) -> bool:
    return version.achievement.audience == Audience.ORGANISATION


def _entry(request: HttpRequest, version: AchievementVersion, template: str) -> HttpResponse:
    language = reader()
    profile = latest_profile(version.achievement.issuer)
    numbers = published_numbers(version.achievement)
    related = related_entries(version.achievement, language)
    newest = numbers[0][0] if numbers else version.number
    context: dict[str, Any] = {
        "section": "catalogue",
        "entry": entry_page(version, profile, language, newest=newest, related=related),
        "versions": [(number, at, f"{entry_path(version.achievement)}v/{number}/") for number, at in numbers],
        "json_ld": schema_org(version, profile, language, base_url=canonical_base_url()),
        # The newest version stands under two addresses; search engines are sent to the one that stays the newest.
        "canonical": entry_path(version.achievement) if version.number == newest else version_path(version),
    }
    response = render(request, template, context)
    if _is_internal(version):
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _achievement_json(request: HttpRequest, version: AchievementVersion) -> HttpResponse:
    offered = languages_of(version)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in offered else offered[0]
    base_url = canonical_base_url()
    issuer = issuer_facts(latest_profile(version.achievement.issuer), language, base_url=base_url)
    document = CURRENT.achievement_document(issuer, achievement_facts(version, language, base_url=base_url))
    headers = {"Cache-Control": SOON_STALE, "Access-Control-Allow-Origin": "*", "Content-Language": language}
    if _is_internal(version):
        headers = {"Cache-Control": "private, no-store", "Content-Language": language}
    return HttpResponse(compact_json(document), content_type="application/ld+json", headers=headers)
