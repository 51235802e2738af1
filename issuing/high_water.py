"""How far each status list has been given out, kept in files outside the database.

A backup of the database forgets the places that were given out after it; these marks do not. A list that stands
behind its mark was restored. Marks are raised after commit, so none is ever ahead of what was committed.
"""

from __future__ import annotations

import fcntl
import os
import sys
import uuid
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from registry.alarms import AlarmCode, raise_alarm

FOLDER = "given-out"
DIGITS = 10


def _mark_of(list_id: uuid.UUID) -> Path:
    return Path(settings.VAR_DIR) / FOLDER / str(list_id)


def given_out(list_id: uuid.UUID) -> int:
    """Return how many places of a list have been given out for certain; 0 where nothing is known."""
    try:
        with _mark_of(list_id).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return _read(file)
    except FileNotFoundError:
        return 0
    except OSError:
        raise_alarm(AlarmCode.MARK_UNREADABLE, subject=f"list:{list_id}")
        return 0


def raise_mark(list_id: uuid.UUID, count: int) -> None:
    """Note that `count` places of a list have been given out; a mark never falls.

    Raises:
        OSError: VAR_DIR cannot be written.
    """
    path = _mark_of(list_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if count > _read(file):
            # Always as long, and one write: a mark is the old one or the new one.
            os.pwrite(file.fileno(), b"%0*d\n" % (DIGITS, count), 0)


def _read(file: BinaryIO) -> int:
    """Return a mark. One that is damaged proves nothing: its list is closed rather than trusted."""
    text = file.read(DIGITS + 1)
    try:
        return int(text) if text else 0
    except ValueError:
        return sys.maxsize
