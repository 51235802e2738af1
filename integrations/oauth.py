"""OAuth 2 for machines (RFC 6749 §4.4): a client's own access token, and nothing else of an identity server."""

from __future__ import annotations

from http import HTTPStatus

from allauth.idp.oidc.views import TokenView
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.api.limits import network_of
from registry.errors import LimitError
from registry.limits import count_attempt, refuse_when_spent

WRONG_SECRETS = 10
WINDOW_SECONDS = 300

_token = TokenView.as_view()


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Answer a client's credentials with an access token; whoever guesses secrets is stopped for a while.

    Tokens end by themselves within the hour, and at once when a client's binding to its organisation goes.
    """
    visitor = network_of(request.META.get("REMOTE_ADDR", ""))
    limit = {"at_most": WRONG_SECRETS, "window_seconds": WINDOW_SECONDS}
    try:
        refuse_when_spent("client-secret", visitor, **limit)
        if request.POST.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type", HTTPStatus.BAD_REQUEST)
        answer: HttpResponseBase = _token(request)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            count_attempt("client-secret", visitor, **limit)
    except LimitError as error:
        refusal = _refusal("temporarily_unavailable", HTTPStatus.TOO_MANY_REQUESTS)
        refusal["Retry-After"] = str(error.facts["retry_after"])
        return refusal
    return answer


def _refusal(error: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
