"""How the web server is started, in one place: by `start`, by tests and by benchmarks. The image says the same."""

from __future__ import annotations

import sys

APPLICATION = "config.web:application"
WORKERS = 2
HEADER_MILLISECONDS = 10_000
"""How long a request's head may take to arrive."""


STOP_SECONDS = 15
"""How long requests may go on when the server is told to stop: a file may take longer, and is completed when sent again."""


def granian_command(*, host: str, port: int, application: str = APPLICATION, workers: int = WORKERS) -> list[str]:
    """Return the command line of the web server."""
    command = [
        sys.executable,
        "-m",
        "config.granian",
        "--interface",
        "rsgi",
        "--no-ws",
        "--host",
        host,
        "--port",
        str(port),
    ]
    command += ["--workers", str(workers), "--workers-kill-timeout", str(STOP_SECONDS)]
    command += ["--http1-header-read-timeout", str(HEADER_MILLISECONDS)]
    return [*command, "--log-level", "warning", application]
