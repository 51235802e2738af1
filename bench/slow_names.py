"""The product's web application where some names are slow to resolve: no machine of strangers is needed to measure."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

SLOW, SLOW_SECONDS = ".slow.example", 30.0

_web = import_module("config.web")
_sockets: Any = vars(import_module("registry.fetch"))["socket"]
_resolve = _sockets.getaddrinfo


def _slowly(host: Any, *arguments: Any, **named: Any) -> Any:
    if isinstance(host, str) and host.endswith(SLOW):
        time.sleep(SLOW_SECONDS)
    return _resolve(host, *arguments, **named)


_sockets.getaddrinfo = _slowly
application = _web.application
