"""A long request in a process of its own: seconds of Python would hold every page of the web process.

The process is started for one request and ends with it, so that an idle house has none. It is nicer than all others,
and has a time: what it accepted until then stays, and the same file sent again is completed (issuing.services.batches).
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO

from config.bootstrap.folders import ROOT
from config.serving import Answer, served

NICER = 10
LENGTH = struct.Struct(">I")


class UnansweredError(Exception):
    """The process did not answer in its time, or died."""


def answered_apart(environ: Mapping[str, Any], body: bytes, *, seconds: float) -> Answer:
    """Have a process of its own answer a request, by the same application.

    Raises:
        UnansweredError: not in `seconds`.
    """
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.apart", str(int(seconds) + 1)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            output, _ = process.communicate(_packed(told, body), timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise UnansweredError from error
    if process.returncode != 0:
        raise UnansweredError
    (status, headers), answer = _unpacked(BytesIO(output))
    return Answer(status, [(name, value) for name, value in headers], answer)


def _packed(head: Any, body: bytes) -> bytes:
    text = json.dumps(head).encode()
    return LENGTH.pack(len(text)) + text + body


def _unpacked(source: BinaryIO) -> tuple[Any, bytes]:
    (length,) = LENGTH.unpack(source.read(LENGTH.size))
    return json.loads(source.read(length)), source.read()


def main() -> None:
    """Answer the request that comes by standard input, within the seconds that the command line gives."""
    signal.alarm(int(sys.argv[1]))
    os.nice(NICER)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    told, body = _unpacked(sys.stdin.buffer)
    from django.core.wsgi import get_wsgi_application

    environ = told | {"wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.run_once": True}
    answer = served(get_wsgi_application(), environ)
    sys.stdout.buffer.write(_packed([answer.status, answer.headers], answer.body))


if __name__ == "__main__":
    main()
