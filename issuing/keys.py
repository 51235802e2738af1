"""Private keys: made, sealed and opened here, in the worker alone.

Each is wrapped by AES-256-GCM under the key-encryption key. The worker alone is given that; in every other
process `SigningNotHereError` is raised. Only `issuing.signing` may import this module.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from credentials.multikey import encode_multikey
from issuing.errors import KeyUnavailableError, SigningNotHereError

if TYPE_CHECKING:
    from issuing.models import SigningKey, TrialIssuer

KEY_BYTES = 32
NONCE_BYTES = 12
OPENED_KEYS = 200

Source = Callable[[], bytes]


class _Custody:
    """What this process may open: nothing, until the worker is given a source for the key-encryption key."""

    source: Source | None = None
    opened: dict[str, Ed25519PrivateKey] = {}


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A fresh key pair, its private half sealed."""

    public_multibase: str
    private_sealed: bytes
    nonce: bytes
    kek_id: str


def set_key_encryption_key_source(source: Source | None) -> None:
    """Let this process open keys. `source` returns 44 characters of base64 text and may raise OSError.

    It is asked again whenever a key cannot be opened, so that a repaired key file heals without a restart.
    """
    _Custody.source = source
    _Custody.opened = {}


def kek_id_of(kek: bytes) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a key-encryption key."""
    return hashlib.sha256(kek).hexdigest()[:16]


def new_sealed_key() -> SealedKey:
    """Make an Ed25519 key pair and seal its private half.

    Raises:
        SigningNotHereError: this process is not the worker.
        KeyUnavailableError: the key-encryption key cannot be read now.
    """
    kek = _key_encryption_key()
    private_key = Ed25519PrivateKey.generate()
    public = encode_multikey(private_key.public_key())
    nonce = os.urandom(NONCE_BYTES)
    # The public half is authenticated with it: a sealed key cannot be moved under another name.
    sealed = AESGCM(kek).encrypt(nonce, private_key.private_bytes_raw(), public.encode())
    return SealedKey(public_multibase=public, private_sealed=sealed, nonce=nonce, kek_id=kek_id_of(kek))


def open_key(key: SigningKey | TrialIssuer) -> Ed25519PrivateKey:
    """Return the private half of a key.

    Raises:
        SigningNotHereError: this process is not the worker.
        KeyUnavailableError: the key-encryption key cannot be read, or is not the one that sealed this key.
    """
    # Asked for every time: a key file that was taken away stops the signing, though the key was opened before.
    kek = _key_encryption_key()
    if kek_id_of(kek) != key.kek_id:
        raise KeyUnavailableError(code="key-encryption-key-is-another")
    if key.public_multibase not in _Custody.opened:
        if len(_Custody.opened) >= OPENED_KEYS:
            _Custody.opened.clear()
        _Custody.opened[key.public_multibase] = _unsealed(key, kek)
    return _Custody.opened[key.public_multibase]


def _unsealed(key: SigningKey | TrialIssuer, kek: bytes) -> Ed25519PrivateKey:
    try:
        raw = AESGCM(kek).decrypt(bytes(key.nonce), bytes(key.private_sealed), key.public_multibase.encode())
    except InvalidTag as error:
        raise KeyUnavailableError(code="sealed-key-damaged") from error
    private_key = Ed25519PrivateKey.from_private_bytes(raw)
    if encode_multikey(private_key.public_key()) != key.public_multibase:
        raise KeyUnavailableError(code="sealed-key-damaged")
    return private_key


def _key_encryption_key() -> bytes:
    if _Custody.source is None:
        raise SigningNotHereError("Keys are opened by the worker alone.")
    try:
        kek = base64.b64decode(_Custody.source().strip(), validate=True)
    except (OSError, binascii.Error, ValueError) as error:
        raise KeyUnavailableError(code="key-encryption-key-unreadable") from error
    if len(kek) != KEY_BYTES:
        raise KeyUnavailableError(code="key-encryption-key-unreadable")
    return kek
