"""What the database itself refuses stands on SQLite and on PostgreSQL alike, after every migration."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import IntegrityError, connection, transaction

from config.bootstrap.folders import ROOT
from tests.catalogue.builders import build_published

POSTGRESQL_ALONE = "_used_by_"


@pytest.fixture(scope="module")
def sqlite_triggers(tmp_path_factory):
    """Return the names of the triggers in a new SQLite database, after all migrations."""
    var = tmp_path_factory.mktemp("sqlite")
    env = os.environ | {"DATABASE_URL": f"sqlite:///{var}/t.sqlite3", "VAR_DIR": str(var), "TESTAMUR_MODE": "test"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    with closing(sqlite3.connect(var / "t.sqlite3")) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def test_sqlite_refuses_what_postgresql_refuses(db, sqlite_triggers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        names = {name for (name,) in cursor.fetchall() if POSTGRESQL_ALONE not in name}

    assert "catalogue_achievementversion_no_update" in names
    assert sqlite_triggers == names


@pytest.mark.parametrize(("column", "value"), [("mode", "online"), ("credit_bearing", "credit"), ("qa_kind", "none")])
def test_a_published_versions_typed_values_are_fixed_too(db, column, value):
    version = build_published()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(**{column: value})
