"""Keeping a claimed chunk while work on it goes on, however long that takes on this machine."""

from __future__ import annotations

from time import monotonic

from issuing.errors import LeaseLostError
from registry.models import OutboxMessage
from registry.outbox import renew_lease

RENEWED_AFTER = 1 / 3
"""The share of a lease after which it is renewed."""


class Lease:
    """A chunk's lease from its claim on. A worker that is dead or hangs renews nothing, so the chunk gets free."""

    def __init__(self, message: OutboxMessage, *, worker: str, seconds: float) -> None:
        """Take over what has just been claimed for `seconds`."""
        self._message, self._worker, self._seconds = message, worker, seconds
        self._renew_at = monotonic() + seconds * RENEWED_AFTER

    def keep(self) -> None:
        """Renew the lease if it is time; to be called between two pieces of work, since it mostly does nothing.

        Raises:
            LeaseLostError: another worker has the chunk by now; going on would be for nothing.
        """
        now = monotonic()
        if now < self._renew_at:
            return
        if not renew_lease(self._message, worker=self._worker, lease_seconds=self._seconds):
            raise LeaseLostError("lease")
        self._renew_at = now + self._seconds * RENEWED_AFTER
