"""Names that are meant to be taken for others: letters that look alike, one letter changed, a known name inside. Pure.

Source: Unicode Technical Standard 39, section 4 (confusables) and 5.1 (mixed scripts). `confusables.json` holds the
some 700 characters of its data file (Unicode 15.1) that look like Latin letters or digits and that normalisation leaves as
they are; compatibility letters (script, full width …) fold by NFKC, small capitals by their Unicode names.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files

from verification.checks import Resemblance
from verification.quoting import plain

MIN_FOR_A_TYPO = 10
MIN_INSIDE = 6
MIN_BEGINNING = 8
_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "HEBREW", "ARABIC", "GEORGIAN")
# Once folded to lower case, a capital I is an i: all four are one stroke to a reader.
_ONE_STROKE = str.maketrans("i1|!", "llll")
_PAIRS = (("rn", "m"), ("vv", "w"), ("0", "o"))


@cache
def _confusables() -> dict[int, str]:
    looks = json.loads(files("verification").joinpath("confusables.json").read_text("utf-8"))
    return {ord(letter): target for target, letters in looks.items() for letter in letters}


@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """Return what a name looks like: folded, without accents and spaces, letters that look alike as one."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    looked = plain(name, 1_000).translate(_confusables())
    folded = unicodedata.normalize("NFKC", "".join(map(_large, looked))).translate(_confusables()).casefold()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    drawn = bare.translate(_confusables()).translate(_ONE_STROKE)
    for pair, one in _PAIRS:
        drawn = drawn.replace(pair, one)
    words = ("".join(filter(str.isalnum, word)) for word in drawn.replace("-", " ").split())
    return [word for word in words if word]


def _large(letter: str) -> str:
    """Return the plain letter of a small capital."""
    name = unicodedata.name(letter, "")
    rest = name.removeprefix(_SMALL_CAPITAL)
    return rest if name != rest and len(rest) == 1 else letter


def scripts_of(name: str) -> set[str]:
    """Return the alphabets that a name is written in; others than the confusable ones do not count."""
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha())
    return {script for script in names if script in _SCRIPTS}


def resembled(name: str, known: Iterable[tuple[str, str]]) -> Resemblance | None:
    """Say how the name that a document gives its issuer could mislead, None where it does not.

    Args:
        name: as the document claims it.
        known: (name, who vouches) of other issuers in the register.
    """
    looks = skeleton(name)
    near: Resemblance | None = None
    for other, vouched_by in known if looks else ():
        if skeleton(other) == looks:
            return Resemblance("looks-like-known", other, vouched_by)
        if near is None and _is_near(name, other):
            near = Resemblance("resembles-known", other, vouched_by)
    if near is None and any(len(scripts_of(word)) > 1 for word in name.split()):
        return Resemblance("mixed-scripts")
    return near


def _is_near(name: str, other: str) -> bool:
    """Tell whether one letter differs, or one name holds the other: "Oxford University Online", "Oxford Univ"."""
    looks, known = skeleton(name), skeleton(other)
    if min(len(looks), len(known)) >= MIN_FOR_A_TYPO and _one_letter_apart(looks, known):
        return True
    if len(known) >= MIN_INSIDE and len(known) < len(looks) and known in looks:
        words, inside = _words(name), _words(other)
        return any(words[start : start + len(inside)] == inside for start in range(len(words)))
    if not MIN_BEGINNING <= len(looks) < len(known):
        return False
    # The beginning of another one, two words of it at least, whatever becomes of the last.
    words, beginning = _words(other), _words(name)
    return len(beginning) > 1 and words[: len(beginning)] == beginning


def _one_letter_apart(first: str, second: str) -> bool:
    """Tell whether one letter was changed, added, left out, or two neighbours were exchanged."""
    if abs(len(first) - len(second)) > 1 or first == second:
        return False
    return any(_rest(first, second))


def _rest(first: str, second: str) -> Iterator[bool]:
    place = next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    yield first[place + 1 :] == second[place + 1 :]
    yield first[place + 1 :] == second[place:]
    yield first[place:] == second[place + 1 :]
    yield first[place : place + 2] == second[place : place + 2][::-1] and first[place + 2 :] == second[place + 2 :]
