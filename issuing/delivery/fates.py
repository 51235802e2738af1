"""Why a letter does not leave, told by the one who finds out."""

from __future__ import annotations


class UnwantedError(Exception):
    """Nobody waits for it any more: it is dropped, and nothing is wrong."""


class UnsendableError(Exception):
    """It cannot be sent, now or ever; `code` says why."""

    code = "unsendable"


class NoAddressError(UnsendableError):
    """The award names an address that its learner does not have (any more)."""

    code = "no-address"


class BadAddressError(UnsendableError):
    """A stored address to which no mail can be sent."""

    code = "bad-address"
