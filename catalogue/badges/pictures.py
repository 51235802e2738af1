"""Badges as PNG. Typst, which also sets the certificates, turns the SVG into pixels."""

import typst

from catalogue.badges.drawing import PIXELS, SIDE, BadgeFacts, badge_svg

POINTS_PER_INCH = 72
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
