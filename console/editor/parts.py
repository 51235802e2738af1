"""The pages of the editor, each a sheet of its own; in the order in which an entry is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.editor.asks import Group
from console.editor.beside import BESIDE
from console.editor.facts import FIFTEEN, FURTHER
from console.editor.further_sheets import BADGE, DATES, RULES


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
        Part("badge", _("Badge"), _("Drawn in your issuer's style, or a picture of your own."), further=BADGE),
        Part("rules", _("Rules"), _("When it may be awarded, what an award comes with, and how long it is valid."), further=RULES),
        Part("dates", _("Dates and funding"), _("Runs of the course, who pays, and what it leads to."), further=DATES),
        Part(
            "beside",
            _("Parties and alignments"),
            _("Who else stands behind it, what it is aligned with, and how it relates to other achievements."),
            further=BESIDE,
        ),
    )
}  # fmt: skip
