"""Words of others inside our sentences: cleaned, cut, quoted and kept from turning ours around. Pure.

A name that nobody vouches for may hold controls that reverse the text beside it (U+202E), marks that grow over the
lines above, or a sentence that imitates a verdict. What is shown of it is plain text between quotation marks, isolated
by U+2068 and U+2069 (Unicode Standard Annex 9, §2.4.2); pages turn the two into `<bdi>`.
"""

from __future__ import annotations

import unicodedata

MAX_NAME_CHARACTERS = 80
ISOLATE, END = "\u2068", "\u2069"
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_MAX_MARKS = 2
FIRST_MARK = "\u0300"
"""The first combining mark of Unicode, COMBINING GRAVE ACCENT; signs with an accent of their own come before it."""


def plain(text: str, at_most: int = MAX_NAME_CHARACTERS) -> str:
    """Return a text of somebody else's as one line of at most `at_most` characters, without controls and heaps of marks."""
    if len(text) <= at_most and text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = text[: 8 * at_most]
    # Most names are plain already: all of them printable (no controls, nothing unseen), and below the first mark.
    if not (shown.isprintable() and max(shown, default="") < FIRST_MARK):
        shown = _without_heaps("".join(_one_space(letter) for letter in shown))
    line = " ".join(shown.split())
    return line if len(line) <= at_most else f"{line[: at_most - 1].rstrip()}…"


def _one_space(letter: str) -> str:
    if letter.isspace() or unicodedata.category(letter) in ("Zl", "Zp"):
        return " "
    return "" if unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS else letter


def _without_heaps(text: str) -> str:
    """Drop marks beyond the second on one letter: no language needs more, and heaps cover other lines."""
    kept: list[str] = []
    heap = 0
    for letter in text:
        heap = heap + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if heap <= _MAX_MARKS:
            kept.append(letter)
    return "".join(kept)


def isolated(text: str, at_most: int = MAX_NAME_CHARACTERS) -> str:
    """Return a text of somebody else's, cleaned and cut, so that it cannot reorder what stands around it."""
    return f"{ISOLATE}{plain(text, at_most)}{END}"
