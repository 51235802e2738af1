"""Pages that belong to no other room."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

ONE_YEAR_SECONDS = 365 * 24 * 3600
APPEARANCES = ("auto", "light", "dark")


def _safe_return(request: HttpRequest) -> str:
    """Return the page to go back to; only a path of this host, so that nobody can send visitors elsewhere."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return the cookies to set, by name; a value that we do not offer is left out."""
    offered = {
        ("language", settings.LANGUAGE_COOKIE_NAME): [code for code, _name in settings.LANGUAGES],
        ("appearance", "appearance"): APPEARANCES,
    }
    chosen = {cookie: request.POST.get(name, "") for name, cookie in offered}
    return {cookie: chosen[cookie] for (_name, cookie), values in offered.items() if chosen[cookie] in values}


@csrf_exempt  # public pages carry no token, so that they can be kept; and a language is all that can be forged here
@require_POST
def set_preference(request: HttpRequest) -> HttpResponse:
    """Remember a language or an appearance in a cookie of this browser, and go back to the page.

    Buttons, not links: what follows links (a prefetch, a crawler, a picture's address) changes nothing. Choosing needs
    no script, and nothing about the visitor is stored on our side.
    """
    response = HttpResponseRedirect(_safe_return(request))
    response.status_code = HTTPStatus.SEE_OTHER
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
