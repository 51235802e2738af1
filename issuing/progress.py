"""Telling people in the shell how far something is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

BAR_CELLS = 30
POLL_SECONDS = 0.2


def bar(stream: TextIO, *, total: int) -> Callable[[str, int], None]:
    """Return what draws a bar on a terminal; on anything else it stays silent."""
    if not stream.isatty() or not total:
        return lambda _step, _count: None

    def draw(step: str, count: int) -> None:
        filled = BAR_CELLS * count // total
        line = f"\r{step:<9} [{'#' * filled}{'.' * (BAR_CELLS - filled)}] {count:,} of {total:,}"
        stream.write(line + ("\n" if count >= total else ""))
        stream.flush()

    return draw


def wait_until(holds: Callable[[], bool], *, seconds: float, moved: Callable[[], object] = lambda: None) -> bool:
    """Ask again and again; False when nothing moved for `seconds`."""
    last, since = moved(), time.monotonic()
    while True:
        asked = time.monotonic()
        if holds():
            return True
        now = moved()
        if now != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > seconds:
            return False
        # Asking may cost a busy database something: it is asked for a fifth of the time at most.
        time.sleep(max(POLL_SECONDS, 4 * (time.monotonic() - asked)))
