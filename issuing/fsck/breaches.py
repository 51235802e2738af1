"""What fsck says of a broken invariant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

SHOWN_IDS = 20


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken invariant: which, what is wrong, how often, and the first ids (never names)."""

    invariant: str
    problem: str
    count: int
    ids: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the breach as plain values."""
        return asdict(self)


def breach_of(invariant: str, problem: str, ids: Iterable[object]) -> Iterator[Breach]:
    """Yield one breach when there is any id, counting all and showing the first ones."""
    found = [str(i) for i in ids]
    if found:
        yield Breach(invariant, problem, len(found), tuple(found[:SHOWN_IDS]))
