"""A fixed page of 6 KB: what the server can do when nothing has to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_BODY = b"<!doctype html><html><body>" + b"x" * (6 * 1024) + b"</body></html>"
_HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(_BODY)))]


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer everything with the same bytes (PEP 3333)."""
    start_response("200 OK", _HEADERS)
    return [_BODY]
