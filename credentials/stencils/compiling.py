"""Compiling: one sentinel document through the general path, taken apart into a layout and a text to fill."""

import random
import re
from typing import Final, NamedTuple

from credentials.builders import CredentialWriter, Shape, builder_of
from credentials.canonical import canonical_nquads
from credentials.documents import AwardFacts
from credentials.errors import StencilError
from credentials.stencils.escaping import escaped_values
from credentials.stencils.layouts import MAX_NODES, OrderedLayout, SortedLayout, Statics
from credentials.stencils.nquads import Line, UndecidedError, parse_lines
from credentials.strict_json import JsonObject, compact_json

Layout = OrderedLayout | SortedLayout

TRIALS: Final = 3
_ATTEMPTS: Final = 5
# Every character that the two escapes, sorting or line splitting could get wrong; control characters that
# facts may not hold are tried against the escapes alone.
_HOSTILE: Final = 'aZ09"\\\t\n\r{}<>_:. ^@%üß漢🎓\u2028\u0300\u00a0\ufeff\U0010fffd'


class TextForm:
    """The JSON of an unsigned document, without its closing brace, as fixed bytes and slots."""

    def __init__(self, document: JsonObject, sentinels: list[str]) -> None:
        finder = re.compile("(" + "|".join(map(re.escape, sentinels)) + ")")
        numbers = {text: number for number, text in enumerate(sentinels)}
        statics = Statics(len(sentinels))
        pieces = finder.split(compact_json(document).removesuffix("}"))
        self._filler = statics.filler(numbers.get(piece, piece.encode()) for piece in pieces)
        self._fixed = statics.pieces

    def fill(self, values: list[bytes]) -> bytes:
        """Return the JSON of these slot values."""
        return b"".join(self._filler(values + self._fixed))


class Compiled(NamedTuple):
    """What a shape compiles to: the n-quads layout (None where only the general path is right), and the JSON."""

    layout: Layout | None
    text: TextForm
    contexts: list[str]


def compile_shape(writer: CredentialWriter, shape: Shape) -> Compiled:
    """Compile a shape and try it: `TRIALS` invented awards must give what the general path gives.

    Raises:
        StencilError: a filled stencil differs from the general path. Never sign with it.
        DataModelError: issuer, achievement and shape do not go together.
    """
    # Derived from the shape alone, so that compiling is repeatable
    chance = random.Random(repr((writer.issuer, writer.achievement, shape)))  # noqa: S311 not a secret
    document, sentinels = _sentinel_document(writer, shape, chance)
    lines = parse_lines(canonical_nquads(document), sentinels)
    compiled = Compiled(_layout(lines, len(sentinels)), TextForm(document, sentinels), document["@context"])
    for _ in range(TRIALS):
        _try(compiled, writer, builder_of(writer.version).invented_award(shape, chance, characters=_HOSTILE))
    return compiled


def _sentinel_document(writer: CredentialWriter, shape: Shape, chance: random.Random) -> tuple[JsonObject, list[str]]:
    """Return a document whose slot values occur nowhere else in it, and these values in slot order."""
    builder = builder_of(writer.version)
    for _ in range(_ATTEMPTS):
        award = builder.invented_award(shape, chance)
        plain, texts = builder.slot_values(award)
        sentinels = [*plain, *texts]
        document = writer.build(award)
        fixed = compact_json(writer.build(builder.invented_award(shape, chance)))
        if not _ambiguous(sentinels, fixed):
            return document, sentinels
    raise StencilError("no sentinel values found that the document does not contain itself")


def _ambiguous(sentinels: list[str], fixed: str) -> bool:
    inside = any(one in other for one in sentinels for other in sentinels if one is not other)
    return inside or any(sentinel in fixed for sentinel in sentinels)


def _layout(lines: list[Line], slots: int) -> Layout | None:
    nodes = len({node for line in lines for node in line.nodes})
    if nodes > MAX_NODES:
        return None
    try:
        return OrderedLayout(lines, slots, nodes)
    except UndecidedError:
        return SortedLayout(lines, slots, nodes)


def _try(compiled: Compiled, writer: CredentialWriter, award: AwardFacts) -> None:
    document = writer.build(award)
    quads, texts = escaped_values(*builder_of(writer.version).slot_values(award))
    if compiled.text.fill(texts).decode() + "}" != compact_json(document):
        raise StencilError("the text stencil differs from the builder")
    canonical = None if compiled.layout is None else compiled.layout.fill(quads)
    if canonical is not None and canonical.decode() != canonical_nquads(document):
        raise StencilError("the canonical stencil differs from the general path")
