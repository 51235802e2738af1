"""Prints as JSON what the database that the environment names consists of, in an order that no history shows in.

`python -m tests.upgrades.schema [old]` makes it first: as a new installation does, or with `old` as one that took every
step of the versions before, and then comes to this one.
"""

from __future__ import annotations

import json
import re
import sys

import django
from django.core.management import call_command
from django.db import connection

from tests.upgrades.steps import steps_left, take_steps

POSTGRESQL = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attcompression,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "relations": """
        SELECT relname, relkind, reloptions, pg_get_indexdef(oid) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace""",
    "constraints": """
        SELECT conrelid::regclass, conname, contype, condeferrable, condeferred, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}
SQLITE = {"all": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"}
RECORDED = {"recorded": "SELECT app, name FROM django_migrations"}


def schema() -> dict[str, list[list[str]]]:
    """Return what there is by kind, as sorted rows of texts."""
    questions = RECORDED | (POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
    with connection.cursor() as cursor:
        told = {}
        for kind, question in questions.items():
            cursor.execute(question)
            told[kind] = sorted([_orderless(str(value)) for value in row] for row in cursor.fetchall())
    return told


def _orderless(text: str) -> str:
    """Return SQLite's text of a table with its columns and constraints sorted; any other text as it is."""
    if not text.startswith("CREATE TABLE"):
        return text
    head, _, body = text.partition("(")
    parts, depth = [""], 0
    for piece in re.split(r"([(),])", body[: body.rindex(")")]):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return f"{head.strip()} {sorted(part.strip() for part in parts)}"


def main() -> None:
    """Make the database, and tell what is left to do between the old steps and `migrate`."""
    left = []
    if "old" in sys.argv:
        take_steps()
        left = steps_left()
    call_command("migrate", verbosity=0)
    json.dump({"left": left, "schema": schema()}, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main()
