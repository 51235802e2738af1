"""Database triggers for rows that may not change or not be, in both dialects; used by migrations and app configs only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.models.signals import post_migrate, pre_migrate

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


class RowRule(NamedTuple):
    """What a new row of `table` may not be, where other tables decide that.

    `breach` is a SELECT over NEW that finds something where the rule is broken, in words of both dialects.
    """

    name: str
    table: str
    breach: str
    message: str


def keep_rule(rule: RowRule) -> RunPython:
    """Return the operation that makes PostgreSQL refuse new rows that break a rule; for SQLite see `keep_rule_on_sqlite`."""

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF EXISTS ({rule.breach}) THEN "
                f"RAISE EXCEPTION '{rule.message}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {rule.name} BEFORE INSERT ON {rule.table} FOR EACH ROW EXECUTE FUNCTION {rule.name}()"
            )

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            _dropping(rule.name, rule.table)(apps, editor)

    return RunPython(create, drop)


def keep_rule_on_sqlite(rule: RowRule, config: AppConfig) -> None:
    """Put a rule up after every `migrate` and take it down before, on SQLite alone.

    SQLite could alter no table any more that a trigger of another one names.
    """

    def put_up(*, using: str, **_event: object) -> None:
        connection = connections[using]
        if _on_sqlite(connection, rule):
            _execute(
                connection,
                f"CREATE TRIGGER IF NOT EXISTS {rule.name} BEFORE INSERT ON {rule.table} "
                f"WHEN EXISTS ({rule.breach}) BEGIN SELECT RAISE(ABORT, '{rule.message}'); END",
            )

    def take_down(*, using: str, **_event: object) -> None:
        if _on_sqlite(connections[using], rule):
            _execute(connections[using], f"DROP TRIGGER IF EXISTS {rule.name}")

    pre_migrate.connect(take_down, sender=config, weak=False, dispatch_uid=f"{rule.name} down")
    post_migrate.connect(put_up, sender=config, weak=False, dispatch_uid=f"{rule.name} up")


def _on_sqlite(connection: BaseDatabaseWrapper, rule: RowRule) -> bool:
    return connection.vendor == "sqlite" and rule.table in connection.introspection.table_names()


def _execute(connection: BaseDatabaseWrapper, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


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
