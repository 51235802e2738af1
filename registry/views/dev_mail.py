"""The demo's mails, for its operator. Where mail goes to a real server these pages do not exist."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.paging import page_of

PAGE_SIZE = 50
LONGEST_NAME = 200  # a folder refuses to look for much longer ones
MAIL_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)


def _folder(request: HttpRequest) -> Path:
    """Return the demo's mail folder, for its operator only; to everybody else nothing is here."""
    if settings.DEMO_MAIL_DIR is None or not getattr(request.user, "is_superuser", False):
        raise Http404
    return Path(settings.DEMO_MAIL_DIR)


def _message(request: HttpRequest, name: str) -> EmailMessage:
    folder = _folder(request)
    path = folder / f"{name}.eml"
    if len(path.name) > LONGEST_NAME or path.parent != folder or not path.is_file():
        raise Http404
    with path.open("rb") as file:
        return BytesParser(policy=email.policy.default).parse(file)


@never_cache
@login_required
@require_safe
def mail_folder(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first; only the page's own files are opened."""
    paths = sorted(_folder(request).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    page = page_of(paths, PAGE_SIZE, request.GET.get("page", ""))
    mails = [{"name": path.stem, "message": _message(request, path.stem)} for path in page]
    return render(request, "registry/dev_mail_list.html", {"page": page, "mails": mails})


@never_cache
@login_required
@require_safe
def mail_message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: its headers and its plain-text part; the HTML part has its own page."""
    message = _message(request, name)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    shown = {"name": name, "message": message, "text": plain.get_content() if plain else "", "has_html": bool(html)}
    return render(request, "registry/dev_mail.html", shown)


@never_cache
@login_required
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show a mail's HTML part as a mail program would: its own styles, no scripts, nothing from elsewhere."""
    html = _message(request, name).get_body(("html",))
    if html is None:
        raise Http404
    return HttpResponse(html.get_content(), headers={"Content-Security-Policy": MAIL_POLICY})
