"""What the operator tells visitors, and what browsers and search engines ask every host for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.operator_texts import PAGES, operator_page
from registry.selectors import link_base_url

CLOSED_TO_ROBOTS = ("/account/", "/admin/", "/claim/", "/dev/", "/preferences/", "/verify?")
"""Credentials are not among them: a robot has to read their pages to learn that they are not to be listed."""


@require_safe
def about(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the operator's pages, or lead to where the operator has it."""
    page = operator_page(name, get_language() or "en") if name in PAGES else None
    if page is None:
        raise Http404
    if page.address:
        return HttpResponseRedirect(page.address)
    return render(request, "registry/about.html", {"title": PAGES[name], "page": page, "canonical": f"/about/{name}/"})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell search engines what not to ask for, and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    text = "\n".join([*lines, "", f"Sitemap: {link_base_url()}/sitemap.xml", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask at the old address to our mark, whose own address changes with its content."""
    return HttpResponseRedirect(static("img/favicon.ico"))
