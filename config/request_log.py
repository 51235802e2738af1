"""The log of requests: method and address pattern, never the path."""

from typing import TYPE_CHECKING

from django_structlog.middlewares import RequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest


class RequestLog(RequestMiddleware):
    """Log each request by its method and path pattern.

    The path itself may be a secret (`/claim/<token>`) or name a person (`?q=`), so only the pattern
    that matched is written.
    """

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        """Return the method and the URL pattern, once the URL is resolved."""
        match = getattr(request, "resolver_match", None)
        return f"{request.method} /{match.route}" if match else f"{request.method}"
