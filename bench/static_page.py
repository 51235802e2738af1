"""A fixed page of 6 KB: what the server can do when nothing has to be done."""

from __future__ import annotations

from typing import Any

_BODY = b"<!doctype html><html><body>" + b"x" * (6 * 1024) + b"</body></html>"
_HEADERS = [("content-type", "text/html; charset=utf-8")]


async def application(_scope: Any, proto: Any) -> None:
    """Answer everything with the same bytes (RSGI)."""
    proto.response_bytes(200, _HEADERS, _BODY)
