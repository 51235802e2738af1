"""What holds for images of either kind: their size, their parts, and at most one credential in each."""

from collections.abc import Sized
from typing import Final

from credentials.errors import BakingError

MAX_IMAGE_BYTES: Final = 5_000_000
MAX_PARTS: Final = 50_000
"""Chunks of a PNG; elements and attributes of an SVG. Tiny ones cost far more time than their bytes."""


def check_image_size(image: bytes) -> None:
    """Refuse an image over 5 MB; raises BakingError."""
    if len(image) > MAX_IMAGE_BYTES:
        raise BakingError(f"the image is larger than {MAX_IMAGE_BYTES:,} bytes")


def check_parts(parts: int) -> None:
    """Refuse an image of more parts than can be read in good time; raises BakingError."""
    if parts > MAX_PARTS:
        raise BakingError(f"the image has more than {MAX_PARTS:,} parts")


def check_once(badges: Sized) -> None:
    """Refuse an image with two credentials: two readers could show different ones; raises BakingError."""
    if len(badges) > 1:
        raise BakingError("the image holds more than one credential")


def check_free(badges: Sized) -> None:
    """Refuse to bake into an image that holds a credential; raises BakingError."""
    if len(badges):
        raise BakingError("the image holds a credential already")
