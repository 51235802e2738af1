"""Canonical n-quads taken apart: lines of fixed bytes, slots and blank-node labels, and their order.

A line is a tuple of parts. Bytes stand for themselves; an int is a place in the pool that is put together
for each credential: first the slot values, then one label per blank node.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Final, NamedTuple

from credentials.errors import StencilError

Part = bytes | int
Parts = tuple[Part, ...]

_QUAD: Final = re.compile(rb"(<[^>]*>|_:c14n\d+) (<[^>]*>) (.*) \.", re.DOTALL)
_BLANK: Final = re.compile(rb"_:c14n(\d+)")


class Line(NamedTuple):
    """One quad: its parts without the final newline, and which blank nodes (by canonical number) it touches."""

    subject: Parts
    predicate: bytes
    object: Parts
    subject_node: int | None
    object_node: int | None

    @property
    def nodes(self) -> set[int]:
        """The blank nodes this line touches."""
        return {node for node in (self.subject_node, self.object_node) if node is not None}

    def has_slot(self, slots: int) -> bool:
        """Tell whether a slot value (not just a label) is part of this line."""
        return any(isinstance(part, int) and part < slots for part in (*self.subject, *self.object))

    def parts(self) -> Parts:
        """The whole line with its newline."""
        return merged((*self.subject, b" ", self.predicate, b" ", *self.object, b" .\n"))

    def seen_from(self, node: int) -> Parts:
        """The line as the first-degree hash of `node` reads it: itself `_:a`, any other blank node `_:z`.

        Source: https://www.w3.org/TR/rdf-canon/#hash-1d-quads-algorithm
        """
        subject, object_ = (
            parts if touched is None else (b"_:a" if touched == node else b"_:z",)
            for parts, touched in ((self.subject, self.subject_node), (self.object, self.object_node))
        )
        return merged((*subject, b" ", self.predicate, b" ", *object_, b" .\n"))


def parse_lines(nquads: str, sentinels: Sequence[str]) -> list[Line]:
    """Take canonical n-quads of a sentinel document apart.

    Args:
        nquads: what the general path said.
        sentinels: the slot values, by slot number.

    Raises:
        StencilError: a line that is not a triple of the default graph.
    """
    finder = re.compile(b"(" + b"|".join(re.escape(text.encode()) for text in sentinels) + b")")
    numbers = {text.encode(): number for number, text in enumerate(sentinels)}
    return [_parse_line(line, finder, numbers) for line in nquads.encode().split(b"\n") if line]


def _parse_line(line: bytes, finder: re.Pattern[bytes], numbers: dict[bytes, int]) -> Line:
    match = _QUAD.fullmatch(line)
    if match is None or finder.search(match[2]):
        raise StencilError("a line of the canonical form cannot be compiled")
    subject, subject_node = _parse_term(match[1], finder, numbers)
    object_, object_node = _parse_term(match[3], finder, numbers)
    return Line(subject, match[2], object_, subject_node, object_node)


def _parse_term(term: bytes, finder: re.Pattern[bytes], numbers: dict[bytes, int]) -> tuple[Parts, int | None]:
    if blank := _BLANK.fullmatch(term):
        node = int(blank[1])
        return (len(numbers) + node,), node
    pieces = (numbers.get(piece, piece) for piece in finder.split(term))
    return tuple(piece for piece in pieces if piece != b""), None


def merged(parts: Iterable[Part]) -> Parts:
    """Join neighbouring fixed bytes."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += part
        else:
            result.append(part)
    return tuple(result)


class UndecidedError(Exception):
    """The order of two lines depends on the values to come."""


def in_order(lines: Iterable[Parts]) -> list[Parts]:
    """Sort lines by code point as far as that is decided before the slots are filled; drop duplicates.

    Raises:
        UndecidedError: two lines whose order depends on slot values or labels.
    """
    return sorted(set(lines), key=cmp_to_key(_compared))


def _compared(one: Parts, other: Parts) -> int:
    """Compare two lines; UTF-8 bytes sort as code points do."""
    left, right = list(one), list(other)
    while left and right:
        a, b = left.pop(0), right.pop(0)
        if isinstance(a, int) or isinstance(b, int):
            if a != b:
                raise UndecidedError
            continue
        length = min(len(a), len(b))
        if a[:length] != b[:length]:
            return -1 if a < b else 1
        left[:0] = [a[length:]] if a[length:] else []
        right[:0] = [b[length:]] if b[length:] else []
    raise UndecidedError
