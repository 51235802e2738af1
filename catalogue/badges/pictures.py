"""Badges as PNG, and smaller for lists. Typst, which also sets the certificates, turns the SVG into pixels."""

import io

import typst

from catalogue.badges.drawing import PIXELS, SIDE, BadgeFacts, badge_svg

POINTS_PER_INCH = 72
SMALL_PIXELS = 192
"""Twice the 96 px at which lists show a picture, for dense screens."""
SMALL_QUALITY = 55
_SHEET = (
    f"#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 0pt, fill: none)\n"
    '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
)


def badge_png(facts: BadgeFacts, pixels: int = PIXELS) -> bytes:
    """Draw a badge as PNG with a transparent ground.

    Args:
        facts: what the badge shows.
        pixels: length of a side; standards ask for at least 90, LinkedIn and Badgr for 400.

    Returns:
        The same facts give the same bytes under one version of Typst.
    """
    sheet = typst.compile(
        _SHEET.encode(),
        format="png",
        ppi=pixels / SIDE * POINTS_PER_INCH,
        sys_inputs={"svg": badge_svg(facts)},
        ignore_system_fonts=True,
    )
    if not isinstance(sheet, bytes):
        raise TypeError("One page was expected from the drawing, and more came.")
    return sheet


def small_picture(png: bytes) -> bytes:
    """Return a picture as lists show it: WebP, a thirteenth of the bytes, its letters still sharp.

    Args:
        png: any square PNG of ours.
    """
    from PIL import Image  # only whoever publishes needs it

    rendering = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGBA").resize((SMALL_PIXELS, SMALL_PIXELS), Image.Resampling.LANCZOS)
        small.save(rendering, "WEBP", quality=SMALL_QUALITY, alpha_quality=70)
    return rendering.getvalue()
