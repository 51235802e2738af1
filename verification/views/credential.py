"""A credential's public page and its other forms."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from issuing.models import Credential
from registry.errors import ErasedError, ForbiddenError, NotFoundError, RegistryError, UnavailableError
from registry.qr_codes import qr_code_svg
from registry.selectors import link_base_url
from registry.throttle import count_visit
from verification import wrappings
from verification.access import Access
from verification.checks import Verdict, verify_credential
from verification.errors import FormatLaterError, SupersededError
from verification.holders import MAX_ASKED_CHARACTERS
from verification.negotiation import wants_json
from verification.resolve import gather_own
from verification.resolve.own import Gathered
from verification.sentences import worded
from verification.views.answers import document, page_of, quiet, refusal
from verification.wrappings import baked_png, baked_svg, token

JSON_SUFFIXES = ("json", "ob2.json")
KEPT_SECONDS = 86_400


# Exempt since nothing changes: without a cookie and a token the page stays the same for everybody.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def credential_page(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show one credential with every check, made now; or its signed document, where JSON is preferred.

    A POST asks whether it is a person's (`holder`): a name stands in no address, and nothing of it is kept.
    """
    if request.method == "POST":
        return _compared(request, number)
    gathered = gather_own(number, at=timezone.now())
    if wants_json(request.headers.get("Accept", "")):
        response = file_of(request, gathered, "json")
    else:
        response = page_of(request, gathered, worded(verify_credential(gathered.materials, at=timezone.now())))
    patch_vary_headers(response, ["Accept"])
    return response


def _compared(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show the page with the check of the holder made, within the limits of the desk.

    Raises:
        ForbiddenError: a page of another site sent it (Fetch Metadata): its readers' browsers would do our work.
        LimitError: too many; nothing is gathered then.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise ForbiddenError("cross-site", _("A page of another site sent this. Ask on the certificate's own page."))
    count_visit(request.META)
    asked = request.POST.get("holder", "")[:MAX_ASKED_CHARACTERS].strip()
    gathered = gather_own(number, at=timezone.now(), asked=asked)
    report = worded(verify_credential(gathered.materials, at=timezone.now()))
    return page_of(request, gathered, report, asked=asked)


@require_safe
def credential_code(_request: HttpRequest, number: str) -> HttpResponse:
    """Return a certificate's address as a QR code to print. It says no more than the address that was asked for."""
    response = HttpResponse(qr_code_svg(f"{link_base_url()}/c/{number}"), content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def credential_file(request: HttpRequest, number: str, suffix: str) -> HttpResponse:
    """Return another form of a credential; it is as visible as the page."""
    return file_of(request, gather_own(uuid.UUID(number), at=timezone.now()), suffix)


def file_of(
    request: HttpRequest, gathered: Gathered, suffix: str, *, access: Access = Access.STRANGER
) -> HttpResponse:
    """Answer with one form of what was gathered, or say why there is none to be had.

    What only its bearer may see (its claim link) is kept by no cache and read by no other page.
    """
    response = _file_of(request, gathered, suffix)
    return _for_its_bearer(response) if access is Access.BEARER else response


def _for_its_bearer(response: HttpResponse) -> HttpResponse:
    response.headers.pop("Access-Control-Allow-Origin", None)
    response.headers.pop("ETag", None)
    return quiet(response)


def _file_of(request: HttpRequest, gathered: Gathered, suffix: str) -> HttpResponse:
    as_json = suffix in JSON_SUFFIXES
    materials = gathered.materials
    if materials.erased_at is not None:
        return refusal(request, ErasedError(), as_json=as_json)
    if not materials.visible or gathered.credential is None:
        return _nothing_visible(request, as_json=as_json)
    if materials.own is not None and materials.own.superseded:
        return refusal(request, SupersededError(), as_json=as_json)
    try:
        return FILES[suffix](request, gathered)
    except RegistryError as error:
        return refusal(request, error, as_json=as_json or isinstance(error, UnavailableError))


def _nothing_visible(request: HttpRequest, *, as_json: bool) -> HttpResponse:
    """Answer private and unknown alike, byte for byte."""
    if as_json:
        return refusal(request, NotFoundError(str(Verdict.PRIVATE_OR_UNKNOWN)), as_json=True)
    hidden = gather_own(uuid.UUID(int=0), at=timezone.now())
    return page_of(request, hidden, verify_credential(hidden.materials, at=timezone.now()))


def _as_json(request: HttpRequest, gathered: Gathered) -> HttpResponse:
    credential = _credential(gathered)
    return document(request, credential.document or "", etag=credential.sha256)


def _as_token(_request: HttpRequest, gathered: Gathered) -> HttpResponse:
    """Answer the token at the first request, too: machines that ask once get it, or are told when to come again."""
    text = token(_credential(gathered), seconds=wrappings.WAIT_SECONDS)
    return _file(text.encode(), "application/jwt", "jwt", gathered)


def _as_png(_request: HttpRequest, gathered: Gathered) -> HttpResponse:
    return _file(baked_png(_credential(gathered)), "image/png", "png", gathered)


def _as_svg(_request: HttpRequest, gathered: Gathered) -> HttpResponse:
    return _file(baked_svg(_credential(gathered)), "image/svg+xml", "svg", gathered)


def _later(_request: HttpRequest, _gathered: Gathered) -> HttpResponse:
    raise FormatLaterError


def _file(body: bytes, content_type: str, suffix: str, gathered: Gathered) -> HttpResponse:
    """Return a file to keep. A drawing could hold script: it is never rendered as a page of ours."""
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{_credential(gathered).pk}.{suffix}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return quiet(response)


def _credential(gathered: Gathered) -> Credential:
    if gathered.credential is None:
        raise NotFoundError
    return gathered.credential


FILES: dict[str, Callable[[HttpRequest, Gathered], HttpResponse]] = {
    "json": _as_json,
    "jwt": _as_token,
    "png": _as_png,
    "svg": _as_svg,
    "pdf": _later,
    "ob2.json": _later,
}
