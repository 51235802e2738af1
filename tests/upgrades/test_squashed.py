"""A new database, made by one migration a room, is what the migrations that it replaces make step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader

from config.bootstrap.folders import ROOT
from tests.upgrades.make_dumps import environment_of

ROOMS = {"registry", "catalogue", "issuing"}


@contextmanager
def empty_database(kind: str, var: Path) -> Iterator[str]:
    """Yield the address of a new database; empty for the SQLite file of the folder."""
    if kind == "sqlite":
        yield ""
        return
    server, name = os.environ["DATABASE_URL"], f"squashed_{os.getpid()}_{var.name}"
    with psycopg.connect(server, autocommit=True) as own:
        own.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            own.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def made(kind: str, var: Path, *way: str) -> dict[str, Any]:
    """Make a database in a process of its own; return what it consists of."""
    var.mkdir()
    with empty_database(kind, var) as database_url:
        command = [sys.executable, "-m", "tests.upgrades.schema", *way]
        environment = environment_of(var, database_url)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_new_database_is_what_the_old_steps_make(kind: str, tmp_path: Path) -> None:
    new, old = made(kind, tmp_path / "new"), made(kind, tmp_path / "old", "old")

    assert old["left"] == []
    assert sum(len(rows) for rows in old["schema"].values()) > 100
    for what, rows in old["schema"].items():
        assert new["schema"][what] == rows, what


def test_a_room_has_one_migration_in_the_place_of_all_before_it() -> None:
    loader = MigrationLoader(None)

    assert {app for app, _name in loader.replacements} == ROOMS
    rooms = sorted({*ROOMS, "verification"})
    assert [app for room in rooms for app, _name in loader.graph.root_nodes(room)] == rooms
    begins = {loader.graph.root_nodes(app)[0] for app in ROOMS}
    assert begins == set(loader.replacements), "what came later stands behind it"
