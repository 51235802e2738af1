"""Children that never outlive us, and the unprivileged user that servers run as."""

import ctypes
import os
import pwd
import signal
import sys
from typing import TypedDict

PR_SET_PDEATHSIG = 1
NOBODY = 65534


class Account(TypedDict, total=False):
    """The arguments of `subprocess` that choose a user; empty means our own."""

    user: int
    group: int
    extra_groups: list[int]


def die_with_parent(sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when its parent ends, however it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)


def unprivileged() -> Account:
    """Return `nobody` when we are root, else nothing to change."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
