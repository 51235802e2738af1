"""An answer that is a file on the disk: the web server reads it from there, at its reader's pace."""

from __future__ import annotations

from typing import IO, Any

from django.http import FileResponse


class DiskFileResponse(FileResponse):
    """A file whose bytes need not pass through us; `on_disk` is kept where middleware wraps what is streamed."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.on_disk = file
