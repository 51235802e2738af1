"""Pictures that people upload in the place of a drawn badge: measured before they are read, and made anew from what is left.

A PNG is decoded and written again, so that nothing but its dots stays. An SVG may hold shapes, colours and text alone;
whatever could run, fetch or multiply is refused by name. Source: SVG 2 §2.2 (secure static mode).
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

import typst
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from catalogue.badges.drawing import PIXELS
from registry.refusals import RuleBrokenError, gettext_noop

MOST_BYTES: Final = 2_000_000
SMALLEST_SIDE: Final = 91
TOO_SMALL: Final = gettext_noop("Send a picture of more than 90 × 90 pixels.")
LOWEST_LOGO: Final = 40
LOGO_TOO_SMALL: Final = gettext_noop("Send a logo of at least 40 pixels in height and width.")
LOGO_WIDTH, LOGO_HEIGHT = 560, 112
Size = tuple[int, str]
LARGEST_SIDE: Final = 3_000
KEPT_SIDE: Final = 960
MOST_PARTS: Final = 4_000
_SVG: Final = "http://www.w3.org/2000/svg"
_SHAPES: Final = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "title",
        "desc",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
    ]
)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_OUTSIDE: Final = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)|@import|expression|javascript:|data:", re.IGNORECASE)
_SHEET: Final = '#set page(width: 360pt, height: 360pt, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "contain")\n'


@dataclass(frozen=True, slots=True)
class UploadedPicture:
    """A picture made anew: square PNG bytes, and the drawing where it came as one."""

    png: bytes
    svg: str = ""


def read_picture(data: bytes, *, smallest: Size = (SMALLEST_SIDE, TOO_SMALL)) -> UploadedPicture:
    """Return an uploaded picture, made anew.

    Args:
        data: what came, PNG or SVG, by its content and not by its name.
        smallest: how long a PNG's shorter side is at least, and what is said of a shorter one.

    Raises:
        RuleBrokenError: it is neither, too large, too small, broken, or holds what a picture has no need of.
    """
    if len(data) > MOST_BYTES:
        _refuse("too-large", gettext_noop("Send a picture of at most 2 MB."))
    if data.startswith(_PNG):
        return UploadedPicture(_png(data, smallest))
    if not (b"<svg" in data[:4_000].lower() or data.lstrip()[:5].lower() == b"<?xml"):
        _refuse("not-a-picture", gettext_noop("Send a PNG or an SVG; other kinds of pictures are not read."))
    return _svg(data)


def read_logo(data: bytes) -> bytes:
    """Return an uploaded logo, made anew: a PNG as wide as it is, without the empty ground around it.

    Raises:
        RuleBrokenError: as `read_picture`; or there is nothing to be seen on it.
    """
    from PIL import Image  # only whoever uploads needs it

    rendering = io.BytesIO()
    with Image.open(io.BytesIO(read_picture(data, smallest=(LOWEST_LOGO, LOGO_TOO_SMALL)).png)) as picture:
        seen = picture.getchannel("A").getbbox()
        if seen is None:
            _refuse("empty-picture", gettext_noop("Nothing is to be seen on the picture: send another one."))
        dots = picture.crop(seen)
    dots.thumbnail((LOGO_WIDTH, LOGO_HEIGHT), Image.Resampling.LANCZOS)
    dots.save(rendering, "PNG", optimize=True)
    return rendering.getvalue()


def _png(data: bytes, smallest: Size) -> bytes:
    """Measure by the header alone, then decode and write anew on a square ground."""
    from PIL import Image  # only whoever uploads needs it

    width, height = struct.unpack(">II", data[16:24]) if data[12:16] == b"IHDR" else (0, 0)
    _check_sides(width, height, smallest)
    rendering = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            dots = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise RuleBrokenError("picture", "broken-picture", _BROKEN) from error
    dots.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    side = max(dots.size)
    ground = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ground.paste(dots, ((side - dots.width) // 2, (side - dots.height) // 2))
    ground.save(rendering, "PNG", optimize=True)
    return rendering.getvalue()


_BROKEN: Final = gettext_noop("The picture cannot be read: save it once more and send it again.")


def _check_sides(width: int, height: int, smallest: Size) -> None:
    if min(width, height) < smallest[0]:
        _refuse("too-small", smallest[1])
    if max(width, height) > LARGEST_SIDE:
        _refuse("too-many-pixels", gettext_noop("Make the picture smaller: at most 3,000 × 3,000 pixels."))


def _svg(data: bytes) -> UploadedPicture:
    try:
        root = fromstring(data.decode("utf-8-sig"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise RuleBrokenError("picture", "broken-picture", _BROKEN) from error
    for number, part in enumerate(root.iter()):
        if number > MOST_PARTS:
            _refuse("too-many-parts", gettext_noop("Simplify the drawing: it has too many parts."))
        _check_part(part)
    _measure(root)
    register_namespace("", _SVG)
    svg = tostring(root, encoding="unicode")
    return UploadedPicture(_drawn(svg), svg)


def _check_part(part: Element) -> None:
    """Refuse a part that is no shape; drop what drawing programmes note for themselves."""
    space, _brace, name = str(part.tag).removeprefix("{").rpartition("}")
    if space != _SVG or name not in _SHAPES:
        _refuse(
            "svg-part",
            gettext_noop(
                "Take out whatever is no shape, such as scripts, styles, links and pictures within: save it as a plain SVG."
            ),
        )
    for attribute in list(part.attrib):
        if attribute.startswith("{") or (attribute in {"class", "id"} and part.tag == f"{{{_SVG}}}svg"):
            del part.attrib[attribute]
        elif attribute.lower().startswith("on") or _OUTSIDE.search(part.attrib[attribute]):
            _refuse(
                "svg-active", gettext_noop("Take scripts and addresses out of the drawing: save it as a plain SVG.")
            )


def _measure(root: Element) -> None:
    """Refuse a drawing that has no size of its own, or a silly one."""
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    width, height = (_number(root.get(name, "")) for name in ("width", "height"))
    if len(box) == len("xywh"):
        width, height = box[2] or width, box[3] or height
    if width <= 0 or height <= 0:
        _refuse("no-size", gettext_noop("Give the drawing a width and a height."))
    for name, length in (("width", PIXELS), ("height", PIXELS)):
        root.set(name, str(length))
    if len(box) != len("xywh"):
        root.set("viewBox", f"0 0 {width:g} {height:g}")


def _number(text: str) -> float:
    found = re.match(r"\s*(\d{1,6}(?:\.\d{1,6})?)", text)
    return float(found[1]) if found else 0.0


def _drawn(svg: str) -> bytes:
    try:
        sheet: Any = typst.compile(
            _SHEET.encode(), format="png", ppi=PIXELS / 360 * 72, sys_inputs={"svg": svg}, ignore_system_fonts=True
        )
    except (RuntimeError, ValueError) as error:
        raise RuleBrokenError("picture", "broken-picture", _BROKEN) from error
    if not isinstance(sheet, bytes):
        raise TypeError("One page was expected from the drawing, and more came.")
    return sheet


def _refuse(code: str, remedy: str) -> NoReturn:
    raise RuleBrokenError("picture", code, remedy)
