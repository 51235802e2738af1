"""Takes the steps that squashed migrations replace: `python -m tests.upgrades.steps [ROOM NAME]...`, up to these or all.

What a new installation never does, and what an older one does where it left off.
"""

from __future__ import annotations

import sys

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def take_steps(*targets: tuple[str, str]) -> None:
    """Migrate an empty database up to each of these old steps; without any, through all of them.

    No squashed migration is recorded afterwards, as the version before these knew none.
    """
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    squashed = executor.loader.replacements
    rooms = {app for app, _name in squashed}
    ends = [node for node in executor.loader.graph.leaf_nodes() if node[0] in rooms and node not in squashed]
    executor.migrate(list(targets or ends))
    for app, name in squashed:
        MigrationRecorder(connection).record_unapplied(app, name)


def steps_left() -> list[str]:
    """Return what `prepare` would do now in the rooms that have squashed migrations."""
    executor = MigrationExecutor(connection)
    rooms = {app for app, _name in executor.loader.replacements}
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [
        f"{migration.app_label} {migration.name}" for migration, _backwards in plan if migration.app_label in rooms
    ]


def squashed_not_recorded() -> list[str]:
    """Return the squashed migrations that the database does not know as applied."""
    known = MigrationRecorder(connection).applied_migrations()
    return [f"{app} {name}" for app, name in MigrationLoader(None).replacements if (app, name) not in known]


if __name__ == "__main__":
    django.setup()
    take_steps(*zip(sys.argv[1::2], sys.argv[2::2], strict=True))
