"""The checking desk: an address, a text or a file in; a report out. Nothing is kept."""

from __future__ import annotations

from typing import Final

from django.core.files.uploadedfile import UploadedFile  # generic for its stubs alone
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.form_refusals import refusals_shown_on
from registry.refusals import RuleBrokenError
from registry.selectors import own_base_urls
from registry.throttle import count_visit
from verification.formats import MAX_TEXT_BYTES, MAX_UPLOAD_BYTES, InputKind, Understood, understand
from verification.forms import MEGABYTES, DeskForm
from verification.holders import MAX_ASKED_CHARACTERS
from verification.quoting import isolated, plain
from verification.resolve import check_source
from verification.views.answers import page_of

MAX_NAME_CHARACTERS = 80
LONGEST_ADDRESS = 2_000
"""As in the API: what a link brings along is an address, not a document."""
STATUS_OF: Final = {"too-large": 413, "address-too-long": 414, "limit": 429}
"""Of what is wrong with the form; anything else is 422."""


@require_http_methods(["GET", "HEAD", "POST"])
def checking_desk(request: HttpRequest) -> HttpResponse:
    """Show the form, or check what was given: by POST anything, by a link (GET) only what is ours.

    A link shows an address elsewhere in the form and leaves it there, so that no page of others can make us fetch.
    """
    if request.method == "POST":
        return _posted(request)
    address = request.GET.get("url", "").strip()
    if not address:
        return _shown(request, DeskForm())
    if len(address) > LONGEST_ADDRESS:
        form = DeskForm({})
        with refusals_shown_on(form):
            error = _("This address is longer than {limit} characters. Give us the file instead.")
            raise RuleBrokenError("text", "address-too-long", error.format(limit=LONGEST_ADDRESS))
        return _shown(request, form)
    understood = understand(address, own_base_urls())
    if _shown_only(understood):
        form = DeskForm({"text": address})
        with refusals_shown_on(form):
            _refuse_what_is_nothing(understood)
        return _shown(request, form, status=200)
    return _checked(request, DeskForm({"text": address}), address, "")


def _shown_only(understood: Understood) -> bool:
    """Tell whether what a link brings along stays in the form: whatever is not a credential of ours."""
    return understood.number is None and understood.sniffed.kind is not InputKind.SHORT_NUMBER


def _posted(request: HttpRequest) -> HttpResponse:
    text, upload = request.POST.get("text", ""), request.FILES.get("file")
    form = DeskForm({"text": text[:MAX_TEXT_BYTES], "holder": _holder(request)}, request.FILES)
    with refusals_shown_on(form):
        _check_given(text, upload)
    if form.errors:
        return _shown(request, form)
    if upload is None:
        return _checked(request, form, text, "")
    return _checked(request, form, upload.read(), plain(upload.name or "", MAX_NAME_CHARACTERS))


def _check_given(text: str, upload: UploadedFile[bytes] | None) -> None:
    if upload is not None and text.strip():
        both = _("You gave a file and a text. Give one of them; the text is still here.")
        raise RuleBrokenError("text", "file-and-text", both)
    if upload is not None and (upload.size is None or upload.size > MAX_UPLOAD_BYTES):
        raise RuleBrokenError("file", "too-large", _("The file is larger than {limit} MB.").format(limit=MEGABYTES))
    if upload is None and not text.strip():
        raise RuleBrokenError("text", "nothing-given", _("Choose a file, or paste a link or a text."))


def _refuse_what_is_nothing(understood: Understood, name: str = "") -> None:
    """Refuse an input that is nothing that could get a verdict, and say why: a typing error is none."""
    if understood.claim:
        personal = _(
            "This is the personal link by which a holder opens and accepts a certificate. It belongs to that person alone and is not meant to be passed on. Ask them for the certificate's own address, which has /c/ in it, or for the file."
        )
        raise RuleBrokenError("text", "claim-link", personal)
    if understood.ours and understood.number is None:
        other = _("This address of ours is not a certificate's. A certificate's address has /c/ and a number in it.")
        raise RuleBrokenError("text", "another-page", other)
    if not understood.sniffed.is_nothing:
        return
    if name:
        no_file = _("“{name}” is no certificate file: we read JSON, JWT, and badges as PNG or SVG.")
        raise RuleBrokenError("file", "not-recognised", no_file.format(name=isolated(name)))
    nothing = _(
        "This is no link, no number and no text of a certificate. A link begins with https://, a number has 32 letters and digits, a text begins with { or with ey."
    )
    raise RuleBrokenError("text", "not-recognised", nothing)


def _checked(request: HttpRequest, form: DeskForm, source: bytes | str, name: str) -> HttpResponse:
    with refusals_shown_on(form):
        # Counted before anything is read: reading is work, too.
        count_visit(request.META)
        _refuse_what_is_nothing(understand(source, own_base_urls()), name)
    if form.errors:
        return _shown(request, form)
    asked = _holder(request)
    gathered, report = check_source(source, at=timezone.now(), asked=asked)
    return page_of(request, gathered, report, checked_name=name, asked=asked.strip())


def _holder(request: HttpRequest) -> str:
    return request.POST.get("holder", "")[:MAX_ASKED_CHARACTERS]


def _shown(request: HttpRequest, form: DeskForm, *, status: int | None = None) -> HttpResponse:
    """Show the form; with an error what was typed stays, and the field that it is about is marked."""
    codes = [error.code for errors in form.errors.as_data().values() for error in errors]
    wrong = next((STATUS_OF[code] for code in codes if code in STATUS_OF), 422) if codes else 200
    # Not `quiet`: under "no-referrer" a browser sends its form without an origin, and we would refuse it.
    context = {"section": "verify", "form": form}
    return render(request, "verification/verify.html", context, status=status or wrong)
