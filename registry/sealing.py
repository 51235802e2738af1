"""Secrets of second factors at rest: sealed, so that a copy of the database alone opens nobody's second step.

AES-256-GCM under a key derived from SECRET_KEY (HKDF-SHA-256, RFC 5869); signing keys have a key of their own.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext_lazy as _

from registry.errors import ConflictError

MARK: Final = "sealed1:"
PURPOSE: Final = b"testamur second factors 1"
NONCE_BYTES: Final = 12


class SealBrokenError(ConflictError):
    """A sealed secret that no key at hand opens: SECRET_KEY was changed, or the row was."""

    code, message = (
        "second-step-unreadable",
        _("This second step can no longer be read. Ask the operator to remove it, and set it up again."),
    )


def seal(text: str, *, secret_key: str) -> str:
    """Return `text` sealed under `secret_key`; no two seals of a text are equal."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_derived(secret_key)).encrypt(nonce, text.encode(), MARK.encode())
    return MARK + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")


def unseal(sealed: str, *, secret_keys: Sequence[str]) -> str:
    """Return what `seal` was given, under whichever of the keys, the newest first.

    Raises:
        SealBrokenError: no seal at all, changed, or made under another key.
    """
    try:
        if not sealed.startswith(MARK):
            raise SealBrokenError
        content = base64.b64decode(sealed.removeprefix(MARK), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealBrokenError from error
    for secret_key in secret_keys:
        try:
            nonce, rest = content[:NONCE_BYTES], content[NONCE_BYTES:]
            return AESGCM(_derived(secret_key)).decrypt(nonce, rest, MARK.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealBrokenError


def _derived(secret_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
