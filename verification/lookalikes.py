"""Names that are meant to be taken for others: mixed scripts, and letters that look alike. Pure.

Source: Unicode Technical Standard 39, sections 4 (confusables) and 5.1 (mixed scripts), reduced to the
alphabets that are confused in practice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from verification.checks import Problem

_CYRILLIC = dict(zip("аеорсухіјѕԁһкмтнвгпԛԝ", "aeopcyxijsdhkmthbrnqw", strict=True))
_GREEK = dict(zip("αορνυιτκηχεγ", "aopvuitknxey", strict=True))
_OTHERS = {"ı": "i", "ł": "l", "ø": "o", "0": "o", "1": "l", "|": "l"}
_LETTERS = _CYRILLIC | _GREEK | _OTHERS
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "HEBREW", "ARABIC", "GEORGIAN")


def skeleton(name: str) -> str:
    """Return what a name looks like: folded, without accents and spaces, look-alike letters as Latin ones."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(_LETTERS.get(letter, letter) for letter in folded if letter.isalnum() or letter == "|")


def scripts_of(name: str) -> set[str]:
    """Return the alphabets that a name is written in; others than the confusable ones do not count."""
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha())
    return {script for script in names if script in _SCRIPTS}


def lookalike_problem(name: str, known: Iterable[str]) -> Problem | None:
    """Say how the name of an unknown issuer could mislead, None where it does not.

    Args:
        name: as the document claims it.
        known: names in the register of trusted issuers.
    """
    looks = skeleton(name)
    twin = next((other for other in known if looks and skeleton(other) == looks), None)
    if twin is not None:
        return Problem("looks-like-known", f"the name looks like {twin!r} in the register, whose key is another")
    if any(len(scripts_of(word)) > 1 for word in name.split()):
        return Problem(
            "mixed-scripts", "the name mixes alphabets within a word: " + ", ".join(sorted(scripts_of(name)))
        )
    return None
