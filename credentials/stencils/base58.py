"""Base58btc of signatures, in the hot path of signing: as bytes, two digits at a time from a table."""

from typing import Final

_ALPHABET: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = [bytes((first, second)) for first in _ALPHABET for second in _ALPHABET]


def encode_signature(signature: bytes) -> bytes:
    """Return base58btc (without the multibase `z`) of a signature, as `multikey.encode_base58` does."""
    number = int.from_bytes(signature, "big")
    pairs: list[bytes] = []
    while number:
        number, pair = divmod(number, 3364)
        pairs.append(_PAIRS[pair])
    pairs.reverse()
    zeros = len(signature) - len(signature.lstrip(b"\0"))
    return b"1" * zeros + b"".join(pairs).lstrip(b"1")
