"""OAuth 2 for machines (RFC 6749 §4.4): a client's own access token, and nothing else of an identity server."""

from __future__ import annotations

from http import HTTPStatus

from allauth.idp.oidc.views import TokenView
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from registry.errors import LimitError
from registry.throttle import Rate, count_request, refuse_when_spent
from registry.visitors import visitor_of

WRONG_SECRETS = Rate("client-secret", requests=10, seconds=300)

_token = TokenView.as_view()


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Answer a client's credentials with an access token; whoever guesses secrets is stopped for a while.

    Tokens end by themselves within the hour, and at once when a client's binding to its organisation goes.
    """
    visitor, now = visitor_of(request.META), timezone.now()
    try:
        refuse_when_spent(rate=WRONG_SECRETS, caller=visitor, at=now)
        if request.POST.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type", HTTPStatus.BAD_REQUEST)
        answer: HttpResponseBase = _token(request)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            count_request(rate=WRONG_SECRETS, caller=visitor, at=now)
    except LimitError as error:
        refusal = _refusal("temporarily_unavailable", HTTPStatus.TOO_MANY_REQUESTS)
        refusal["Retry-After"] = str(error.facts["retry_after"])
        return refusal
    return answer


def _refusal(error: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
