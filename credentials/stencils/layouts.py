"""Canonical forms that are filled instead of computed: slot values in, canonical n-quads out.

Blank nodes are labelled by RDFC-1.0 in the case where all first-degree hashes differ: sort the hashes, number
them in that order. Where two are equal the fill says so, and the general path has to decide.
Source: https://www.w3.org/TR/rdf-canon/#canon-algorithm (steps 3 and 4)
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Final

from credentials.stencils.nquads import Line, Part, Parts, UndecidedError, in_order, merged

Pool = list[bytes]
Filler = Callable[[Pool], Sequence[bytes]]

MAX_NODES: Final = 512
_LABELS: Final = [f"_:c14n{number}".encode() for number in range(MAX_NODES)]


class Statics:
    """The fixed bytes of a form, each with its place in the pool behind slot values and labels."""

    def __init__(self, first_place: int) -> None:
        self.pieces: list[bytes] = []
        self._first_place = first_place
        self._places: dict[bytes, int] = {}

    def filler(self, parts: Iterable[Part]) -> Filler:
        """Return a function that picks these parts out of a filled pool, as a sequence."""
        places = [self._place(part) for part in parts]
        # itemgetter gives a lone item instead of a tuple when asked for one
        return itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))

    def _place(self, part: Part) -> int:
        if isinstance(part, int):
            return part
        if part not in self._places:
            self._places[part] = self._first_place + len(self.pieces)
            self.pieces.append(part)
        return self._places[part]


class Labelling:
    """Numbers the blank nodes of a filled form.

    Nodes that no slot touches keep the hash they were compiled with; only the others are hashed again.
    """

    def __init__(self, lines: Sequence[Line], slots: int, nodes: int, statics: Statics) -> None:
        self._digests = [b""] * nodes
        self._touched: list[tuple[int, list[Filler], bool]] = []
        for node in range(nodes):
            mine = [line for line in lines if node in line.nodes]
            seen = [line.seen_from(node) for line in mine]
            if any(line.has_slot(slots) for line in mine):
                self._touched.append((node, *_hash_fillers(seen, statics)))
            else:
                text = b"".join(sorted({b"".join(_fixed(parts)) for parts in seen}))
                self._digests[node] = sha256(text).digest()
        self._nodes = range(nodes)

    def order(self, pool: Pool) -> list[int] | None:
        """Return the nodes in the order of their canonical numbers; None where two hashes are equal."""
        digests = self._digests.copy()
        for node, fillers, decided in self._touched:
            if decided:
                text = b"".join(fillers[0](pool))
            else:
                text = b"".join(sorted({b"".join(filler(pool)) for filler in fillers}))
            digests[node] = sha256(text).digest()
        if len(set(digests)) != len(digests):
            return None
        return sorted(self._nodes, key=digests.__getitem__)


def _hash_fillers(seen: list[Parts], statics: Statics) -> tuple[list[Filler], bool]:
    """Return one filler for all lines where their order is decided, else one per line."""
    try:
        return [statics.filler(merged(part for line in in_order(seen) for part in line))], True
    except UndecidedError:
        return [statics.filler(line) for line in seen], False


def _fixed(parts: Parts) -> list[bytes]:
    return [part for part in parts if isinstance(part, bytes)]


class SortedLayout:
    """A form whose lines are sorted after each fill: right for every shape."""

    def __init__(self, lines: Sequence[Line], slots: int, nodes: int) -> None:
        self._statics = Statics(slots + nodes)
        self._labelling = Labelling(lines, slots, nodes, self._statics)
        self._fixed = sorted({b"".join(_fixed(line.parts())) for line in lines if not _is_filled(line, slots)})
        self._fillers = [self._statics.filler(line.parts()) for line in lines if _is_filled(line, slots)]
        self._nodes = nodes

    def fill(self, values: list[bytes]) -> bytes | None:
        """Return the canonical n-quads of these slot values; None where only the general path can tell."""
        pool = values + [b""] * self._nodes + self._statics.pieces
        order = self._labelling.order(pool)
        if order is None:
            return None
        slots = len(values)
        for number, node in enumerate(order):
            pool[slots + node] = _LABELS[number]
        lines = self._fixed + [b"".join(filler(pool)) for filler in self._fillers]
        if len(set(lines)) != len(lines):
            lines = list(set(lines))
        lines.sort()
        return b"".join(lines)


def _is_filled(line: Line, slots: int) -> bool:
    return bool(line.nodes) or line.has_slot(slots)


class OrderedLayout:
    """A form whose line order is known beforehand but for the order of blank nodes.

    Lines about addresses come first, in a fixed order; several blank nodes behind one subject and predicate
    come in the order of their labels. Then follow the lines about blank nodes, a block each.

    Raises:
        UndecidedError: the order of two lines depends on slot values: use `SortedLayout`.
    """

    def __init__(self, lines: Sequence[Line], slots: int, nodes: int) -> None:
        self._slots = slots
        groups, head = _grouped([line for line in lines if line.subject_node is None], slots, nodes)
        places = nodes + sum(len(members) for members in groups)
        statics = Statics(slots + places)
        self._labelling = Labelling(lines, slots, nodes, statics)
        self._head = statics.filler(merged(part for line in in_order(head) for part in line))
        self._blocks = [_block(node, lines, statics) for node in range(nodes)]
        self._fixed_blocks: list[dict[int, bytes] | None] = [
            {} if _is_fixed(node, lines, slots) else None for node in range(nodes)
        ]
        self._groups = _group_places(groups, slots, nodes)
        self._labels = _LABELS[:nodes]
        # The labels' own order: _:c14n10 sorts before _:c14n2
        self._by_label = sorted(range(nodes), key=_LABELS.__getitem__)
        self._behind_values = [b""] * places + statics.pieces

    def fill(self, values: list[bytes]) -> bytes | None:
        """Return the canonical n-quads of these slot values; None where only the general path can tell."""
        pool = values + self._behind_values
        order = self._labelling.order(pool)
        if order is None:
            return None
        slots = self._slots
        for label, node in zip(self._labels, order):  # noqa: B905 as many nodes as labels, in the hot path
            pool[slots + node] = label
        for places, labels in self._groups:
            pool[places] = sorted(labels(pool))
        pieces = [*self._head(pool)]
        for number in self._by_label:
            node = order[number]
            fixed = self._fixed_blocks[node]
            if fixed is None:
                pieces += self._blocks[node](pool)
            elif number in fixed:
                pieces.append(fixed[number])
            else:
                fixed[number] = text = b"".join(self._blocks[node](pool))
                pieces.append(text)
        return b"".join(pieces)


def _grouped(lines: list[Line], slots: int, nodes: int) -> tuple[list[list[int]], list[Parts]]:
    """Give several blank objects of one subject and predicate places of their own in the pool.

    Returns:
        The nodes of each such group, and all lines, with a group's places instead of its nodes'.
    """
    objects: dict[tuple[Parts, bytes], list[int]] = {}
    parts = [line.parts() for line in lines if line.object_node is None]
    for line in lines:
        if line.object_node is not None:
            objects.setdefault((line.subject, line.predicate), []).append(line.object_node)
    groups = []
    place = slots + nodes
    for (subject, predicate), members in objects.items():
        places = [slots + members[0]]
        if len(members) > 1:
            groups.append(members)
            places = list(range(place, place + len(members)))
            place += len(members)
        # One entry for the whole group: its lines differ in nothing but the label, so they stay together.
        parts.append(merged(part for at in places for part in (*subject, b" ", predicate, b" ", at, b" .\n")))
    return groups, parts


def _group_places(groups: list[list[int]], slots: int, nodes: int) -> list[tuple[slice, Filler]]:
    """Return, for each group, its places in the pool and what reads its members' labels from it."""
    placed: list[tuple[slice, Filler]] = []
    place = slots + nodes
    for members in groups:
        labels = itemgetter(*(slots + node for node in members))
        placed.append((slice(place, place + len(members)), labels))
        place += len(members)
    return placed


def _block(node: int, lines: Sequence[Line], statics: Statics) -> Filler:
    """Return the filler of all lines about one blank node."""
    mine = in_order(line.parts() for line in lines if line.subject_node == node)
    return statics.filler(merged(part for line in mine for part in line) or (b"",))


def _is_fixed(node: int, lines: Sequence[Line], slots: int) -> bool:
    """Tell whether the lines about a blank node vary with nothing but its own label."""
    mine = [line for line in lines if line.subject_node == node]
    return not any(line.has_slot(slots) or line.object_node not in (None, node) for line in mine)
