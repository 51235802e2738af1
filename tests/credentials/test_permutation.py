"""The status-list permutation: a bijection that depends on its key and shows no order."""

from itertools import pairwise

import pytest

from credentials.permutation import MAX_SIZE, permuted

KEY = bytes(range(32))


@pytest.mark.parametrize("size", [1, 2, 511, 1000, 131_072])
def test_every_place_is_given_once(size: int) -> None:
    places = {permuted(position, key=KEY, size=size) for position in range(size)}

    assert places == set(range(size))


def test_same_key_gives_the_same_places_and_another_key_others() -> None:
    first = [permuted(position, key=KEY, size=131_072) for position in range(200)]
    again = [permuted(position, key=bytes(KEY), size=131_072) for position in range(200)]
    other = [permuted(position, key=KEY[::-1], size=131_072) for position in range(200)]

    assert first == again
    assert sum(a == b for a, b in zip(first, other, strict=True)) < 5


def test_neighbouring_awards_are_far_apart() -> None:
    places = [permuted(position, key=KEY, size=131_072) for position in range(2_000)]
    steps = [abs(a - b) for a, b in pairwise(places)]

    assert sum(step < 100 for step in steps) < 20
    assert 30_000 < sum(steps) / len(steps) < 60_000


def test_places_are_fixed_for_ever() -> None:
    """Stored indexes came from these numbers: another algorithm would hand out taken places."""
    assert [permuted(position, key=KEY, size=131_072) for position in range(4)] == PINNED


PINNED = [126817, 87381, 106454, 112739]


@pytest.mark.parametrize(
    ("position", "key", "size"),
    [(-1, KEY, 10), (10, KEY, 10), (0, KEY, 0), (0, KEY, MAX_SIZE + 1), (0, b"short", 10), (0, bytes(65), 10)],
)
def test_impossible_arguments_are_refused(position: int, key: bytes, size: int) -> None:
    with pytest.raises(ValueError, match=r"size|position|key"):
        permuted(position, key=key, size=size)
