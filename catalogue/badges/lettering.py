"""Letters as outlines: how wide a text is, how it wraps into a box, and its SVG."""

import json
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Literal

Face = Literal["semibold", "bold"]
UNITS_PER_EM = 1000
LINE_STEP = 1.04
ELLIPSIS = "…"
_OUTLINES = Path(__file__).with_name("outlines.json")


@lru_cache(maxsize=1)
def _faces() -> dict[str, dict[str, tuple[int, str]]]:
    loaded: dict[str, dict[str, tuple[int, str]]] = json.loads(_OUTLINES.read_text(encoding="utf-8"))
    return loaded


def _letter(char: str, face: Face) -> tuple[int, str]:
    """Return advance and path of a letter; without its accent, then a question mark, where we have none."""
    letters = _faces()[face]
    bare = unicodedata.normalize("NFKD", char)[:1]
    return letters.get(char) or letters.get(bare) or letters["?"]


def width(text: str, size: float, face: Face = "bold") -> float:
    """Return the width of one line at a letter size; both in drawing units."""
    return sum(_letter(char, face)[0] for char in text) * size / UNITS_PER_EM


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def line_svg(text: str, *, size: float, middle: float, baseline: float, fill: str, face: Face = "bold") -> str:
    """Draw one line, centred on `middle`; the letters stay in font units inside one transform."""
    text = unicodedata.normalize("NFC", text)
    letters = [_letter(char, face) for char in text]
    starts = [0, *accumulate(advance for advance, _path in letters)]
    left, scale = middle - width(text, size, face) / 2, size / UNITS_PER_EM
    paths = "".join(
        f'<path transform="translate({start})" d="{path}"/>'
        for start, (_advance, path) in zip(starts, letters, strict=False)
        if path
    )
    return f'<g fill="{fill}" transform="translate({_number(left)} {_number(baseline)}) scale({_number(scale * 1000)}e-3)">{paths}</g>'


@dataclass(frozen=True, slots=True)
class FittedText:
    """A title, broken into lines that fit a box at one size."""

    lines: tuple[str, ...]
    size: int


def _wrapped(words: list[str], size: int, limit: float) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _balanced(words: list[str], size: int, box: tuple[float, float]) -> list[str] | None:
    """Return the fewest lines that fit, as even as they can be, or None where they do not fit."""
    widest, height = box
    lines = _wrapped(words, size, widest)
    if len(lines) * size * LINE_STEP > height or any(width(line, size) > widest for line in lines):
        return None
    narrower = (_wrapped(words, size, limit) for limit in range(60, int(widest), 6))
    return next((tried for tried in narrower if len(tried) == len(lines)), lines)


def cut(text: str, size: int, widest: float, face: Face = "bold") -> str:
    """Shorten a line by an ellipsis until it fits."""
    while text and width(text + ELLIPSIS, size, face) > widest:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def fit(title: str, box: tuple[float, float], *, biggest: int = 62, smallest: int = 30) -> FittedText:
    """Break a title into lines at the largest size that fits the box (width, height).

    A title that is too long even at the smallest size is cut with an ellipsis: the full title stays
    in the picture's text alternative, and issuers are asked for a short badge title.
    """
    words = unicodedata.normalize("NFC", title).split(" ")  # a no-break space keeps words together
    for size in range(biggest, smallest - 1, -2):
        if lines := _balanced(words, size, box):
            return FittedText(tuple(lines), size)
    widest, height = box
    lines, room = _wrapped(words, smallest, widest), int(height // (smallest * LINE_STEP))
    kept = [line if width(line, smallest) <= widest else cut(line, smallest, widest) for line in lines[:room]]
    if len(lines) > room and not kept[-1].endswith(ELLIPSIS):
        kept[-1] = cut(f"{kept[-1]} ", smallest, widest)
    return FittedText(tuple(kept), smallest)


def block_svg(title: str, *, box: tuple[float, float], top: float, middle: float, fill: str) -> str:
    """Draw a title into a box that begins at `top`, centred both ways."""
    fitted = fit(title, box)
    step = fitted.size * LINE_STEP
    first = top + (box[1] - step * len(fitted.lines)) / 2 + fitted.size * 0.8
    return "".join(
        line_svg(line, size=fitted.size, middle=middle, baseline=first + number * step, fill=fill)
        for number, line in enumerate(fitted.lines)
    )
