"""The broker of a house without Redis: kombu's folder of messages, made safe for readers beside writers.

kombu writes a message, and its table of queues, under the final name, so that a reader can find either
empty. That ends the whole worker (seen every half minute on a busy machine). Here a message appears whole
or not at all, and the table has one user at a time.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel whose messages appear by renaming."""

    def _put(self, queue: str, payload: dict[str, Any], **_options: Any) -> None:
        """Put one message into a queue: a draft first, whose name no reader looks for."""
        folder, name = Path(self.data_folder_out), f"{monotonic_ns():020d}-{uuid4().hex}"
        draft = folder / f"draft-{name}"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.replace(folder / f"{name}.{queue}.msg")

    def _queue_bind(self, *binding: str) -> None:
        with self._table_alone():
            super()._queue_bind(*binding)

    def get_table(self, exchange: str) -> list[tuple[str, str, str]]:
        """Return (routing key, pattern, queue) of an exchange's bindings."""
        with self._table_alone():
            return list(super().get_table(exchange))

    @contextmanager
    def _table_alone(self) -> Iterator[None]:
        folder = Path(self.control_folder)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's file transport with our channel."""

    Channel = Channel
