import re

import pytest

from config.bootstrap.folders import ROOT
from config.bootstrap.local_env import decided_env, read_local_env, write_local_env

SETTINGS = (ROOT / "config" / "settings.py").read_text()
TABLE = (ROOT / "docs" / "operators.md").read_text()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "TESTAMUR_MODE", "PUBLIC_URL", "EMAIL_URL", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)


def test_every_variable_is_documented():
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS)) | {"KEY_ENCRYPTION_KEY_FILE", "VAR_DIR"}

    assert len(read) > 10
    assert {name for name in read if f"`{name}`" not in TABLE} == set()


def test_first_start_decides_the_embedded_house(tmp_path):
    decided = decided_env(tmp_path, scheme="http", port=8000)

    assert decided == {
        "TESTAMUR_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{tmp_path}/testamur.sqlite3",
        "PUBLIC_URL": "http://localhost:8000",
        "SECRET_KEY_FILE": f"{tmp_path}/secrets/secret-key",
    }


def test_what_the_environment_gave_once_is_kept_but_the_address_follows_the_port(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/n")
    monkeypatch.setenv("PUBLIC_URL", "https://one.example")
    first = decided_env(tmp_path, scheme="http", port=8000)
    write_local_env(tmp_path, first)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("PUBLIC_URL")

    second = decided_env(tmp_path, scheme="https", port=8001)

    assert read_local_env(tmp_path) == first
    assert first["PUBLIC_URL"] == "https://one.example"
    assert second["DATABASE_URL"] == "postgres://u:p@h/n"
    assert second["PUBLIC_URL"] == "https://localhost:8001"


def test_limits_and_sessions_are_kept_in_the_database_and_never_in_redis(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")
    assert settings.CACHES["pages"]["TIMEOUT"] <= 5
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_acknowledged_means_written_whatever_the_server_says(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_broker_cannot_hang_a_process_for_ever(settings):
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 10
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"] <= 5
