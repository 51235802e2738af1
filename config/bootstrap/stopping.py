"""How a running house learns that it shall stop."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal went away."""


class StopWish:
    """Notes a signal and tells it where stopping is safe.

    A handler only leaves a mark. An exception out of a handler can strike anywhere, also where a lock
    is held (`Popen.poll` has one), and then the very wait for the children never ends.
    """

    def __init__(self) -> None:
        self.is_there = False

    def listen(self) -> None:
        """Take over the signals; a hang-up that is ignored (`nohup`) stays ignored."""
        for sign in SIGNALS:
            if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:
                signal.signal(sign, self._note)

    def _note(self, _sign: int, _frame: FrameType | None) -> None:
        self.is_there = True

    def check(self) -> None:
        """Raise StoppedError when there was a signal."""
        if self.is_there:
            raise StoppedError
