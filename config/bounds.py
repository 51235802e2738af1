"""What the door of the house and the rooms behind it agree on: no Django, no event loop."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_BODY = 21 * 1024 * 1024
"""Bytes; the largest CSV is 20 MiB."""
REFUSED = "testamur.refused"
"""Where a request's environment says why it is refused. No header can write it: all of theirs begin with HTTP_."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a pool may hold in one process: requests at once and waiting, seconds of waiting and of work."""

    at_once: int
    waiting: int
    wait_seconds: float
    work_seconds: float
