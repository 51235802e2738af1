"""Which form of a credential a client wants (RFC 9110 §12.5.1). Pure."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = "text/html"
JSON_TYPES = ("application/vc", "application/vc+ld+json", "application/ld+json", "application/json")
OFFERED = (PAGE, *JSON_TYPES)


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
    """Tell whether an Accept header prefers one of the JSON forms to the page; nothing said means the page."""
    ranges = [parsed for part in accept.split(",")[:20] if (parsed := _parsed(part))]
    if not ranges:
        return False
    qualities = {offered: _quality(ranges, offered) for offered in OFFERED}
    return max(qualities[kind] for kind in JSON_TYPES) > qualities[PAGE]


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
