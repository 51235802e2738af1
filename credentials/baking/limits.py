"""How large an image may be; checked before anything else is done with it."""

from typing import Final

from credentials.errors import BakingError

MAX_IMAGE_BYTES: Final = 5_000_000


def check_size(image: bytes) -> None:
    """Refuse an image over 5 MB; raises BakingError."""
    if len(image) > MAX_IMAGE_BYTES:
        raise BakingError(f"the image is larger than {MAX_IMAGE_BYTES:,} bytes")
