"""A keyed permutation of status-list places, so that an index tells nothing about order or number of awards.

A balanced Feistel network over 18 bits (two halves of 9), walked in cycles until it lands inside the list.
Source: Black and Rogaway, Ciphers with Arbitrary Finite Domains (2002), sections 4 and 5.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

_HALF_BITS: Final = 9
_HALF: Final = 1 << _HALF_BITS
_ROUNDS: Final = 8
MAX_SIZE: Final = _HALF * _HALF
MIN_KEY_BYTES: Final = 16


def permuted(position: int, *, key: bytes, size: int) -> int:
    """Return the place, from 0 to `size - 1`, of the `position`-th award; distinct positions never meet.

    Args:
        position: the cursor, from 0 to `size - 1`.
        key: 16 to 64 secret bytes, one per list; it must never change while the list is open.
        size: number of places, up to 262,144 (18 bits).

    Raises:
        ValueError: a position outside the list, a size over 18 bits, or a key of another length.
    """
    if not 0 < size <= MAX_SIZE:
        raise ValueError(f"size {size} is not between 1 and {MAX_SIZE}")
    if not 0 <= position < size:
        raise ValueError(f"position {position} is outside {size} places")
    if not MIN_KEY_BYTES <= len(key) <= blake2b.MAX_KEY_SIZE:
        raise ValueError(f"the key has {len(key)} bytes")
    tables = _round_tables(key)
    place = _encrypted(position, tables)
    while place >= size:
        place = _encrypted(place, tables)
    return place


def _encrypted(value: int, tables: tuple[tuple[int, ...], ...]) -> int:
    left, right = divmod(value, _HALF)
    for table in tables:
        left, right = right, left ^ table[right]
    return left * _HALF + right


@lru_cache(maxsize=64)
def _round_tables(key: bytes) -> tuple[tuple[int, ...], ...]:
    """Return the round functions as tables: a half has only 512 values, so hashing each once is cheaper."""
    return tuple(
        tuple(
            int.from_bytes(blake2b(bytes((number, *half.to_bytes(2, "big"))), key=key, digest_size=2).digest(), "big")
            % _HALF
            for half in range(_HALF)
        )
        for number in range(_ROUNDS)
    )
