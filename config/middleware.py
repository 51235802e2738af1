"""What every answer has in common: its headers, and how an expected refusal looks as a page."""

from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from integrations.api.problems import RETRY_SECONDS, status_of
from integrations.errors import UnstorableError
from registry.errors import RegistryError, UnavailableError

NextHandler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "script-src 'self'",
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
    410: _("This was erased"),
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
        status = status_of(error)
        words = {"status": status, "code": error.code, "title": TITLES.get(status, ""), "sentence": error.sentence()}
        response = render(request, "errors/refusal.html", words, status=status)
        if status in {429, 503}:
            response["Retry-After"] = str(error.facts.get("retry_after", RETRY_SECONDS))
        response["Cache-Control"] = "no-store"
        return response


class VisitorBehindProxy:
    """Take the visitor's address from our own proxy, which overwrites `X-Forwarded-For` with it.

    Installed with BEHIND_PROXY alone: elsewhere anyone could write that header and escape the limits.
    """

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `REMOTE_ADDR` set to the last address the proxy named."""
        if named := request.META.get("HTTP_X_FORWARDED_FOR", ""):
            request.META["REMOTE_ADDR"] = named.rpartition(",")[2].strip()
        return self.get_response(request)
