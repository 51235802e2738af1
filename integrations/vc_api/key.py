"""The throw-away key of the conformance endpoints: one per VAR_DIR, shared by its web processes."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from credentials.dids import did_key
from credentials.multikey import encode_multikey

KEY_FILE = "vc-api-key"


def throw_away_key() -> Ed25519PrivateKey:
    """Return the key, made on first use. It signs for anyone and stands for nobody."""
    return _key_in(Path(settings.VAR_DIR))


@cache
def _key_in(folder: Path) -> Ed25519PrivateKey:
    path = folder / KEY_FILE
    if not path.exists():
        _write_once(path)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _write_once(path: Path) -> None:
    """Put a whole key in place; of two processes that try, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def issuer_did() -> str:
    """Return the did:key that signs here."""
    return did_key(throw_away_key().public_key())


def key_address() -> str:
    """Return the verification method of the throw-away key."""
    return f"{issuer_did()}#{encode_multikey(throw_away_key().public_key())}"
