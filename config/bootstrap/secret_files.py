"""The secrets of a checkout, made at the first start: `var/secrets/`, readable by their owner alone."""

import base64
import os
import secrets
from pathlib import Path

from config.bootstrap.local_env import write_private

DJANGO_KEY = "secret-key"
KEY_ENCRYPTION_KEY = "key-encryption-key"
KEY_VARIABLES = ("KEY_ENCRYPTION_KEY_FILE", "KEY_ENCRYPTION_KEY_FD")


def ensure_secrets(var: Path) -> None:
    """Make what is missing; never replace a secret, since keys in the database were sealed under it."""
    folder = var / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, size in ((DJANGO_KEY, 48), (KEY_ENCRYPTION_KEY, 32)):
        if not (folder / name).exists():
            write_private(folder / name, base64.b64encode(secrets.token_bytes(size)) + b"\n")


def key_encryption_key(var: Path) -> bytes:
    """Return the worker's key: 32 bytes in base64 and a line end."""
    given = os.environ.get("KEY_ENCRYPTION_KEY_FILE")
    return (Path(given) if given else var / "secrets" / KEY_ENCRYPTION_KEY).read_bytes()


def environment_without_key() -> dict[str, str]:
    """Return the environment for everybody but the worker: neither the key's path nor its value."""
    return {name: value for name, value in os.environ.items() if name not in KEY_VARIABLES}
