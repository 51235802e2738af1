"""Texts in several languages: maps from a BCP 47 tag to a string (JSON-LD 1.1 §4.9.2 language maps)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

LanguageMap = Mapping[str, str]
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def is_language_tag(value: object) -> bool:
    """Say whether a value is a BCP 47 tag such as de or en-NZ."""
    return isinstance(value, str) and bool(_TAG.fullmatch(value))


def is_language_map(value: object) -> bool:
    """Say whether a value is {BCP 47 tag: text} with at least one text and no empty one."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(is_language_tag(tag) for tag in value)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


class LanguageText(str):
    """A text that knows its language, so that a page in another one can mark it; `language` may be empty.

    `note` is what stands in parentheses behind it, in the reader's own language: the whole string has both.
    """

    __slots__ = ("language", "note")
    language: str
    note: str

    def __new__(cls, text: str, language: str = "", note: str = "") -> LanguageText:
        """Keep the language beside the text."""
        told = super().__new__(cls, f"{text} ({note})" if note else text)
        told.language = language
        told.note = note
        return told

    @property
    def text(self) -> str:
        """The text without its note."""
        return str(self).removesuffix(f" ({self.note})") if self.note else str(self)


def best_language(available: Sequence[str], wanted: str) -> str | None:
    """Return the tag of `available` that serves a reader of `wanted` best, or None when there is none.

    Order: the exact tag, the same primary subtag, English, the first one (RFC 4647 §3.4 lookup).
    """
    if wanted in available:
        return wanted
    primary = wanted.split("-", maxsplit=1)[0]
    same = [tag for tag in available if tag.split("-")[0] == primary]
    english = [tag for tag in available if tag.split("-")[0] == "en"]
    return next(iter([*same, *english, *available]), None)


def text_in(texts: LanguageMap, language: str) -> str:
    """Return the text of a language map for a reader of `language`; the empty string when the map is empty."""
    tag = best_language(list(texts), language)
    return texts[tag] if tag is not None else ""


def language_text(texts: LanguageMap, language: str) -> LanguageText:
    """Return the same text as `text_in`, with the language that it is in."""
    tag = best_language(list(texts), language)
    return LanguageText(texts[tag], tag) if tag is not None else LanguageText("")
