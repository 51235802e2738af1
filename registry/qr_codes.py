"""QR codes (ISO/IEC 18004), drawn as SVG that is a picture of its own or stands in a page."""

from __future__ import annotations

import io
from typing import Final

import segno
from django.utils.safestring import SafeString

QUIET_ZONE: Final = 2
"""Modules that stay empty within the picture; the page or sheet around it gives the others that readers want."""


def qr_code_svg(text: str) -> SafeString:
    """Return a text as a code, as large as its place: the text is in its modules alone, so pages take it as it is."""
    picture = io.BytesIO()
    code = segno.make(text, error="m")
    code.save(picture, kind="svg", xmldecl=False, border=QUIET_ZONE, light="#fff", omitsize=True)
    return SafeString(picture.getvalue().decode())
