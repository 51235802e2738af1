"""The logo of an organisation in its letters: sent along with each, so that opening one fetches nothing from anywhere."""

from __future__ import annotations

from email.mime.image import MIMEImage

from django.core.mail import EmailMessage

_NAME = "logo@letter"
LOGO_ADDRESS = f"cid:{_NAME}"
"""How a letter's HTML names the logo that comes with it (RFC 2392)."""


def attach_logo(message: EmailMessage, png: bytes) -> None:
    """Send a logo along inside the HTML part (RFC 2387); without one the mail stays as it is."""
    if not png:
        return
    part = MIMEImage(png, "png")
    part.add_header("Content-ID", f"<{_NAME}>")
    part.add_header("Content-Disposition", "inline", filename="logo.png")
    message.mixed_subtype = "related"  # type: ignore[attr-defined]  # not in its stubs
    message.attach(part)
