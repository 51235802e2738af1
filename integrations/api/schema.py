"""The OpenAPI 3.1 description and its page, made from the code and served without third parties."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from registry.permissions import Scope

METHODS = ("get", "post", "patch", "put", "delete")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document; it is the same for everybody and made once per process."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the description as JSON, which is YAML too."""
    body = OpenApiJsonRenderer().render(description(), renderer_context={})
    return HttpResponse(body, content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description as a page of ours: no script, nothing from elsewhere."""
    return render(request, "integrations/docs.html", {"operations": operations(description()), "scopes": list(Scope)})


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each operation with what the page shows of it, in the order of the document."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary") or operation.get("description", ""),
            "public": {} in operation.get("security", []),
            "parameters": operation.get("parameters", []),
            "fields": _fields(document, operation.get("requestBody", {})),
            "answers": {code: answer.get("description", "") for code, answer in operation["responses"].items()},
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def _fields(document: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body.get("content", {}).get("application/json", {}).get("schema", {})
    schema = _resolved(document, content)
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "required": name in required,
            "kind": _kind(document, field),
            "help": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if reference := schema.get("$ref", ""):
        return dict(document["components"]["schemas"][reference.rpartition("/")[2]])
    return schema


def _kind(document: dict[str, Any], field: dict[str, Any]) -> str:
    inner = _resolved(document, field)
    kinds = inner.get("type", "object")
    return " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
