"""What holds for images of either kind: their size, and at most one credential in each."""

from collections.abc import Sized
from typing import Final

from credentials.errors import BakingError

MAX_IMAGE_BYTES: Final = 5_000_000


def check_size(image: bytes) -> None:
    """Refuse an image over 5 MB; raises BakingError."""
    if len(image) > MAX_IMAGE_BYTES:
        raise BakingError(f"the image is larger than {MAX_IMAGE_BYTES:,} bytes")


def check_once(found: Sized) -> None:
    """Refuse an image with two credentials: two readers could show different ones; raises BakingError."""
    if len(found) > 1:
        raise BakingError("the image holds more than one credential")


def check_free(found: Sized) -> None:
    """Refuse to bake into an image that holds a credential; raises BakingError."""
    if len(found):
        raise BakingError("the image holds a credential already")
