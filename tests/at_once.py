"""Acts as cases, and what every one of them is asked: by strangers, twice at once, and by whoever loses the role."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from inspect import isfunction, signature
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from issuing.models import Letter, LetterKind
from registry.actors import SYSTEM, Actor, actor_for_machine, actor_for_user
from registry.errors import RegistryError
from registry.models import ApiKey, AuditEntry, Membership, Node, Role
from registry.permissions import SCOPE_FOR, Scope
from registry.services import create_api_key
from tests.registry.builders import build_member, build_organisation, build_user, root_of

Did = Callable[[], object]
ROOMS = ("registry", "catalogue", "issuing")
PATIENCE = 30.0
BLOCKED = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
DONE = ""
REFUSED = {"not-found", "role-required", "scope-required", "learner-unknown", "forbidden"}


@dataclass(kw_only=True)
class Case:
    """One act, ready to be done once.

    Args:
        do: the act, by an actor.
        node: where its actor has `role`; who needs no role there is `actor`.
        entry: what the audit trail calls it.
        entries: how many of them two acts at once write.
        second: the code that a second one at once is told; empty where it is told that it is done.
        row: what the act holds, or waits for.
        of_unknown: the act on an id that nobody has, where it names its object by an id.
    """

    do: Callable[[Actor], object]
    node: Node | None = None
    role: Role = Role.AWARDER
    actor: Actor | None = None
    entry: str = ""
    entries: int = 1
    second: str = DONE
    row: models.Model | None = None
    of_unknown: Callable[[Actor], object] | None = None

    def some_actor(self) -> Actor:
        """Return somebody who may do it."""
        if self.actor is not None:
            return self.actor
        assert self.node is not None
        return build_member(self.node, self.role)


Cases = Mapping[str, Callable[[], Case]]


def acts_in(services: ModuleType) -> set[str]:
    """Return the functions of a room's services that somebody does: they say who."""
    functions = {name: getattr(services, name) for name in services.__all__}
    return {name for name, one in functions.items() if isfunction(one) and "actor" in signature(one).parameters}


# -- how things are asked -------------------------------------------------------------------------------


def told(act: Did) -> str:
    """Return the code that an act is refused with, the empty string where it was done; a refusal has a sentence too."""
    refused: RegistryError | None = None
    try:
        act()
    except RegistryError as refusal:
        refused = refusal
    if refused is None:
        return DONE
    assert refused.code, refused
    assert refused.sentence(), refused
    return refused.code


def elsewhere(act: Did) -> str:
    """Return what `told` does, from a thread with a connection of its own."""
    try:
        return told(act)
    finally:
        connection.close()


def at_once(first: Did, second: Did, *, meanwhile: Did = lambda: None) -> str:
    """Do `first` and, before that is committed, let `second` begin on another connection; return what it is told.

    `second` either has to wait for what `first` holds, or goes through beside it: then both have been done at once.
    `meanwhile` is done and committed on a third connection while `second` waits.
    """
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(elsewhere, second)
            _wait_until_it_waits(future)
            assert pool.submit(elsewhere, meanwhile).result(PATIENCE) == DONE
        return future.result(PATIENCE)


def _wait_until_it_waits(future: Future[str]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not future.done():
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            if cursor.fetchone():
                return
        time.sleep(0.01)


def everything() -> dict[str, list[Any]]:
    """Return every row of the rooms that keep something, by table."""
    tables = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in tables}


def changed(before: dict[str, list[Any]]) -> list[str]:
    """Return the tables that are not as they were."""
    return [name for name, rows in everything().items() if rows != before[name]]


# -- what is asked --------------------------------------------------------------------------------------


def build_machine_at(node: Node) -> Actor:
    """Return a key with every scope."""
    key, _secret = create_api_key(node=node, name="key", scopes=list(Scope), actor=SYSTEM)
    return actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))


def _strangers() -> Iterator[tuple[str, Actor]]:
    """Yield whoever may do everything in another organisation, and whoever belongs to none."""
    root = root_of(build_organisation())
    yield "owner", build_member(root, Role.OWNER)
    yield "key", build_machine_at(root)
    yield "nobody", actor_for_user(build_user())


def ask_by_strangers(case: Case) -> None:
    """Demand that nobody of another organisation does it, changes anything, or learns that there is something."""
    for who, stranger in _strangers():
        before = everything()

        code = told(lambda stranger=stranger: case.do(stranger))  # type: ignore[misc]

        assert code in REFUSED, who
        if case.of_unknown is not None:
            unknown = told(lambda stranger=stranger: case.of_unknown(stranger))  # type: ignore[misc]
            assert code == unknown, f"{who} learns that it exists"
        assert changed(before) == [], who
    assert told(lambda: case.do(case.some_actor())) == DONE


def wrong_when_twice(cases: Cases) -> Iterator[str]:
    """Yield what is not done once, or whose second one is told something else, where two do it at once."""
    for name, build in cases.items():
        case = build()
        actors = [case.some_actor(), case.some_actor()]
        letters = set(Letter.objects.values_list("pk", flat=True))
        entries = set(AuditEntry.objects.values_list("pk", flat=True))

        code = at_once(*(lambda actor=actor: case.do(actor) for actor in actors))  # type: ignore[misc]  # noqa: B023

        acts = list(AuditEntry.objects.exclude(pk__in=entries).values_list("act", flat=True))
        twice = _letters_twice(letters)
        if (code, acts.count(case.entry), twice) != (case.second, case.entries, []):
            yield f"{name}: told {code!r}, {acts}, {twice}"


def _letters_twice(since: set[int]) -> list[str]:
    """Return the kinds of which one award got more than one letter, reminders aside."""
    new = Letter.objects.exclude(pk__in=since).exclude(kind=LetterKind.REMINDER)
    count = Counter(new.values_list("award_id", "kind"))
    return [kind for (_award, kind), times in count.items() if times > 1]


def wrong_when_the_role_is_lost(cases: Cases) -> Iterator[str]:
    """Yield what is done all the same by who has lost the role, or whose key has ended, while it waited for a row."""
    for name, build in cases.items():
        case = build()
        if case.node is None or case.row is None:
            continue
        held = type(case.row)._default_manager.select_for_update().filter(pk=case.row.pk)
        for actor, lose in _losing(case, case.node):
            before = everything()

            code = at_once(
                lambda: list(held.all()),  # noqa: B023 - called before it changes
                lambda: case.do(actor),  # noqa: B023
                meanwhile=lose,
            )

            if code not in REFUSED or len(changed(before)) != 1:
                yield f"{name}: {actor.kind} told {code!r}, changed {changed(before)}"


def _losing(case: Case, node: Node) -> Iterator[tuple[Actor, Did]]:
    """Yield who may do an act, people and machines, and how they lose that."""
    person = build_member(node, case.role)
    yield person, Membership.objects.filter(user_id=person.user_id).delete
    if case.role in SCOPE_FOR:
        key = build_machine_at(node)
        yield key, lambda: ApiKey.objects.filter(pk=key.id).update(revoked_at=timezone.now())
