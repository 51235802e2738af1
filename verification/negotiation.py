"""Which form of a document a client wants, and under which of its names (RFC 9110 §12.5.1). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAGE = "text/html"
VC_TYPE = "application/vc"
VC_TYPES = (VC_TYPE, "application/vc+ld+json", "application/ld+json", "application/json")
"""The names under which a signed document is served; the first where none of them is asked for."""
DID_TYPES = ("application/json", "application/did+ld+json", "application/did+json", "application/did", VC_TYPES[2])
"""The same for a DID document (https://w3c-ccg.github.io/did-method-web/, DID 1.0 §6)."""
MEDIA_TYPES = {
    "json": VC_TYPE,
    "jwt": "application/jwt",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
"""The type of each form of a credential, by the last part of its address."""
MOST_RANGES = 20


@dataclass(frozen=True, slots=True)
class _Range:
    main: str
    sub: str
    quality: float

    def covers(self, offered: str) -> int:
        """Return how precisely this range names a type: 0 not at all, 3 exactly."""
        main, _, sub = offered.partition("/")
        if (self.main, self.sub) == (main, sub):
            return 3
        if (self.main, self.sub) == (main, "*"):
            return 2
        return 1 if (self.main, self.sub) == ("*", "*") else 0


def wants_json(accept: str) -> bool:
    """Tell whether an Accept header prefers one of the JSON forms to the page; nothing said means the page.

    A client that names JSON is a machine, even where its wildcard covers the page as well: only naming the page,
    as every browser does, weighs against it.
    """
    ranges = _ranges(accept)
    if not ranges:
        return False
    if named_type(accept, VC_TYPES) is not None and not any(_names(each, PAGE) for each in ranges):
        return True
    return max(_quality(ranges, kind) for kind in VC_TYPES) > _quality(ranges, PAGE)


def named_type(accept: str, offered: Sequence[str]) -> str | None:
    """Return the type of `offered` that an Accept header names with the highest quality, of equals the first named.

    Wildcards name none.
    """
    named = [each for each in _ranges(accept) if each.quality and any(_names(each, kind) for kind in offered)]
    best = max(named, key=lambda each: each.quality, default=None)
    return f"{best.main}/{best.sub}" if best is not None else None


def content_type(accept: str, offered: Sequence[str]) -> str:
    """Return the type of the answer: the one asked for, or the first of `offered` where none of them is named."""
    return named_type(accept, offered) or offered[0]


def _names(each: _Range, kind: str) -> bool:
    return f"{each.main}/{each.sub}" == kind


def _ranges(accept: str) -> list[_Range]:
    return [parsed for part in accept.split(",")[:MOST_RANGES] if (parsed := _parsed(part))]


def _parsed(part: str) -> _Range | None:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    main, slash, sub = kind.partition("/")
    if not slash:
        return None
    given = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        return _Range(main, sub, min(max(float(given), 0.0), 1.0))
    except ValueError:
        return None


def _quality(ranges: list[_Range], offered: str) -> float:
    best = max(ranges, key=lambda each: each.covers(offered))
    return best.quality if best.covers(offered) else 0.0
