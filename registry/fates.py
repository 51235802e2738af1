"""One item, one fate: what goes wrong with one of many things is told, and keeps nothing else waiting."""

from __future__ import annotations

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


def goes_well(act: Callable[[], object], *, alarm: str, **ids: object) -> bool:
    """Do one of many things and tell whether it went well; what it raises is logged as `alarm.<alarm>` with its ids.

    For loops over what belongs to different people. An act that is a transaction is undone by itself.
    """
    try:
        act()
    except Exception:
        log.exception(f"alarm.{alarm}", **ids)
        return False
    return True
