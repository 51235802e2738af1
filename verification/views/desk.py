"""The checking desk: an address, a text or a file in; a report out. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.errors import LimitError
from registry.selectors import own_base_urls
from registry.throttle import count_visit
from verification.formats import MAX_TEXT_BYTES, MAX_UPLOAD_BYTES, InputKind, Understood, understand
from verification.holders import MAX_ASKED_CHARACTERS
from verification.quoting import isolated, plain
from verification.resolve import check_source
from verification.views.answers import page_of

MEGABYTE = 1024 * 1024
MAX_NAME_CHARACTERS = 80
LONGEST_ADDRESS = 2_000
"""As in the API: what a link brings along is an address, not a document."""


@require_http_methods(["GET", "HEAD", "POST"])
def checking_desk(request: HttpRequest) -> HttpResponse:
    """Show the form, or check what was given: by POST anything, by a link (GET) only what is ours.

    A link shows an address elsewhere in the form and leaves it there, so that no page of others can make us fetch.
    """
    if request.method == "POST":
        return _posted(request)
    address = request.GET.get("url", "").strip()
    if not address:
        return _form(request)
    if len(address) > LONGEST_ADDRESS:
        error = _("This address is longer than {limit} characters. Give us the file instead.")
        return _form(request, error.format(limit=LONGEST_ADDRESS), status=414)
    understood = understand(address, own_base_urls())
    if _shown_only(understood):
        return _form(request, _nothing_to_check(understood), given=address, status=200)
    return _checked(request, address, "")


def _shown_only(understood: Understood) -> bool:
    """Tell whether what a link brings along stays in the form: whatever is not a credential of ours."""
    return understood.number is None and understood.sniffed.kind is not InputKind.SHORT_NUMBER


def _posted(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    text = request.POST.get("text", "")
    if upload is not None and text.strip():
        return _form(request, _("You gave a file and a text. Give one of them; the text is still here."), status=422)
    if upload is not None:
        if upload.size is None or upload.size > MAX_UPLOAD_BYTES:
            limit = MAX_UPLOAD_BYTES // MEGABYTE
            return _form(request, _("The file is larger than {limit} MB.").format(limit=limit), status=413, at="file")
        return _checked(request, upload.read(), plain(upload.name or "", MAX_NAME_CHARACTERS))
    if not text.strip():
        return _form(request, _("Choose a file, or paste a link or a text."), status=422)
    return _checked(request, text, "")


def _nothing_to_check(understood: Understood, name: str = "") -> str:
    """Say why an input is nothing that could get a verdict: a typing error is none; the empty string where it may."""
    if understood.claim:
        return _(
            "This is the personal link by which a holder opens and accepts a certificate. It belongs to that person alone and is not meant to be passed on. Ask them for the certificate's own address, which has /c/ in it, or for the file."
        )
    if understood.ours and understood.number is None:
        return _("This address of ours is not a certificate's. A certificate's address has /c/ and a number in it.")
    if not understood.sniffed.is_nothing:
        return ""
    if name:
        return _("“{name}” is no certificate file: we read JSON, JWT, and badges as PNG or SVG.").format(
            name=isolated(name)
        )
    return _(
        "This is no link, no number and no text of a certificate. A link begins with https://, a number has 32 letters and digits, a text begins with { or with ey."
    )


def _checked(request: HttpRequest, source: bytes | str, name: str) -> HttpResponse:
    # Counted before anything is read: reading is work, too.
    try:
        count_visit(request.META)
    except LimitError as error:
        return _form(request, error.sentence(), status=429)
    if problem := _nothing_to_check(understand(source, own_base_urls()), name):
        return _form(request, problem, status=422, at="file" if name else "text")
    gathered, report = check_source(source, at=timezone.now(), asked=_holder(request))
    return page_of(request, gathered, report, checked_name=name, asked=_holder(request).strip())


def _holder(request: HttpRequest) -> str:
    return request.POST.get("holder", "")[:MAX_ASKED_CHARACTERS]


def _form(
    request: HttpRequest, error: str = "", *, given: str = "", status: int = 200, at: str = "text"
) -> HttpResponse:
    """Show the form; with an error what was typed stays, and the field that it is about (`at`) is marked."""
    context = {
        "section": "verify",
        "error": error,
        "at": at,
        "given": given or request.POST.get("text", "")[:MAX_TEXT_BYTES],
        "holder": _holder(request),
        "max_megabytes": MAX_UPLOAD_BYTES // MEGABYTE,
    }
    # Not `quiet`: under "no-referrer" a browser sends its form without an origin, and we would refuse it.
    return render(request, "verification/verify.html", context, status=status)
