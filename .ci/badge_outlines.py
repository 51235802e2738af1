# /// script
# dependencies = ["fonttools", "brotli"]
# ///
"""Write catalogue/badges/outlines.json: the letters that badges are drawn with, as SVG paths.

Run once after a change of fonts: `uv run .ci/badge_outlines.py`. Badges carry outlines instead of
text, so they look the same in a mail client, a baked PNG and a PDF, and the product needs no font
library at run time. Source Sans 3 is under the SIL Open Font Licence (static/fonts).
"""

import json
import pathlib

from fontTools.misc.transform import Transform
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = pathlib.Path(__file__).resolve().parent.parent
WEIGHTS = {"semibold": 600, "bold": 700}
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E, *range(0x2010, 0x2016)]
LETTERS += [0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x2030, 0x20AC, 0x2122, 0x2212]


def outlines(weight: int) -> dict[str, list[object]]:
    """Return letter → [advance, path] in font units (1000 to the em), y downwards."""
    letters: dict[str, list[object]] = {}
    for subset in ("latin", "latin-ext"):
        font = instantiateVariableFont(
            TTFont(ROOT / f"static/fonts/source-sans-3-{subset}-wght-normal.woff2"), {"wght": weight}
        )
        names, glyphs = font.getBestCmap(), font.getGlyphSet()
        for code in LETTERS:
            if code in names and chr(code) not in letters:
                flat, pen = DecomposingRecordingPen(glyphs), SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
                glyphs[names[code]].draw(flat)
                flat.replay(TransformPen(pen, Transform(1, 0, 0, -1, 0, 0)))
                letters[chr(code)] = [font["hmtx"][names[code]][0], pen.getCommands()]
    return letters


if __name__ == "__main__":
    faces = {name: outlines(weight) for name, weight in WEIGHTS.items()}
    target = ROOT / "catalogue/badges/outlines.json"
    target.write_text(
        json.dumps(faces, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
    )
