"""One item, one fate: what goes wrong with one of many things is told, and keeps nothing else waiting."""

from __future__ import annotations

from collections.abc import Callable

from registry.alarms import AlarmCode, raise_alarm


def goes_well(act: Callable[[], object], *, alarm: AlarmCode, subject: str = "") -> bool:
    """Do one of many things and tell whether it went well; what it raises is an alarm about `subject`.

    For loops over what belongs to different people. An act that is a transaction is undone by itself.
    """
    try:
        act()
    except Exception:  # noqa: BLE001 - the alarm tells it
        raise_alarm(alarm, subject=subject)
        return False
    return True
