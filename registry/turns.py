"""When a worker looks at every tenant's work instead of the oldest: often enough to be fair, seldom enough to be cheap."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

PAUSE_PER_LOOK = 30
"""A look at everything that waits is followed by thirty times its own duration without one."""


class Turns:
    """One worker's memory of when it last looked at all tenants; a fresh one begins with a look."""

    def __init__(self) -> None:
        self._again_at = 0.0

    @contextmanager
    def next(self) -> Iterator[bool]:
        """Yield whether the claim made inside looks at all tenants."""
        began = monotonic()
        look = began >= self._again_at
        yield look
        if look:
            ended = monotonic()
            self._again_at = ended + PAUSE_PER_LOOK * (ended - began)
