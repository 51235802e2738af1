"""QR codes (ISO/IEC 18004), drawn as SVG that is a picture of its own or stands in a page."""

from __future__ import annotations

import io
from typing import Final

import segno

QUIET_ZONE: Final = 2
"""Modules that stay empty within the picture; the page or sheet around it gives the others that readers want."""


def qr_code_svg(text: str) -> str:
    """Return a text as a code, as large as its place."""
    picture = io.BytesIO()
    code = segno.make(text, error="m")
    code.save(picture, kind="svg", xmldecl=False, border=QUIET_ZONE, light="#fff", omitsize=True)
    return picture.getvalue().decode()
