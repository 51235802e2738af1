"""Names as they are looked up: without accents and case, from the first word on and from the last one. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

LONGEST: Final = 200
_WORD: Final = re.compile(r"\w+")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart, and that people type without their stroke."""


class NameKeys(NamedTuple):
    """What a name is found by: as it is said, and with its last word in front."""

    said: str
    turned: str


def words_of_name(name: str) -> list[str]:
    """Return the words of a name, or of what somebody typed of one: lower case, without accents."""
    if name.isascii():
        return _WORD.findall(name.lower())
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _WORD.findall(plain.translate(_LETTERS))


def name_keys(name: str) -> NameKeys:
    """Return what a name is found by."""
    words = words_of_name(name)
    return NameKeys(" ".join(words)[:LONGEST], " ".join(words[-1:] + words[:-1])[:LONGEST])
