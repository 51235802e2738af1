"""The first run's broker: kombu's folder transport, with messages that appear whole or not at all.

kombu writes a message into the folder that readers list, so a reader can take a file that is still empty; the
worker then dies of `JSONDecodeError` (seen ten times in six minutes on a busy machine). A message is written
beside the folder's messages under a name that no reader looks for, and renamed.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's channel with an atomic put."""

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:
        """Put a message into the queue; readers see it once it is complete."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}"
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.replace(folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"cannot add a message to {folder}") from error


class Transport(filesystem.Transport):
    """The transport behind `folder://`."""

    Channel = Channel
