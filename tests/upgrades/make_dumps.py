"""Makes the dumps that `test_dumps.py` moves: `python -m tests.upgrades.make_dumps CHECKOUT NAME`.

CHECKOUT is a working copy of an older commit, with packages that fit it; NAME becomes the dumps' name. For each database
it is prepared and filled by that commit's own code, and written down here: a SQLite file, SQL for PostgreSQL, and
what has to be found again in each. Their keys are sealed under `dumps/key-encryption-key`, which opens nothing else.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from config.bootstrap.secret_files import ensure_secrets
from config.bootstrap.servers import new_postgres, postgres_binaries

KEK = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"  # the builders' of the tests, which fill with it

HERE = Path(__file__).parent
DUMPS = HERE / "dumps"
ADDRESS = "http://localhost:8000"
IN_DJANGO = "import django, config.celery; django.setup()\n"
# Without what the test cannot feed to a server of another build: owners, compression, and commands of psql.
PG_DUMP = ("--inserts", "--rows-per-insert=50", "--no-owner", "--no-privileges", "--no-toast-compression")


def environment_of(var: Path, database_url: str) -> dict[str, str]:
    """Return the environment of an installation in a folder; an empty address is its SQLite file."""
    ensure_secrets(var)
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    chosen = {
        "TESTAMUR_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(var),
        "PUBLIC_URL": ADDRESS,
        "SECRET_KEY_FILE": str(var / "secrets" / "secret-key"),
    }
    return {**passed_on, **chosen, **({"DATABASE_URL": database_url} if database_url else {})}


def filled(checkout: Path, var: Path, database_url: str) -> bytes:
    """Prepare and fill an installation with the code of `checkout`; return what it told."""
    environment = environment_of(var, database_url)
    fill = f"exec(compile(open({str(HERE / 'fill.py')!r}).read(), 'fill.py', 'exec'))"
    for script in ("from django.core.management import call_command; call_command('prepare')", fill):
        command = [sys.executable, "-c", IN_DJANGO + script]
        done = subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, check=True)
    return done.stdout


def write_sqlite(checkout: Path, name: str) -> None:
    """Write `<name>.sqlite3.gz` and what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        told = filled(checkout, var, "")
        copy = var / "copy.sqlite3"
        with closing(sqlite3.connect(var / "testamur.sqlite3")) as data:
            data.execute("VACUUM INTO ?", (str(copy),))
        _write(f"{name}.sqlite3", copy.read_bytes(), told)


def write_postgresql(checkout: Path, name: str) -> None:
    """Write `<name>.sql.gz` and what it holds."""
    binaries = postgres_binaries()
    assert binaries is not None
    server = new_postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            told = filled(checkout, Path(folder), server.url)
        dump = [str(binaries / "pg_dump"), *PG_DUMP, server.url]
        lines = subprocess.run(dump, capture_output=True, check=True).stdout.splitlines(keepends=True)
        _write(f"{name}.sql", b"".join(line for line in lines if not line.startswith(b"\\")), told)
    finally:
        server.remove()


def _write(name: str, dump: bytes, told: bytes) -> None:
    (DUMPS / f"{name}.gz").write_bytes(gzip.compress(dump, 9, mtime=0))
    (DUMPS / f"{name}.json").write_bytes(told)


if __name__ == "__main__":
    checkout, name = Path(sys.argv[1]), sys.argv[2]
    (DUMPS / "key-encryption-key").write_bytes(KEK)
    write_sqlite(checkout, name)
    write_postgresql(checkout, name)
