"""Slot values as canonical n-quads and as JSON write them."""

import re
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Final

_SPECIAL: Final = re.compile('[\x00-\x1f"\\\\\x7f]')
_RDF_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    **{ord("\b"): "\\b", ord("\t"): "\\t", ord("\n"): "\\n", ord("\f"): "\\f", ord("\r"): "\\r"},
    **{ord('"'): '\\"', ord("\\"): "\\\\"},
}


def rdf_escaped(text: str) -> str:
    """Escape a literal as canonical n-quads demand: everything but these 35 characters stands for itself.

    Source: https://www.w3.org/TR/rdf-canon/#canonical-quads
    """
    return text.translate(_RDF_ESCAPES) if _SPECIAL.search(text) else text


def json_escaped(text: str) -> str:
    """Escape a string as `compact_json` does, without the surrounding quotes."""
    return encode_basestring(text)[1:-1] if _SPECIAL.search(text) else text


def escaped_values(plain: Sequence[str], texts: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Return all slot values twice, in UTF-8: as n-quads and as JSON write them; mostly the same list.

    Args:
        plain: values that neither format needs to escape (addresses, hashes, dates, numbers).
        texts: free text.
    """
    if not _SPECIAL.search("".join(texts)):
        values = _encoded([*plain, *texts])
        return values, values
    return _encoded([*plain, *map(rdf_escaped, texts)]), _encoded([*plain, *map(json_escaped, texts)])


def _encoded(values: list[str]) -> list[bytes]:
    # No value holds a null character: escaping has replaced it
    return "\0".join(values).encode().split(b"\0")
