"""How often one caller may ask, told in `RateLimit-*` headers."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from integrations.api.authentication import actor_of
from registry.limits import Allowance, Rate, count_request, count_visit

MACHINE_RATE = Rate("api-machine", requests=6_000)
"""Per minute."""


def allowance_of(request: Request) -> Allowance | None:
    """Count this request of a machine, or of a visitor in production; raises LimitError when there were too many."""
    actor = actor_of(request)
    if actor.kind == "anonymous":
        return count_visit(request.META)
    return count_request(rate=MACHINE_RATE, caller=f"{actor.kind}:{actor.id}", at=timezone.now())


def tell_allowance(response: HttpResponseBase, allowance: Allowance | None) -> None:
    """Write the `RateLimit-*` headers (IETF draft-ietf-httpapi-ratelimit-headers)."""
    if allowance is not None:
        response["RateLimit-Limit"] = str(allowance.limit)
        response["RateLimit-Remaining"] = str(allowance.remaining)
        response["RateLimit-Reset"] = str(allowance.reset_seconds)
