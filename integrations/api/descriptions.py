"""What the descriptions of several addresses share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from integrations.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457); further members name the facts."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="stable, for machines")


REFUSALS = {
    401: "No key, or one that is unknown, revoked or stands in the address",
    403: "The scope is missing",
    404: "Nothing there for this key",
    405: "Another method",
    409: "It contradicts what is there",
    413: "The body is too large",
    422: "The body or a parameter cannot be used",
    429: "Too many requests; Retry-After says when to go on",
    503: "Something needed does not answer now",
}
"""Status of a refusal → what it means, whatever the address."""
PROBLEMS: dict[Any, OpenApiResponse] = {
    (status, "application/problem+json"): OpenApiResponse(ProblemOut, description=description)
    for status, description in REFUSALS.items()
}


def parameter(name: str, description: str, enum: Sequence[str] | None = None) -> OpenApiParameter:
    """Return the description of a parameter of the address."""
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, enum=enum)


PAGE_SIZE = OpenApiParameter(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
    description="how many rows a page holds",
)
CURSOR = parameter("cursor", "from `next` or `previous` of a page")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~][ -~]*$"},
    OpenApiParameter.HEADER,
    description="the same key and body again get the first answer again, for 24 hours",
)


def page_schema(row: type[serializers.Serializer[Any]], name: str) -> serializers.Serializer[Any]:
    """Return the description of a cursor page of rows."""
    address = {"allow_null": True, "help_text": "absolute address, null at the end"}
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "results": row(many=True),
        "next": serializers.URLField(**address),  # type: ignore[arg-type]
        "previous": serializers.URLField(**address),  # type: ignore[arg-type]
    }
    return inline_serializer(name, fields)
