"""What every answer has in common: its headers, and how an expected refusal looks as a page."""

from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from config.bounds import LONGEST_BODY, REFUSED
from integrations.api.problems import refusal
from registry.errors import (
    BusyError,
    ForbiddenError,
    LengthRequiredError,
    RegistryError,
    SlowBodyError,
    TooLargeError,
    UnavailableError,
    UnstorableError,
)
from registry.fetch import USER_AGENT, no_fetching
from registry.problems import RETRY_SECONDS, come_back, status_of
from registry.visitors import address_in

NextHandler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class ContentSecurityPolicy:
    """Forbid everything that is not ours; a view that needs more sets its own header."""

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the header set."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class PlainRequests:
    """Drop what no browser sends and no database takes, before anything reads it.

    Forms are in UTF-8, whatever character set a body claims: Python's other codecs raise errors of their own.
    A quoted cookie can hold a NUL, which would reach the search for the session.
    """

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as if the claim and the cookie had not been sent."""
        request.encoding = "utf-8"
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


PERSONAL = ("/account/", "/admin/", "/dev/", "/identity/")
"""Where every answer is one visitor's own, signed in or not yet."""


class NothingKept:
    """Let nobody keep an answer that was made for a session: no cache on the way, and no browser after signing out.

    A view's own header gives way only there: a public document that was read without the session stays public.
    """

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `no-store` where the answer is somebody's own."""
        response = self.get_response(request)
        if request.path.startswith(PERSONAL) or (request.session.accessed and not request.session.is_empty()):
            response.headers["Cache-Control"] = "no-store"
        return response


TITLES = {
    401: _("Sign in first"),
    403: _("This is not open to you"),
    404: _("There is nothing here"),
    409: _("This does not fit what is there"),
    408: _("It did not arrive in time"),
    410: _("This was erased"),
    411: _("This cannot be used"),
    413: _("Too large"),
    422: _("This cannot be used"),
    429: _("Too many requests"),
    503: _("Not available right now"),
}


class Refusals:
    """Show an expected refusal of a page as a page of its own, with the right status and never a trace.

    The API answers its refusals itself, as problem documents. A database that does not answer is a 503; a value
    that it cannot hold is the visitor's.
    """

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; refusals arrive as exceptions."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a refusal, None for anything that nobody expected."""
        if isinstance(error, OperationalError | InterfaceError):
            error = UnavailableError()
        if isinstance(error, DataError):
            error = UnstorableError()
        if not isinstance(error, RegistryError):
            return None
        return refusal_page(request, error)


def refusal_page(request: HttpRequest, error: RegistryError) -> HttpResponse:
    """Return the page of a refusal, with a time to come back where there is one."""
    status = status_of(error)
    words = {"status": status, "code": error.code, "title": TITLES.get(status, ""), "sentence": error.sentence()}
    response = render(request, "errors/refusal.html", words | error.facts, status=status)
    response["Cache-Control"] = "no-store"
    return come_back(error, response)


CHECKING = ("/verify", "/api/v1/verify", "/vc-api/")


class RefusedAtTheDoor:
    """Word the refusals that come before anything of a request is read.

    Those of `config.web`; and calls of the API without a key that another site's page sent from a visitor's browser
    (Fetch Metadata, `Sec-Fetch-Site`): strangers' pages could have us fetch and check by everybody who reads them.
    The desk's form has its own token against that.
    """

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a page or a problem document with the reason; pass on what was not refused."""
        by_machine = request.path.startswith(("/api/", "/vc-api/"))
        reason = request.META.get(REFUSED) or ("cross-site" if by_machine and _is_cross_site(request) else "")
        if not reason:
            return self.get_response(request)
        error = _refusal_for(reason)
        if reason == "busy" and request.path.startswith(CHECKING):
            error.facts |= {"verdict": "could-not-confirm", "reason": "busy"}
        return refusal(error) if by_machine else refusal_page(request, error)


def _is_cross_site(request: HttpRequest) -> bool:
    sent = request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site" and request.method == "POST"
    return sent and "HTTP_AUTHORIZATION" not in request.META


def _refusal_for(reason: str) -> RegistryError:
    if reason == "busy":
        return BusyError(retry_after=RETRY_SECONDS)
    if reason == "cross-site":
        return ForbiddenError("cross-site", _("A page of another site sent this. Send it from a program of yours."))
    if reason == "too-large":
        return TooLargeError(max_bytes=LONGEST_BODY)
    return LengthRequiredError() if reason == "length-required" else SlowBodyError()


class VisitorBehindProxy:
    """Let everything behind read the visitor's address where it always stands. Installed with BEHIND_PROXY alone."""

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `REMOTE_ADDR` set to the address that our own proxy named."""
        request.META["REMOTE_ADDR"] = address_in(request.META)
        return self.get_response(request)


class NoCircles:
    """Fetch nothing for a request that a fetch of ours, or of another installation, has sent."""

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, without going out where the request came from such a way out."""
        if not request.META.get("HTTP_USER_AGENT", "").startswith(USER_AGENT):
            return self.get_response(request)
        with no_fetching():
            return self.get_response(request)
