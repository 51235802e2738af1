"""Reading requests: strict JSON, strict fields. What is not understood is refused, never guessed."""

from __future__ import annotations

from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, parse_json_object
from integrations.errors import FieldsError, UnreadableBodyError
from registry.errors import TooLargeError
from registry.refusals import Refusal

MAX_BODY_BYTES = 1_048_576
"""The largest body that is read, unless an address says otherwise."""
MOST_ERRORS_TOLD = 50
LONGEST_NAME_TOLD = 80


def body_of(request: Request, *, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return the raw body; measured before it is read.

    Raises:
        TooLargeError: more than `max_bytes`.
    """
    announced = request._request.META.get("CONTENT_LENGTH") or ""
    if announced.isdecimal() and int(announced[:20]) > max_bytes:
        raise TooLargeError(max_bytes=max_bytes)
    data: bytes = request._request.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLargeError(max_bytes=max_bytes)
    return data


def json_body(request: Request, *, max_bytes: int = MAX_BODY_BYTES) -> JsonObject:
    """Return the body as a strict JSON object (no NaN, no duplicate names, not too deep).

    Raises:
        TooLargeError, UnreadableBodyError
    """
    try:
        return parse_json_object(body_of(request, max_bytes=max_bytes), max_bytes=max_bytes)
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error


class Text(serializers.CharField):
    """Text that is text: a number is not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse anything but a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, not words for it."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse anything but a boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=type(data).__name__)
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields, and tell in one go what is wrong with the known ones."""
        unknown = sorted(set(data) - set(self.fields))[:MOST_ERRORS_TOLD] if isinstance(data, dict) else []
        if not unknown:
            return super().to_internal_value(data)
        faults: dict[str, Any] = {
            name[:LONGEST_NAME_TOLD]: [ErrorDetail("This field is not known.", code="unknown")] for name in unknown
        }
        try:
            super().to_internal_value(data)
        except serializers.ValidationError as error:
            known = error.detail if isinstance(error.detail, dict) else {}
            raise serializers.ValidationError({**faults, **known}) from error
        raise serializers.ValidationError(faults)


S = TypeVar("S", bound=serializers.Serializer[Any])


def checked(serializer: S) -> S:
    """Return the serializer with valid data.

    Raises:
        FieldsError: code `unknown-fields` when a field is not known, else `invalid-fields`.
    """
    if serializer.is_valid():
        return serializer
    refusals = _flat(serializer.errors)[:MOST_ERRORS_TOLD]
    code = "unknown-fields" if any(one.code == "unknown" for one in refusals) else "invalid-fields"
    raise FieldsError(code=code, refusals=refusals, fields=", ".join(one.place for one in refusals[:5]))


def parsed(kind: type[S], request: Request) -> S:
    """Read the body into a serializer with valid data; raises what `json_body` and `checked` raise."""
    return checked(kind(data=json_body(request)))


def _flat(errors: Any, path: str = "") -> list[Refusal]:
    """Return nested errors as a list of refusals whose place is the field, dotted."""
    if isinstance(errors, dict):
        return [entry for name, inner in errors.items() for entry in _flat(inner, _below(path, str(name)))]
    if isinstance(errors, list) and any(isinstance(item, dict | list) for item in errors):
        return [entry for index, inner in enumerate(errors) for entry in _flat(inner, _below(path, str(index)))]
    return [
        Refusal(path, str(getattr(item, "code", "invalid")), str(item))
        for item in (errors if isinstance(errors, list) else [errors])
    ]


def _below(path: str, name: str) -> str:
    return path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
