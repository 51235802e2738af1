"""`var/local.env`: what `start` decided, read by every later command; the real environment wins."""

import os
from collections.abc import Mapping
from pathlib import Path

from config.bootstrap.folders import LOCAL_ENV

# Kept from start to start. The key-encryption key is not among them: it is the worker's alone.
KEPT = ("TESTAMUR_MODE", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY_FILE", "EMAIL_URL", "ALLOWED_HOSTS")


def read_local_env(folder: Path) -> dict[str, str]:
    """Return what the last start wrote; empty before the first."""
    path = folder / LOCAL_ENV
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def decided_env(folder: Path, *, scheme: str, port: int) -> dict[str, str]:
    """Return the settings of this start: the environment's, else the last start's, else the embedded ones."""
    embedded = {
        "TESTAMUR_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{folder / 'testamur.sqlite3'}",
        "SECRET_KEY_FILE": str(folder / "secrets" / "secret-key"),
    }
    before = read_local_env(folder)
    # The address follows this start's port; what was issued under another keeps its stored ids.
    before["PUBLIC_URL"] = f"{scheme}://localhost:{port}"
    merged = {**embedded, **before, **{name: os.environ[name] for name in KEPT if os.environ.get(name)}}
    return {name: merged[name] for name in KEPT if name in merged}


def write_local_env(folder: Path, values: Mapping[str, str]) -> None:
    """Write the file whole, for its owner alone."""
    text = "# Written by `manage.py start`. The environment of a command wins over this file.\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    write_private(folder / LOCAL_ENV, text.encode())


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 atomically: a reader sees the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
