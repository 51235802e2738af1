"""JSON as every reader reads it: what two parsers could understand differently is refused."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from credentials.errors import MalformedError, OversizeError

JsonObject = dict[str, Any]
Json = JsonObject | list[Any] | str | int | float | bool | None

MAX_NUMBER_CHARACTERS = 64
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(data: bytes | str, *, max_bytes: int = 1_048_576, max_depth: int = 64) -> Any:
    """Parse one JSON text strictly.

    Args:
        data: UTF-8 bytes or text, without a byte-order mark.
        max_bytes: largest size accepted, in bytes of UTF-8.
        max_depth: deepest nesting of objects and arrays accepted.

    Raises:
        OversizeError: too large, which is a MalformedError.
        MalformedError: not UTF-8, not JSON, NaN or Infinity, a number too large for
            interoperable JSON, duplicate names, too deep, or a lone surrogate.

    Source: RFC 8259; RFC 7493 (I-JSON) sections 2.1-2.3
    """
    text = _utf8_text(data, max_bytes)
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise MalformedError(f"nested deeper than {max_depth} levels") from error
    except ValueError as error:
        raise MalformedError(f"not JSON: {error}") from error
    if _depth_exceeds(value, max_depth):
        raise MalformedError(f"nested deeper than {max_depth} levels")
    if _SURROGATE_ESCAPE.search(text):
        _refuse_lone_surrogates(value)
    return value


def parse_json_object(data: bytes | str, *, max_bytes: int = 1_048_576) -> JsonObject:
    """Parse strictly and require an object at the top; raises MalformedError as `parse_json` does."""
    value = parse_json(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise MalformedError("not a JSON object")
    return value


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def compact_json(value: Json) -> str:
    """Write `value` without spaces and without escaping beyond what JSON demands, in its own order.

    Raises:
        MalformedError: NaN, Infinity, or a value JSON cannot hold.
    """
    try:
        return _WRITER.encode(value)
    except (ValueError, TypeError) as error:
        raise MalformedError(f"not writable as JSON: {error}") from error


def _utf8_text(data: bytes | str, max_bytes: int) -> str:
    """Return `data` as text. Measures before decoding, so that a huge input costs nothing."""
    if len(data) > max_bytes:
        raise OversizeError(f"larger than {max_bytes:,} bytes")
    try:
        if isinstance(data, bytes):
            return data.decode("utf-8")
        if len(data.encode("utf-8")) > max_bytes:
            raise OversizeError(f"larger than {max_bytes:,} bytes")
    except UnicodeError as error:
        raise MalformedError("not UTF-8") from error
    return data


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedError("a name occurs twice in one object")
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_NUMBER_CHARACTERS:
        raise MalformedError("a number is too long")
    return int(digits)


def _finite(digits: str) -> float:
    # float("1e999") is infinity without an error
    number = float(digits) if len(digits) <= MAX_NUMBER_CHARACTERS else math.inf
    if math.isinf(number):
        raise MalformedError("a number is too long or too large")
    return number


def _refuse_constant(name: str) -> None:
    raise MalformedError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_duplicates,
    parse_int=_integer,
    parse_float=_finite,
    parse_constant=_refuse_constant,
)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _depth_exceeds(value: Any, max_depth: int) -> bool:
    """Walk level by level, not by recursion: the input decides the depth."""
    level = [value]
    for _ in range(max_depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError("a lone surrogate is not a character") from error
