"""Badge images: a pure function of published facts.

The silhouette says the kind (pennant, stack, ticket, ring, two points), the colour only which
institution, words say the rest. All letters are outlines, so nothing depends on installed fonts.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from catalogue.badges.guilloche import guilloche
from catalogue.badges.lettering import Face, block_svg, cut, line_svg, width

SAMPLE_NOTICE = "Sample - not issued by this institution"
# Eight institution inks, all at least 7:1 against white, so white letters always read, also in grey.
INKS = ("#253d9e", "#0b5560", "#0d5a3c", "#4d4f0c", "#6b430f", "#8c2430", "#76265f", "#4f2f93")
WHITE, INK, CARE = "#ffffff", "#171d2f", "#784e10"
SIDE = 360
PIXELS = 480
SMALLEST_LETTER = 16

_PENNANT = "M52 12H308a22 22 0 0 1 22 22V266a22 22 0 0 1-12.5 20L190 345a24 24 0 0 1-20 0L42.500 286A22 22 0 0 1 30 266V34A22 22 0 0 1 52 12Z"
_STACK = "M52 54H308a20 20 0 0 1 20 20V272a20 20 0 0 1-11.500 18L190 347a24 24 0 0 1-20 0L43.500 290A20 20 0 0 1 32 272V74A20 20 0 0 1 52 54Z"
_TWIN = "M34 12H326a20 20 0 0 1 20 20V280a20 20 0 0 1-12 18L271 331a18 18 0 0 1-16 0L180 293L105 331a18 18 0 0 1-16 0L26 298a20 20 0 0 1-12-18V32A20 20 0 0 1 34 12Z"
_TICKET = "M36 52H324a20 20 0 0 1 20 20V152a28 28 0 0 0 0 56V288a20 20 0 0 1-20 20H36a20 20 0 0 1-20-20V208a28 28 0 0 0 0-56V72A20 20 0 0 1 36 52Z"


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """What a badge shows.

    `kind` is micro-credential, micro-degree, participation, non-formal, joint (two issuers), or any
    other kind of achievement, which gets the ring. `foot` is at most a few letters ("5 ECTS");
    `ink` and `second_ink` are positions in `INKS`. Issuers' names are short ones (14 letters).
    """

    kind: str
    title: str
    issuers: tuple[str, ...]
    foot: str = ""
    ink: int = 0
    second_ink: int = 6
    sample: bool = False
    sample_notice: str = SAMPLE_NOTICE

    @property
    def seed(self) -> str:
        """What the ornament is drawn from."""
        return "\n".join((*self.issuers, self.title))

    @property
    def scope(self) -> str:
        """Make the ids inside the picture unique on a page."""
        return hashlib.sha256(f"{self.kind}\n{self.seed}".encode()).hexdigest()[:8]


def _text(
    text: str, *, size: int, y: float, fill: str, x: float = SIDE / 2, widest: float = 250, face: Face = "semibold"
) -> str:
    while text and width(text, size, face) > widest and size > SMALLEST_LETTER:
        size -= 1
    text = text if width(text, size, face) <= widest else cut(text, size, widest, face)
    return line_svg(text, size=size, middle=x, baseline=y, fill=fill, face=face) if text else ""


def _ornament(facts: BadgeFacts, shape: str, centre: tuple[int, int] = (180, 190)) -> str:
    name = f"c{facts.scope}"
    waves = guilloche(facts.seed, centre=centre, scope=facts.scope)
    return (
        f'<clipPath id="{name}"><path d="{shape}"/></clipPath><g clip-path="url(#{name})" fill="none" stroke="{WHITE}" '
        f'stroke-opacity="0.15" stroke-width="1.2">{waves}</g>'
    )


def _pennant(facts: BadgeFacts) -> str:
    return "".join(
        (
            f'<path d="{_PENNANT}" fill="{INKS[facts.ink]}"/>',
            _ornament(facts, _PENNANT),
            _text(facts.issuers[0], size=37, y=62, fill=WHITE),
            f'<path d="M58 82H302" stroke="{WHITE}" stroke-width="3"/>',
            block_svg(facts.title, box=(268, 176), top=88, middle=180, fill=WHITE),
            _text(facts.foot, size=34, y=303, fill=WHITE, widest=170),
        )
    )


def _stack(facts: BadgeFacts) -> str:
    layers = [
        f'<path d="M{32 + inset} {top + 18}v-4a14 14 0 0 1 14-14H{314 - inset}a14 14 0 0 1 14 14v4Z" fill="{INKS[facts.ink]}" fill-opacity="{tone}"/>'
        for inset, top, tone in ((46, 8, 0.45), (23, 30, 0.72))
    ]
    return "".join(
        (
            *layers,
            f'<path d="{_STACK}" fill="{INKS[facts.ink]}"/>',
            _ornament(facts, _STACK, (180, 200)),
            _text(" · ".join(facts.issuers), size=36, y=102, fill=WHITE),
            f'<path d="M58 120H302" stroke="{WHITE}" stroke-width="3"/>',
            block_svg(facts.title, box=(264, 146), top=124, middle=180, fill=WHITE),
            _text(facts.foot, size=34, y=306, fill=WHITE, widest=180),
        )
    )


def _ticket(facts: BadgeFacts) -> str:
    ink = INKS[facts.ink]
    return "".join(
        (
            f'<path d="{_TICKET}" fill="{WHITE}" stroke="{ink}" stroke-width="7" stroke-dasharray="15 10"/>',
            _text(facts.issuers[0], size=36, y=104, fill=ink, widest=270),
            block_svg(facts.title, box=(262, 104), top=116, middle=180, fill=INK),
            _text(facts.foot or "Participation", size=36, y=276, fill=ink, widest=260),
        )
    )


def _ring(facts: BadgeFacts) -> str:
    ink = INKS[facts.ink]
    return "".join(
        (
            f'<circle cx="180" cy="180" r="162" fill="{WHITE}" stroke="{ink}" stroke-width="16"/>',
            f'<circle cx="180" cy="180" r="146" fill="none" stroke="{ink}" stroke-width="2"/>',
            _text(facts.issuers[0], size=34, y=88, fill=ink, widest=190),
            block_svg(facts.title, box=(252, 158), top=101, middle=180, fill=INK),
            _text(facts.foot, size=31, y=290, fill=ink, widest=170),
        )
    )


def _twin(facts: BadgeFacts) -> str:
    name, first, second = f"h{facts.scope}", INKS[facts.ink], INKS[facts.second_ink]
    left, right = (*facts.issuers, "", "")[:2]
    return "".join(
        (
            f'<clipPath id="{name}"><path d="{_TWIN}"/></clipPath><g clip-path="url(#{name})">',
            f'<path d="M0 0H180V360H0Z" fill="{first}"/><path d="M180 0H360V360H180Z" fill="{second}"/>',
            f'<path d="M180 0V84M14 86H346" stroke="{WHITE}" stroke-width="4"/></g>',
            _ornament(facts, _TWIN),
            _text(left, size=34, y=62, fill=WHITE, x=100, widest=140),
            _text(right, size=34, y=62, fill=WHITE, x=260, widest=140),
            block_svg(facts.title, box=(300, 158), top=92, middle=180, fill=WHITE),
            _text(facts.foot, size=32, y=284, fill=WHITE, widest=230),
        )
    )


SHAPES: Mapping[str, Callable[[BadgeFacts], str]] = {
    "micro-credential": _pennant,
    "micro-degree": _stack,
    "participation": _ticket,
    "joint": _twin,
}


def _with_notice(picture: str, notice: str) -> str:
    """Make room below the badge and write the notice there, so that no copy of the picture is without it."""
    return "".join(
        (
            f'<g transform="translate(24.500 -6) scale(0.864)">{picture}</g>',
            f'<rect x="3" y="312" width="354" height="44" rx="8" fill="{WHITE}" stroke="{CARE}" stroke-width="3"/>',
            _text(notice, size=26, y=341, fill=CARE, widest=334, face="bold"),
        )
    )


def badge_svg(facts: BadgeFacts) -> str:
    """Draw a badge.

    Returns:
        A square SVG, 480 px of its own, with a text alternative; no script, style or outside reference.
        The same facts give the same bytes, so its SHA-256 can be its address.
    """
    picture = SHAPES.get(facts.kind, _ring)(facts)
    words = [facts.title, " / ".join(facts.issuers), facts.foot, facts.sample_notice if facts.sample else ""]
    label = escape(". ".join(word for word in words if word))
    body = _with_notice(picture, facts.sample_notice) if facts.sample else picture
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PIXELS}" height="{PIXELS}" viewBox="0 0 {SIDE} {SIDE}" role="img" '
        f'aria-labelledby="t{facts.scope}"><title id="t{facts.scope}">{label}</title>{body}</svg>'
    )
