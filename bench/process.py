"""One process of `bench bulk`: prepares the database, works as a worker, or awards the file and takes the time."""

from __future__ import annotations

import base64
import json
import resource
import select
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django

KEY_ENCRYPTION_KEY = base64.b64encode(b"the benchmark's throw-away key..") + b"\n"
IDLE_SECONDS = 0.05
LEASE_SECONDS = 30.0


def main(arguments: list[str]) -> None:
    """Run a role and write what it found as the last line of standard output."""
    django.setup()
    import_module("config.celery")  # the drain runs the tasks of the house's application
    role, *rest = arguments
    roles: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": prepare,
        "work": work,
        "award": award,
        "fill": fill,
        "settle": settle,
        "tree": tree,
        "spread": spread,
        "furnish": furnish,
    }
    told = roles[role](*rest)
    sys.stdout.write(json.dumps(told) + "\n")


def prepare() -> dict[str, Any]:
    """Make the tables, an issuer with its key, and an achievement to award."""
    from django.core.management import call_command

    from bench.scene import build_scene
    from catalogue.models import Achievement
    from issuing.draining import drain, worker_name
    from issuing.signing import set_key_encryption_key_source

    call_command("migrate", verbosity=0)
    if not Achievement.objects.exists():
        build_scene()
    set_key_encryption_key_source(lambda: KEY_ENCRYPTION_KEY)
    drain(worker=worker_name())
    return {}


def work() -> dict[str, Any]:
    """Drain as the worker does, until standard input is closed."""
    from issuing.draining import drain, worker_name
    from issuing.signing import set_key_encryption_key_source

    set_key_encryption_key_source(lambda: KEY_ENCRYPTION_KEY)
    name = worker_name()
    began = time.process_time()
    while not select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        drain(worker=name, lease_seconds=LEASE_SECONDS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"megabytes": round(peak), "cpu_seconds": time.process_time() - began}


def fill(rows: str) -> dict[str, Any]:
    """Award files until there are so many credentials, each file signed before the next one comes."""
    from bench.scene import fill_up

    return fill_up(int(rows))


def tree(faculties: str, achievements: str) -> dict[str, Any]:
    """Make the organisation of the console's bench: so many faculties and achievements, and their keys."""
    from bench.console_scene import build_tree
    from issuing.draining import drain, worker_name
    from issuing.signing import set_key_encryption_key_source

    build_tree(int(faculties), int(achievements))
    set_key_encryption_key_source(lambda: KEY_ENCRYPTION_KEY)
    while drain(worker=worker_name()):
        pass
    return {}


def spread(rows: str) -> dict[str, Any]:
    """Award files of many achievements until there are so many credentials."""
    from bench.console_scene import spread as spread_over

    spread_over(int(rows))
    return {}


def furnish() -> dict[str, Any]:
    """Make one of each further thing that pages of the console are about; what the worker does for them is done."""
    from bench.console_things import furnish as make_things
    from issuing.draining import drain, worker_name
    from issuing.signing import set_key_encryption_key_source

    make_things()
    set_key_encryption_key_source(lambda: KEY_ENCRYPTION_KEY)
    while drain(worker=worker_name()):
        pass
    return {}


def settle() -> dict[str, Any]:
    """Let the database finish what it puts off behind a bulk load, as it has in a house with a history.

    Else the first look at each row would mark it as seen and write its page, and PostgreSQL's own housekeeping would
    fall into what is measured.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
    return {}


def award(rows: str) -> dict[str, Any]:
    """Award a file of so many rows and wait until everything is stored, listed and queued for delivery."""
    from bench.scene import award_file, limits

    figures = award_file(int(rows))
    return figures | limits(int(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
