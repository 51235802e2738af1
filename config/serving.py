"""One request through Django, and the whole of its answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Any]
"""A WSGI application (PEP 3333)."""


class Answer(NamedTuple):
    """Status, headers and body; the body of a file is that on the disk."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    file: BinaryIO | None = None


def served(application: Application, environ: Environ) -> Answer:
    """Let an application answer; the whole answer is taken up, so that no visitor's pace holds a thread.

    A file on the disk (`registry.disk_files`) stays there, whatever its length.
    """
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        started.extend((int(status[:3]), headers))
        return lambda _data: None

    parts = application(environ, start)
    try:
        if (file := getattr(parts, "on_disk", None)) is not None:
            return Answer(started[0], started[1], b"", os.fdopen(os.dup(file.fileno()), "rb"))
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Answer(started[0], started[1], body)
