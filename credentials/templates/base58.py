"""Base58btc of signatures, quickly: division by 58^10 first, so that most steps are on machine-size numbers."""

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR: Final = 58**2
_BLOCK: Final = 58**10


def encode_signature(signature: bytes) -> str:
    """Return base58btc (without the multibase `z`) of a signature, as `multikey.encode_base58` does."""
    number = int.from_bytes(signature, "big")
    pairs: list[str] = []
    pair_of = _PAIRS
    while number:
        number, block = divmod(number, _BLOCK)
        for _ in range(5):
            block, pair = divmod(block, _PAIR)
            pairs.append(pair_of[pair])
    pairs.reverse()
    zeros = len(signature) - len(signature.lstrip(b"\0"))
    return _ALPHABET[0] * zeros + "".join(pairs).lstrip(_ALPHABET[0])
