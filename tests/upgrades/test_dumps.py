"""Databases of older versions move to this one by `prepare`, whole: nothing lost, fsck clean, what waited is done."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from config.bootstrap.folders import ROOT
from tests.upgrades.make_dumps import DUMPS, IN_DJANGO, environment_of

NAMES = ("first-issuing", "before-letters")
"""Of the commits 6a97af5 and afe3d5a."""


@contextmanager
def database_of(dump: Path, var: Path) -> Iterator[str]:
    """Restore a dump; yields the address of its database, empty for the SQLite file of the folder."""
    content = gzip.decompress(dump.read_bytes())
    if ".sqlite3" in dump.name:
        (var / "testamur.sqlite3").write_bytes(content)
        yield ""
        return
    server, name = os.environ["DATABASE_URL"], f"moved_{os.getpid()}"
    moved = urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as own:
        own.execute(f'CREATE DATABASE "{name}"')
        try:
            with psycopg.connect(moved, autocommit=True) as restoring:
                restoring.execute(content)
            yield moved
        finally:
            own.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def moved(dump: Path, var: Path, *, planted: str = "") -> dict[str, Any]:
    """Move a dump in a process of its own, that runs a planted line first; return what `move.py` told."""
    with database_of(dump, var) as database_url:
        command = [sys.executable, "-c", IN_DJANGO + planted + "from tests.upgrades.move import main; main()"]
        environment = environment_of(var, database_url)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("kind", ["sqlite3", "sql"])
@pytest.mark.parametrize("name", NAMES)
def test_database_of_an_older_version_moves_whole(name: str, kind: str, tmp_path: Path) -> None:
    before = json.loads((DUMPS / f"{name}.{kind}.json").read_text())
    told = moved(DUMPS / f"{name}.{kind}.gz", tmp_path)

    assert told["left"] == []
    assert told["breaches"] == []
    # Of a replacement that waited for its holder nothing told what it replaces: it is found again by whose line it is.
    waiting = {pk for pk, state in before["awards"].items() if state == "awaiting_claim"}
    found = {new for new in told["moved"]["replaces"] if new not in before["replaces"]}
    assert len(found) == 1
    assert found <= waiting
    told["moved"]["replaces"] = {new: old for new, old in told["moved"]["replaces"].items() if new not in found}
    for what, expected in before.items():
        assert told["moved"][what] == expected, what
    assert told["moved"]["statement_states"] == {"signed": 1}
    assert told["breaches_then"] == []
    states = Counter(told["drained"]["awards"].values())
    assert states["accepted"] == 0
    assert states["awaiting_claim"] == Counter(before["awards"].values())["awaiting_claim"]
    assert before["replaces"].items() <= told["drained"]["replaces"].items()
    assert before["credentials"].items() <= told["drained"]["credentials"].items()


def test_one_changed_word_in_builder_1_is_told_by_fsck_and_by_its_digests(tmp_path: Path) -> None:
    changed = "from credentials.builders.v1 import entry_words as words\nwords.LABELS['assessment']['en'] = 'Way of testing'\n"
    told = moved(DUMPS / "first-issuing.sqlite3.gz", tmp_path, planted=changed)
    digests = [sys.executable, "-c", changed + "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))", "-q"]
    digests += ["-p", "no:cacheprovider", "tests/credentials/test_frozen_builders.py", "-k", "never_change"]
    tested = subprocess.run(digests, cwd=ROOT, capture_output=True, text=True, check=False)

    (breach,) = told["breaches"]
    assert (breach["invariant"], breach["problem"]) == ("N4", "document differs from the facts that were fixed")
    assert breach["count"] > len(told["moved"]["credentials"]) / 2  # those in English
    assert tested.returncode == 1
    assert [line.split(" - ")[0] for line in tested.stdout.splitlines() if line.startswith("FAILED")] == [
        f"FAILED tests/credentials/test_frozen_builders.py::test_{what}_never_change[builder 1]"
        for what in ("documents", "words")
    ]
