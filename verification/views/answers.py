"""Answers that several views give: the page of a credential, JSON documents, refusals."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from registry.errors import RegistryError
from registry.problems import come_back, problem, status_of
from verification import skeletons
from verification.access import Access
from verification.check_counts import count_check
from verification.checks import Report, Verdict
from verification.claims import claim_lines
from verification.negotiation import VC_TYPES, content_type
from verification.pages import shown_credential, shown_to_bearer
from verification.resolve.own import Gathered


def page_of(
    request: HttpRequest,
    gathered: Gathered,
    report: Report,
    *,
    checked_name: str | None = None,
    access: Access = Access.STRANGER,
    asked: str = "",
    consent: object = None,
) -> HttpResponse:
    """Return the page of one verification: the record with its checks, or the page of what is not shown.

    `asked` is what the visitor typed about the holder; `consent` what the holder said, for the bearer of a claim link.
    """
    if report.verdict is Verdict.PRIVATE_OR_UNKNOWN:
        return quiet(render(request, "verification/neutral.html", status=404))
    if report.verdict is Verdict.ERASED:
        context = {"erased_at": report.facts.get("erased_at")}
        return quiet(render(request, "verification/erased.html", context, status=410))
    by_claim = access is Access.BEARER
    _count(request, gathered, access)
    by_address = gathered.credential is not None
    # A corrected certificate's old address shows no old name and no old picture: only the way to the new one.
    hidden = by_address and (own := gathered.materials.own) is not None and own.superseded
    shown = None if hidden else shown_credential(gathered, report)
    if by_claim and shown is not None and gathered.credential is not None:
        shown = shown_to_bearer(shown, gathered.credential, request.path)
    if by_address and shown is not None and not by_claim and checked_name is None and skeletons.serves(request):
        return quiet(HttpResponse(skeletons.credential_html(request, shown, report)))
    context = {
        "section": "" if by_address else "verify",
        "shown": shown,
        "report": report,
        "claims": _claims(gathered, report),
        "checked_name": checked_name,
        "by_claim": by_claim,
        "asked": asked,
        "consent": consent,
    }
    return quiet(render(request, "verification/credential.html", context))


def _count(request: HttpRequest, gathered: Gathered, access: Access) -> None:
    """Count a check of a certificate of ours by somebody else than its holder."""
    if gathered.credential is not None and access is not Access.BEARER and request.method != "HEAD":
        count_check(gathered.credential.pk)


def _claims(gathered: Gathered, report: Report) -> list[tuple[str, str]]:
    """Return what a signed statement says that is no certificate; of anything else the record is shown, or nothing."""
    is_one = report.verdict is Verdict.NOT_A_CERTIFICATE and gathered.document is not None
    return claim_lines(gathered.document or {}) if is_one else []


def quiet(response: HttpResponse) -> HttpResponse:
    """Keep an answer about a person out of search engines, caches and referrers."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def document(
    request: HttpRequest, body: str, *, etag: str, offered: Sequence[str] = VC_TYPES, max_age: int = 0
) -> HttpResponse:
    """Return a public JSON document that anybody's verifier may read from any page, 304 where it is unchanged.

    Its bytes are the same under each name that is `offered`; the asked one is its type, else the first.
    """
    kind = content_type(request.headers.get("Accept", ""), offered)
    quoted = quote_etag(etag)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    unchanged = known and (quoted in known or f"W/{quoted}" in known or known == ["*"])
    response = HttpResponseNotModified() if unchanged else HttpResponse(body, content_type=kind)
    patch_vary_headers(response, ["Accept"])
    response.headers["ETag"] = quoted
    response.headers["Cache-Control"] = f"public, max-age={max_age}" if max_age else "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def refusal(request: HttpRequest, error: RegistryError, *, as_json: bool) -> HttpResponse:
    """Return a refusal as RFC 9457 problem document or as page."""
    status = status_of(error)
    if as_json:
        response = problem(status, error.code, error.sentence())
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        context = {"status": status, "code": error.code, "title": error.sentence(), "sentence": "", "next_step": ""}
        response = render(request, "errors/refusal.html", context, status=status)
    return quiet(come_back(error, response))
