"""OAuth 2 for machines (RFC 6749 §4.4): a client's own access token, and nothing else of an identity server."""

from __future__ import annotations

import json
from http import HTTPStatus

from allauth.idp.oidc.views import TokenView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.selectors import client_of_token
from registry.errors import LimitError
from registry.throttle import Rate, count_request, refuse_when_spent
from registry.visitors import visitor_of

WRONG_SECRETS = Rate("client-secret", requests=10, seconds=300)

_token = TokenView.as_view()


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Answer a client's credentials with an access token; whoever guesses secrets is stopped for a while.

    Tokens end by themselves within the hour, and at once when a client is revoked or ends.
    """
    visitor, now = visitor_of(request.META), timezone.now()
    try:
        refuse_when_spent(rate=WRONG_SECRETS, caller=visitor, at=now)
        if request.POST.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type", HTTPStatus.BAD_REQUEST)
        answer = _issued(request)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            count_request(rate=WRONG_SECRETS, caller=visitor, at=now)
    except LimitError as error:
        refusal = _refusal("temporarily_unavailable", HTTPStatus.TOO_MANY_REQUESTS)
        refusal["Retry-After"] = str(error.facts["retry_after"])
        return refusal
    return answer


def _issued(request: HttpRequest) -> HttpResponseBase:
    """Have the credentials looked at; a client that was revoked, has ended or belongs to nobody gets no token.

    Asked of the token itself, so that nobody can name one client here and another there.
    """
    with transaction.atomic():
        answer: HttpResponseBase = _token(request)
        if answer.status_code != HTTPStatus.OK or client_of_token(_token_in(answer)) is not None:
            return answer
        transaction.set_rollback(True)
    refusal = _refusal("invalid_client", HTTPStatus.UNAUTHORIZED)
    refusal["WWW-Authenticate"] = 'Basic realm="token"'
    refusal["Cache-Control"] = "no-store"
    return refusal


def _token_in(answer: HttpResponseBase) -> str:
    return str(json.loads(answer.content)["access_token"]) if isinstance(answer, HttpResponse) else ""


def _refusal(error: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
