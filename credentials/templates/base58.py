"""Base58btc of signatures, in the hot path of signing: two digits at a time from a table."""

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]


def encode_signature(signature: bytes) -> str:
    """Return base58btc (without the multibase `z`) of a signature, as `multikey.encode_base58` does."""
    number = int.from_bytes(signature, "big")
    pairs: list[str] = []
    while number:
        number, pair = divmod(number, 3364)
        pairs.append(_PAIRS[pair])
    pairs.reverse()
    zeros = len(signature) - len(signature.lstrip(b"\0"))
    return "1" * zeros + "".join(pairs).lstrip("1")
