"""The lanes of the outbox: what may wait behind what."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Lane(StrEnum):
    """Each lane is drained on its own: what hangs in one keeps no other from its turn."""

    SIGN = "sign"
    """Chunks of accepted awards."""
    STATUS = "status"
    """Short work of our own with keys, for which somebody waits: status lists, keys, documents on request."""
    MAIL = "mail"
    """Whatever a mail server takes from us."""
    SLOW = "slow"
    """Everything else: what asks strangers, and what takes long."""


class Listener(NamedTuple):
    """A Celery task that is run for a message of a topic, with the payload's members as its arguments."""

    task: str
    lane: Lane
