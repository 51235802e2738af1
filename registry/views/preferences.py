"""Pages that belong to no other room."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

ONE_YEAR_SECONDS = 365 * 24 * 3600
APPEARANCES = ("auto", "light", "dark")


def _safe_return(request: HttpRequest) -> str:
    """Return the page to go back to; only a path of this host, so that nobody can send visitors elsewhere."""
    wanted = request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else "/"


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return the cookies to set, by name; a value that we do not offer is left out."""
    offered = {
        ("language", settings.LANGUAGE_COOKIE_NAME): [code for code, _name in settings.LANGUAGES],
        ("appearance", "appearance"): APPEARANCES,
    }
    chosen = {cookie: request.GET.get(name, "") for name, cookie in offered}
    return {cookie: chosen[cookie] for (_name, cookie), values in offered.items() if chosen[cookie] in values}


@require_safe
def set_preference(request: HttpRequest) -> HttpResponse:
    """Remember a language or an appearance in a cookie of this browser, and go back to the page.

    Plain links lead here, so that choosing needs no script and no form. Nothing about the visitor
    is stored on our side, and no link here can do harm when somebody else writes it.
    """
    response = HttpResponseRedirect(_safe_return(request))
    for cookie, value in _chosen(request).items():
        response.set_cookie(
            cookie,
            value,
            max_age=ONE_YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    response.headers["Cache-Control"] = "no-store"
    return response
