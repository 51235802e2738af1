"""The checking desk: an address, a text or a file in; a report out. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.errors import LimitError
from registry.limits import MAX_UPLOAD_BYTES
from verification.holders import MAX_ASKED_CHARACTERS
from verification.resolve import check_source
from verification.views.answers import page_of
from verification.views.counting import count_check

MEGABYTE = 1024 * 1024
MAX_NAME_CHARACTERS = 80


@require_http_methods(["GET", "HEAD", "POST"])
def checking_desk(request: HttpRequest) -> HttpResponse:
    """Show the form, or check what was given by address (GET) or by form (POST)."""
    if request.method == "POST":
        return _posted(request)
    address = request.GET.get("url", "").strip()
    return _checked(request, address, "") if address else _form(request)


def _posted(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    text = request.POST.get("text", "")
    if upload is not None:
        if upload.size is None or upload.size > MAX_UPLOAD_BYTES:
            limit = MAX_UPLOAD_BYTES // MEGABYTE
            return _form(request, _("The file is larger than {limit} MB.").format(limit=limit), status=413)
        return _checked(request, upload.read(), (upload.name or "")[:MAX_NAME_CHARACTERS])
    if not text.strip():
        return _form(request, _("Choose a file, or paste a link or a text."), status=422)
    return _checked(request, text, "")


def _checked(request: HttpRequest, source: bytes | str, name: str) -> HttpResponse:
    try:
        count_check(request)
    except LimitError as error:
        return _form(request, error.sentence(), status=429)
    gathered, report = check_source(source, at=timezone.now(), asked=_holder(request))
    return page_of(request, gathered, report, checked_name=name, asked=_holder(request).strip())


def _holder(request: HttpRequest) -> str:
    return request.POST.get("holder", "")[:MAX_ASKED_CHARACTERS]


def _form(request: HttpRequest, error: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "section": "verify",
        "error": error,
        "given": request.POST.get("text", "")[:10_000],
        "holder": _holder(request),
        "max_megabytes": MAX_UPLOAD_BYTES // MEGABYTE,
    }
    # Not `quiet`: under "no-referrer" a browser sends its form without an origin, and we would refuse it.
    return render(request, "verification/verify.html", context, status=status)
