"""Strict JSON: what two parsers could read differently is malformed, and quickly."""

import time

import pytest

from credentials.errors import MalformedError
from credentials.strict_json import compact_json, parse_json, parse_json_object

HOSTILE = {
    "NaN": '{"a": NaN}',
    "Infinity": '{"a": -Infinity}',
    "number beyond the largest": '{"a": 1e999}',
    "5000 digits": '{"a": ' + "9" * 5000 + "}",
    "65 digits": '{"a": ' + "9" * 65 + "}",
    "5000 digits after the point": '{"a": 0.' + "9" * 5000 + "}",
    "duplicate name": '{"a": 1, "a": 2}',
    "duplicate name by escape": '{"a": 1, "\\u0061": 2}',
    "nested 100,000 deep": "[" * 100_000 + "]" * 100_000,
    "nested 65 deep": "[" * 65 + "]" * 65,
    "objects 100,000 deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "lone surrogate": '{"a": "\\ud800"}',
    "lone surrogate in a name": '{"\\uDC00": 1}',
    "byte-order mark": "\ufeff{}",
    "trailing text": "{} {}",
    "control character": '{"a": "\x01"}',
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_ambiguous_or_hostile_json_is_malformed_at_once(text: str) -> None:
    started = time.process_time()

    with pytest.raises(MalformedError):
        parse_json(text)

    assert time.process_time() - started < 0.05


def test_bytes_that_are_not_utf8_are_malformed() -> None:
    with pytest.raises(MalformedError):
        parse_json(b'{"a": "\xff"}')
    with pytest.raises(MalformedError):
        parse_json('{"a": "\ud800"}')


def test_size_is_counted_in_bytes() -> None:
    assert parse_json('"éé"', max_bytes=6) == "éé"
    for data in ('"éé"', '"éé"'.encode()):
        with pytest.raises(MalformedError, match="larger"):
            parse_json(data, max_bytes=5)


def test_depth_at_the_limit_is_read() -> None:
    assert parse_json("[" * 64 + "]" * 64)


def test_surrogate_pair_is_one_character() -> None:
    assert parse_json('"\\ud83d\\ude00"') == "😀"


def test_array_where_an_object_is_needed_is_malformed() -> None:
    assert parse_json_object("{}") == {}
    with pytest.raises(MalformedError):
        parse_json_object("[]")


def test_compact_json_keeps_order_and_letters_and_refuses_nan() -> None:
    assert compact_json({"b": [1, None], "a": "é"}) == '{"b":[1,null],"a":"é"}'
    with pytest.raises(MalformedError):
        compact_json(float("nan"))
