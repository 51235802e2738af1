"""Database triggers for rows that may not change, in both dialects; used by migrations only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

Apps = Any


def refuse_changes(table: str, event: str, *, when: str = "", message: str) -> RunPython:
    """Return the operation that makes the database refuse `event` ("UPDATE" or "DELETE") on `table`.

    `when` is a condition over OLD and NEW that both dialects understand; empty means always. Run it again after every
    migration that alters `table`: SQLite alters a table by making a new one, and the old one's triggers go with it.
    """
    name = f"{table}_no_{event.lower()}"
    return RunPython(_creating(name, table, event, when, message), _dropping(name, table))


def refuse_deleting_what_is_used(table: str, *, user: str, column: str) -> RunPython:
    """Return the operation that keeps rows of `table` while `column` of the table `user` names their id.

    Half a foreign key, for tables that are filled in bulk: a delete is looked at, an insert costs nothing. PostgreSQL
    alone: SQLite could not alter `user` any more while a trigger of another table names it.
    """
    name = f"{table}_used_by_{user}"

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "postgresql":
            return
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - names are ours
            f"IF EXISTS (SELECT 1 FROM {user} WHERE {column} = OLD.id) THEN "
            f"RAISE EXCEPTION 'A row of {user} points here.' USING ERRCODE = 'foreign_key_violation'; END IF; "
            f"RETURN OLD; END $$"
        )
        editor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            _dropping(name, table)(apps, editor)

    return RunPython(create, drop)


def _creating(
    name: str, table: str, event: str, when: str, message: str
) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    condition = f"WHEN ({when})" if when else ""

    def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        _dropping(name, table)(apps, editor)
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()"
            )
            return
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    return create


def _dropping(name: str, table: str) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            return
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")

    return drop
