"""The process of `bench history` that acts in one installation: reads acts from standard input, writes what each cost."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import django

SHOWN = 400
WHOLE_SECONDS = 1_000_000_000


def main() -> None:
    """Answer each line `ACT TIMES` by one line of JSON, until there are no more."""
    django.setup()
    import_module("config.celery")  # the drain runs the tasks of the house's application
    from bench.process import KEY_ENCRYPTION_KEY
    from issuing.signing import set_key_encryption_key_source

    set_key_encryption_key_source(lambda: KEY_ENCRYPTION_KEY)
    acts = _acts()
    for line in sys.stdin:
        act, times = line.split()
        before = cpu_seconds()
        for _ in range(int(times)):
            acts[act]()
        sys.stdout.write(json.dumps({"cpu_seconds": cpu_seconds() - before}) + "\n")
        sys.stdout.flush()


def _acts() -> dict[str, Callable[[], None]]:
    """Return what can be asked for; each is one act as a visitor, a program or the worker meets it."""
    numbers = _opened()
    pages, lists, revoked = _forever(numbers), _list_addresses(), iter(numbers)
    ask, headers = _client(), _key_headers()
    return {
        "award": _award,
        "page": lambda: ask(f"/c/{next(pages)}", {}),
        "list": lambda: ask("/api/v1/awards", headers),
        "status_list": lambda: _publish(next(revoked), ask, lists),
    }


def _opened() -> list[str]:
    """Open some credentials from all over the history to strangers; return their numbers."""
    from bench.unlocking import vouch
    from issuing.models import Credential

    vouch()
    # Ids are random, so a place among them is too; to read a million of them would leave a process of another size.
    numbers = random.Random(7)  # noqa: S311 - the same places each time
    behind = (Credential.objects.filter(pk__gte=UUID(int=numbers.getrandbits(128))) for _ in range(SHOWN))
    firsts = (rows.order_by("pk").values_list("pk", flat=True).first() for rows in behind)
    chosen = list(dict.fromkeys(first for first in firsts if first is not None))
    Credential.objects.filter(pk__in=chosen).update(visibility="unlisted")
    return [str(number) for number in chosen]


def _forever(values: list[str]) -> Iterator[str]:
    return (values[number % len(values)] for number in count())


def _list_addresses() -> dict[Any, str]:
    from issuing.models import StatusList

    return {pk: f"/status/{pk}" for pk in StatusList.objects.values_list("pk", flat=True)}


def _client() -> Callable[[str, dict[str, str]], None]:
    """Return what asks the web application in this process; an answer that is not 200 is an error."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")

    def ask(path: str, headers: dict[str, str]) -> None:
        answer = client.get(path, **headers)  # type: ignore[arg-type]
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP OK
            raise RuntimeError(f"{path} answered {answer.status_code}")

    return ask


def _key_headers() -> dict[str, str]:
    from registry.actors import SYSTEM
    from registry.models import Node
    from registry.permissions import Scope
    from registry.services import create_api_key

    _key, secret = create_api_key(
        node=Node.objects.get(parent=None), name="bench", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def _award(numbers: Iterator[int] = count()) -> None:  # noqa: B008 - one counter for the process
    """Award one person, and sign it as the worker does."""
    from catalogue.models import Achievement
    from issuing.draining import drain, worker_name
    from issuing.services import AwardOrder, ResultOrder, award_achievement
    from registry.actors import SYSTEM
    from registry.services import Recipient

    number = next(numbers)
    achievement = Achievement.objects.select_related("issuer__node", "organisation").get()
    recipient = Recipient(name=f"History Example {number}", email=f"history{os.getpid()}-{number}@example.org")
    order = AwardOrder(achievement=achievement, recipient=recipient, results=(ResultOrder(value="80"),))
    award_achievement(order=order, actor=SYSTEM)
    if drain(worker=worker_name()) != 1:
        raise RuntimeError("the award was not signed")


def _publish(number: str, ask: Callable[[str, dict[str, str]], None], lists: dict[Any, str]) -> None:
    """Revoke one credential, publish the list that it is in, and read that list."""
    import uuid

    from issuing.draining import drain, worker_name
    from issuing.models import Award
    from issuing.services import revoke_credential
    from registry.actors import SYSTEM

    revoke_credential(credential_id=uuid.UUID(number), reason="Measured.", actor=SYSTEM)
    drain(worker=worker_name())
    ask(lists[Award.objects.values_list("status_list_id", flat=True).get(pk=number)], {})


def cpu_seconds() -> float:
    """Return the CPU time of this process and of the database's backends that serve it, from /proc."""
    return sum(_cpu_of(pid) for pid in [os.getpid(), *_backends()])


def _backends() -> list[int]:
    """Return the process ids of this database's backends, where it runs on this machine; SQLite has none."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [int(row[0]) for row in cursor.fetchall()]


def _cpu_of(pid: int) -> float:
    """Return the time on a processor of all threads of a process (proc(5): schedstat, in nanoseconds)."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / WHOLE_SECONDS


if __name__ == "__main__":
    main()
