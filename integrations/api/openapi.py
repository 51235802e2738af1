"""The OpenAPI 3.1 description and its page, made from the code and served without third parties."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from integrations.api.descriptions import REFUSALS
from integrations.api.docs_page import JSON, operations
from registry.permissions import Scope

EXAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
"""By operation: the `answer` to a request that went well, and the `request` where there is a body. People in them are
long dead or invented."""


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document; it is the same for everybody and made once per process."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for item in document["paths"].values():
        for operation in item.values():
            _give_examples(operation, EXAMPLES[operation["operationId"]])
    return document


def _give_examples(operation: dict[str, Any], example: dict[str, Any]) -> None:
    if "request" in example:
        operation["requestBody"]["content"][JSON]["example"] = example["request"]
    for code, answer in operation["responses"].items():
        if code.startswith("2"):
            answer["content"][JSON]["example"] = example["answer"]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the description as JSON, which is YAML too."""
    body = OpenApiJsonRenderer().render(description(), renderer_context={})
    return HttpResponse(body, content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description as a page of ours: no script, nothing from elsewhere."""
    shown = {"operations": operations(description()), "refusals": REFUSALS, "scopes": list(Scope)}
    return render(request, "integrations/docs.html", shown)
