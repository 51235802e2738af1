"""Where the worker's key-encryption key comes from: the worker alone has an answer."""

import os
from collections.abc import Callable
from pathlib import Path


def key_source() -> Callable[[], bytes] | None:
    """Return what reads the key (44 characters of base64 and a line end), or None where there is none.

    `KEY_ENCRYPTION_KEY_FD` is a pipe, read now and closed, so that no later child inherits it.
    `KEY_ENCRYPTION_KEY_FILE` is read at each call, so that a repaired file heals without a restart.
    """
    if number := os.environ.pop("KEY_ENCRYPTION_KEY_FD", ""):
        with os.fdopen(int(number), "rb") as pipe:
            content = pipe.read()
        return lambda: content
    if path := os.environ.get("KEY_ENCRYPTION_KEY_FILE", ""):
        return Path(path).read_bytes
    return None
