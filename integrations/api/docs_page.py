"""What the API's page shows of the OpenAPI description: fields in the words of people, not of schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

JSON = "application/json"
METHODS = ("get", "post", "patch", "put", "delete")
DEEPEST = 3
"""How many levels of fields within fields the page shows."""
KINDS = {
    "string": gettext_noop("text"),
    "integer": gettext_noop("whole number"),
    "number": gettext_noop("number"),
    "boolean": gettext_noop("true or false"),
    "object": gettext_noop("object"),
    "array": gettext_noop("list"),
}
FORMATS = {
    "uuid": gettext_noop("id (UUID)"),
    "uri": gettext_noop("address"),
    "date": gettext_noop("day, such as 2026-11-20"),
    "date-time": gettext_noop("time, ISO 8601"),
    "decimal": gettext_noop("number as text, such as 2.5"),
}
Schema = dict[str, Any]


def operations(document: Schema) -> list[dict[str, Any]]:
    """Return each operation with what the page shows of it, in the order of the document."""
    return [
        _shown(document, method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def _shown(document: Schema, method: str, path: str, operation: Schema) -> dict[str, Any]:
    code, answer = next((code, answer) for code, answer in operation["responses"].items() if code.startswith("2"))
    body, given = operation.get("requestBody", {}).get("content", {}), answer["content"][JSON]
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "about": in_words(operation.get("description", "")),
        "public": {} in operation.get("security", []),
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "kind": kind_of(document, parameter["schema"]),
                "help": in_words(parameter.get("description", "")),
            }
            for parameter in operation.get("parameters", [])
        ],
        "fields": list(_fields(document, body.get(JSON, {}).get("schema", {}))),
        "other_bodies": [kind for kind in body if kind != JSON],
        "example": _pretty(body.get(JSON, {}).get("example")),
        "code": code,
        "answer_fields": list(_fields(document, given["schema"])),
        "answer": _pretty(given.get("example")),
        "refusals": [code for code in operation["responses"] if code >= "4"],
    }


def _pretty(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False) if example is not None else ""


def in_words(text: str) -> SafeString:
    """Return a docstring's text as HTML: `what stands in back-ticks` is code."""
    parts = text.split("`")
    return format_html_join(
        "",
        "{}",
        ((format_html_join("", "<code>{}</code>", [(part,)]) if at % 2 else part,) for at, part in enumerate(parts)),
    )


def _fields(document: Schema, schema: Schema, prefix: str = "", depth: int = 1) -> Iterator[dict[str, Any]]:
    whole = _resolved(document, schema)
    required = whole.get("required", [])
    for name, field in whole.get("properties", {}).items():
        inner = _resolved(document, field)
        yield {
            "name": f"{prefix}{name}",
            "required": name in required,
            "kind": kind_of(document, field),
            "help": in_words(_said(field, inner)),
        }
        if depth < DEEPEST:
            items = _resolved(document, inner.get("items", {}))
            place = f"{prefix}{name}[]." if "items" in inner else f"{prefix}{name}."
            yield from _fields(document, items if "items" in inner else inner, place, depth + 1)


def _said(field: Schema, inner: Schema) -> str:
    """Return what a field means; the list of choices that the generator appends is told as the field's kind."""
    said = field.get("description") or ("" if "enum" in inner else inner.get("description", ""))
    return str(said).split("\n\n* `")[0] if not str(said).startswith("* `") else ""


def _resolved(document: Schema, schema: Schema) -> Schema:
    """Follow a reference, also where it stands alone in `allOf` or beside null."""
    for way in ("allOf", "oneOf", "anyOf"):
        real = [option for option in schema.get(way, []) if option.get("type") != "null"]
        if len(real) == 1:
            return _resolved(document, real[0])
    if reference := schema.get("$ref", ""):
        return _resolved(document, document["components"]["schemas"][reference.rpartition("/")[2]])
    return schema


def kind_of(document: Schema, field: Schema) -> str:
    """Return what may stand in a field, in the reader's language."""
    inner = _resolved(document, field)
    if choices := [str(choice) for choice in inner.get("enum", []) if choice]:
        return _("one of: {choices}").format(choices=", ".join(choices))
    names = inner.get("type", "object")
    kinds = [name for name in (names if isinstance(names, list) else [names]) if name != "null"]
    told = _(" or ").join(_named(document, inner, kind) for kind in kinds)
    return _("{kind}, or null").format(kind=told) if "null" in names else told


def _named(document: Schema, inner: Schema, kind: str) -> str:
    if kind == "array":
        return _("list of: {kind}").format(kind=kind_of(document, inner.get("items", {})))
    if kind == "object" and (values := inner.get("additionalProperties")):
        return _("object, each value: {kind}").format(kind=kind_of(document, values))
    return _(FORMATS.get(inner.get("format", ""), "") or KINDS[kind])
