"""Is the process alive, and can it serve? Answered before hosts, sessions or languages matter."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

RETRY_AFTER_SECONDS = 5


class HealthChecks:
    """Answer `/healthz` and `/readyz`; a prober inside the network knows no host name of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the two addresses, pass everything else on."""
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> HttpResponse:
    """Return 200 when the database answers, else 503 with Retry-After."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        later = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse("no database\n", status=503, content_type="text/plain", headers=later)
    return HttpResponse("ok\n", content_type="text/plain")
