"""The part of Markdown that people write in a few sentences: paragraphs, lists, emphasis, links. Pure.

Everything is made plain text first, so that nothing but the marks below ever becomes a tag: no HTML, no pictures, no
address that is not http or https. What is no mark of ours stays as it was written, and so does a whole text that is
longer than anybody may state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape as escaped
from itertools import groupby
from typing import Final

LONGEST: Final = 50_000

# No mark reaches over the next one of its kind: reading takes time in proportion to the text, whoever wrote it.
_STRONG = re.compile(r"\*\*(?=\S)((?:[^*\n]|\*(?!\*)){1,2000}?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?![\w*])")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\((https?://[^\s()<>]{1,2000})\)")
_ITEM = re.compile(r"\s{0,3}(?:[-*+]|(\d{1,4})[.)])\s+(.+)")
_HEADING = re.compile(r"#{1,6}\s+(.+)")


def html_of(text: str) -> str:
    """Return a text as HTML, block by block; every tag and attribute in it is one of ours."""
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        return f"<p>{plain(text).replace(chr(10), '<br>')}</p>"
    lines = [line.rstrip() for line in text.split("\n")]
    blocks = (list(own) for is_text, own in groupby(lines, bool) if is_text)
    return "".join(part for block in blocks for part in _block(block))


def _block(lines: list[str]) -> Iterator[str]:
    """Yield a block's parts: runs of items are lists, other lines a paragraph."""
    for kind, own in groupby(lines, _kind):
        if kind == "text":
            yield f"<p>{'<br>'.join(_line(line) for line in own)}</p>"
        elif kind == "heading":
            yield from (f"<p><strong>{_line(_HEADING.fullmatch(line)[1])}</strong></p>" for line in own)  # type: ignore[index]
        else:
            items = "".join(f"<li>{_line(_ITEM.fullmatch(line)[2])}</li>" for line in own)  # type: ignore[index]
            yield f"<{kind}>{items}</{kind}>"


def _kind(line: str) -> str:
    if found := _ITEM.fullmatch(line):
        return "ol" if found[1] else "ul"
    return "heading" if _HEADING.fullmatch(line) else "text"


def _line(line: str) -> str:
    marked = _LINK.sub(r'<a href="\2" rel="nofollow noopener noreferrer">\1</a>', plain(line))
    # Addresses may have stars: they are no emphasis.
    parts = re.split(r"(<[^>]+>)", marked)
    return "".join(part if part.startswith("<") else _emphasised(part) for part in parts)


def plain(text: str) -> str:
    """Return a text in which nothing is a tag."""
    return escaped(text)


def _emphasised(text: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))
