"""`Idempotency-Key`: a request that is sent again is answered again and done once."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpResponse
from rest_framework.request import Request

from integrations.api.authentication import actor_of
from integrations.errors import IdempotencyKeyError
from registry.idempotency import KeptAnswer, answer_once, request_sha

_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,254}")


def answered_once(request: Request, body: bytes, act: Callable[[], KeptAnswer]) -> HttpResponse:
    """Act, or repeat the first answer when the request carries a key that was used for the same request.

    Raises:
        IdempotencyKeyError: the header is empty, too long or not plain ASCII.
        KeyReusedError: the key belongs to another request.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    actor = actor_of(request)
    if key is None:
        return answer_response(act())
    if not _KEY.fullmatch(key) or actor.organisation_id is None:
        raise IdempotencyKeyError
    answer, repeated = answer_once(
        organisation_id=actor.organisation_id,
        key=key,
        request_sha=request_sha(actor, str(request.method), request.get_full_path(), body),
        act=act,
    )
    response = answer_response(answer)
    if repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def answer_response(answer: KeptAnswer) -> HttpResponse:
    """Return an answer as JSON, byte for byte."""
    return HttpResponse(answer.body, status=answer.status, content_type="application/json")
