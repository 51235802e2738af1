"""One request through Django, and the whole of its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Any]
"""A WSGI application (PEP 3333)."""


class Answer(NamedTuple):
    """Status, headers and body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def served(application: Application, environ: Environ) -> Answer:
    """Let an application answer; the whole answer is taken up, so that no visitor's pace holds a thread."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        started.extend((int(status[:3]), headers))
        return lambda _data: None

    parts = application(environ, start)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Answer(started[0], started[1], body)
