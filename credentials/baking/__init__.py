"""Credentials inside badge images: written into PNG and SVG without touching the picture, and read back.

Source: https://www.imsglobal.org/spec/ob/v3p0/#baked-badge
"""

from credentials.baking.png import bake_png, extract_png
from credentials.baking.svg import bake_svg, extract_svg

__all__ = ["bake_png", "bake_svg", "extract_png", "extract_svg"]
