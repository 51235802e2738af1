"""The pages of the editor, each a sheet of its own; in the order in which an entry is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.editor.asks import Group
from console.editor.facts import FIFTEEN, FURTHER


@dataclass(frozen=True, slots=True)
class Part:
    """One page: `counted` groups have numbers, `further` stand below them."""

    name: str
    words: Promise
    why: Promise | str
    counted: tuple[Group, ...] = ()
    further: tuple[Group, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everything that is asked on it."""
        return (*self.counted, *self.further)


PARTS: Final[Mapping[str, Part]] = {
    part.name: part
    for part in (
        Part(
            "facts",
            _("Facts"),
            _("Fifteen facts, the same on every entry. Each one is stated, not applicable, none or not stated; nothing is left to guess."),
            FIFTEEN,
            FURTHER,
        ),
    )
}  # fmt: skip
