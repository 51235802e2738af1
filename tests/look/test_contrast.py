"""Contrast of the design tokens, computed from the style sheet itself (WCAG 2.2, 1.4.3 and 1.4.11)."""

import math
import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}
TEXT, CONTROL = 4.5, 3.0
FAMILIES = ("ok", "care", "stop", "mute")
READ = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in ("paper", "ground", "sunk")],
    *[(family, f"{family}-soft", TEXT) for family in FAMILIES],
    *[(family, "paper", TEXT) for family in FAMILIES],
    *[("on-verdict", family, TEXT) for family in FAMILIES],
    *[("ink", f"{family}-soft", TEXT) for family in FAMILIES],
    *[("ink-2", f"{family}-soft", TEXT) for family in FAMILIES],
    *[("accent", f"{family}-soft", TEXT) for family in FAMILIES],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("accent", "accent-soft", TEXT),
    ("paper", "ink-2", TEXT),
    *[("edge", ground, CONTROL) for ground in ("paper", "ground", "sunk")],
]


def luminance(oklch: str) -> float:
    """Return the relative luminance of an OKLCH colour (CSS Color 4, section 9; WCAG 2.2 definition)."""
    lightness, chroma, hue = map(float, oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(channel, 0), 1) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str, appearance: int) -> float:
    lighter, darker = sorted((luminance(COLOURS[name][appearance]) for name in (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("appearance", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), READ, ids=str)
def test_ink_reads_on_its_ground(ink, ground, least, appearance):
    assert contrast(ink, ground, appearance) >= least


@pytest.mark.parametrize(
    ("first", "second", "appearance", "published"),
    [("ink", "paper", 0, 16.8), ("accent", "paper", 0, 9.4), ("stop", "stop-soft", 1, 7.1)],
)
def test_measure_agrees_with_the_published_figures(first, second, appearance, published):
    # Published figures were measured on colours of eight bits.
    assert contrast(first, second, appearance) == pytest.approx(published, abs=0.15)


def test_styles_use_tokens_and_never_a_colour_of_their_own():
    for name in ("base.css", "parts.css", "pages.css"):
        styles = (Path(__file__).resolve().parents[2] / "static/css" / name).read_text(encoding="utf-8")
        screen = styles.split("@layer print")[0].replace("background: #fff; }", "")
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|oklch\(", screen), name
